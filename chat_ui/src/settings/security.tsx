import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { disableMfa, type MfaSetUp, mfaQuery, setUpMfa, verifyCode } from "@/api/settings";
import { meQuery } from "@/api/session";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CodeInput } from "@/ui/code-field";
import { ProblemNote } from "@/ui/problem-note";
import { Section } from "./section";

/** The second factor: with one, signing in and every approval ask for a code. */
export function SecuritySection() {
  const queries = useQueryClient();
  const state = useQuery(mfaQuery);
  const settingUp = useMutation({ mutationFn: setUpMfa });
  const renew = () => {
    settingUp.reset();
    void queries.invalidateQueries({ queryKey: mfaQuery.queryKey });
    void queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  return (
    <Section title="Second factor" note="With an authenticator app, signing in and approving ask for a code that changes every 30 seconds.">
      {state.isError && <ProblemNote failed="Its state could not be read" error={state.error} onRetry={() => void state.refetch()} />}
      {state.data?.enabled && (
        <CodeForm label="Code to switch it off" action="Switch off" run={disableMfa} onDone={renew}>
          <p className="mb-2 text-sm">
            <Badge tone="good">In use</Badge> {state.data.recovery_left} recovery codes left.
          </p>
        </CodeForm>
      )}
      {state.data && !state.data.enabled && !settingUp.data && (
        <Button busy={settingUp.isPending} onClick={() => settingUp.mutate()}>
          Set up an authenticator app
        </Button>
      )}
      {settingUp.isError && <ProblemNote className="mt-2" failed="It could not be set up" error={settingUp.error} />}
      {settingUp.data && <Enrolment setUp={settingUp.data} onDone={renew} />}
    </Section>
  );
}

function Enrolment({ setUp, onDone }: { setUp: MfaSetUp; onDone: () => void }) {
  return (
    <CodeForm label="First code of the app" action="Switch on" run={verifyCode} onDone={onDone}>
      <p className="text-sm">Scan this with your authenticator app, or type the key. Then enter its first code.</p>
      <img alt="QR code for the authenticator app" className="my-3 size-44 rounded-lg bg-white p-2" src={`data:image/svg+xml;utf8,${encodeURIComponent(setUp.qr_svg)}`} />
      <p className="font-mono text-xs break-all">{setUp.secret}</p>
      <p className="mt-3 text-sm font-medium">Recovery codes, each good once. Keep them where you keep passwords; they are not shown again.</p>
      <ul className="my-2 grid grid-cols-1 gap-x-6 font-mono text-xs sm:grid-cols-2">
        {setUp.recovery_codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </CodeForm>
  );
}

interface FormProps {
  label: string;
  action: string;
  run: (code: string) => Promise<unknown>;
  onDone: () => void;
  children: ReactNode;
}

function CodeForm({ label, action, run, onDone, children }: FormProps) {
  const running = useMutation({ mutationFn: run, onSuccess: onDone });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    running.mutate(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <form onSubmit={submit}>
      {children}
      <label className="block text-sm font-medium">
        {label}
        <span className="mt-1 flex flex-wrap gap-2">
          <CodeInput />
          <Button type="submit" busy={running.isPending}>
            {action}
          </Button>
        </span>
      </label>
      {running.isError && <ProblemNote className="mt-2" failed="The code did not count" error={running.error} />}
    </form>
  );
}
