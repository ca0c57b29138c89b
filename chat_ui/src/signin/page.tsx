import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { meQuery, signIn, statusQuery } from "@/api/session";
import { ApiError } from "@/api/client";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";
import { useTitle } from "@/ui/page";

const FIELD =
  "h-10 w-full rounded-lg border border-line-strong bg-surface px-3 text-base outline-offset-0 pointer-coarse:h-11 aria-invalid:border-bad";

export function SignInPage() {
  useTitle("Sign in");
  const queries = useQueryClient();
  const status = useQuery(statusQuery).data;
  const signingIn = useMutation({
    mutationFn: signIn,
    onSuccess: (user) => queries.setQueryData(meQuery.queryKey, user),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    signingIn.mutate({ email: text("email"), password: text("password"), code: text("code") });
  };
  const asksForCode = signingIn.error instanceof ApiError && CODE_ERRORS.includes(signingIn.error.problem.code);
  return (
    <main className="grid min-h-dvh place-items-center bg-sunken p-4">
      <div className="w-full max-w-[380px]">
        <div className="mb-6 flex items-center justify-center gap-3">
          <img src="/mark.svg" alt="" width="36" height="36" />
          <p className="text-xl font-semibold tracking-tight">OmniFy Cloud Connect</p>
        </div>
        <form onSubmit={submit} className="rounded-2xl border border-line bg-surface p-6 shadow-card">
          <h1 className="text-lg font-semibold tracking-tight">Sign in</h1>
          <p className="mb-5 text-sm text-ink-2">Your ad accounts, in one conversation.</p>
          <label htmlFor="email" className="mb-1 block text-sm font-medium">
            E-mail
          </label>
          <input id="email" name="email" type="email" autoComplete="username" required className={FIELD} aria-invalid={signingIn.isError || undefined} />
          <label htmlFor="password" className="mt-4 mb-1 block text-sm font-medium">
            Password
          </label>
          <input id="password" name="password" type="password" autoComplete="current-password" required className={FIELD} aria-invalid={signingIn.isError || undefined} />
          {asksForCode && <CodeField />}
          {signingIn.isError && <SignInProblem error={signingIn.error} />}
          <Button kind="primary" type="submit" busy={signingIn.isPending} className="mt-5 h-10 w-full justify-center">
            Sign in
          </Button>
        </form>
        <p className="mt-4 text-center text-xs text-ink-3">
          {status?.sandbox
            ? "Demo with a simulated ad market. The terminal that started it printed a one-time sign-in link and the password."
            : "Ask an owner of your workspace for an account."}
        </p>
      </div>
    </main>
  );
}

// The password was right; these ask for the second factor.
const CODE_ERRORS = ["code_needed", "wrong_code"];

function CodeField() {
  return (
    <>
      <label htmlFor="code" className="mt-4 mb-1 block text-sm font-medium">
        Code of your authenticator app
      </label>
      <input id="code" name="code" autoComplete="one-time-code" autoFocus required maxLength={32} className={FIELD} />
    </>
  );
}

function SignInProblem({ error }: { error: Error }) {
  const wrong = error instanceof ApiError && (error.status === 401 || CODE_ERRORS.includes(error.problem.code));
  if (!wrong) return <ProblemNote className="mt-4" failed="Signing in failed" error={error} />;
  return (
    <p role="alert" className="mt-3 text-sm text-bad">
      {error.message}
    </p>
  );
}
