import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changePolicy, type Policy, policyQuery } from "@/api/settings";
import { useUser } from "@/api/session";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";
import { LIMITS, type Limit, withForm } from "./policy-limits";
import { Section } from "./section";

/** The money policy: what is in force, and a form for those who may change it. */
export function PolicySection() {
  const policy = useQuery(policyQuery);
  const { role } = useUser();
  const [editing, setEditing] = useState(false);
  return (
    <Section title="Money policy" note="Computed by the server over all platforms before anything is asked, approved or applied.">
      {policy.isError && <ProblemNote failed="The policy could not be read" error={policy.error} onRetry={() => void policy.refetch()} />}
      {policy.isPending && <div aria-hidden className="h-40 skeleton" />}
      {policy.data && !editing && <InForce policy={policy.data} />}
      {policy.data && editing && <PolicyForm key={policy.data.version} policy={policy.data} onClose={() => setEditing(false)} />}
      {policy.data && !editing && (role === "owner" || role === "admin") && (
        <Button className="mt-3" onClick={() => setEditing(true)}>
          Change the policy…
        </Button>
      )}
    </Section>
  );
}

function InForce({ policy }: { policy: Policy }) {
  return (
    <>
      <dl className="grid grid-cols-1 gap-x-6 gap-y-2 text-sm sm:grid-cols-2">
        {LIMITS.map((limit) => (
          <div key={limit.name} className="flex justify-between gap-3 border-b border-line pb-1.5">
            <dt className="text-ink-2">{limit.label}</dt>
            <dd className="text-right font-medium">{limit.words(policy)}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-xs text-ink-3">Version {policy.version}. Caps are caps on budgets: platforms may spend more on a single day.</p>
    </>
  );
}

function PolicyForm({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: changePolicy,
    onSuccess: (changed) => {
      queries.setQueryData(policyQuery.queryKey, changed);
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    changing.mutate(withForm(policy, new FormData(event.currentTarget)));
  };
  return (
    <form onSubmit={submit} aria-label="Change the policy">
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        {LIMITS.map((limit) => (
          <LimitField key={limit.name} limit={limit} policy={policy} />
        ))}
      </div>
      {changing.isError && <ProblemNote className="mt-3" failed="The policy was not changed" error={changing.error} />}
      <div className="mt-3 flex gap-2">
        <Button kind="primary" type="submit" busy={changing.isPending}>
          Put in force
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Back
        </Button>
      </div>
    </form>
  );
}

function SetField({ limit, policy }: { limit: Limit; policy: Policy }) {
  const chosen = limit.chosen?.(policy) ?? [];
  return (
    <fieldset className="text-sm sm:col-span-2">
      <legend className="text-ink-2">{limit.label}</legend>
      <div className="mt-1 flex flex-wrap gap-x-4 gap-y-1.5">
        {limit.choices?.map(([value, label]) => (
          <label key={value} className="flex items-center gap-1.5">
            <input type="checkbox" name={limit.name} value={value} defaultChecked={chosen.includes(value)} className="size-4 accent-(--accent)" />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function LimitField({ limit, policy }: { limit: Limit; policy: Policy }) {
  if (limit.kind === "set") return <SetField limit={limit} policy={policy} />;
  if (limit.kind === "flag") {
    return (
      <label className="flex items-center gap-2 text-sm">
        <input type="checkbox" name={limit.name} defaultChecked={limit.value(policy) === "on"} className="size-4 accent-(--accent)" />
        {limit.label}
      </label>
    );
  }
  return (
    <label className="block text-sm">
      <span className="text-ink-2">
        {limit.label}
        {limit.unit && ` (${limit.unit(policy)})`}
      </span>
      <input
        name={limit.name}
        inputMode="decimal"
        defaultValue={limit.value(policy)}
        required={limit.required ?? false}
        placeholder={limit.required ? "" : "none"}
        className="mt-1 h-9 w-full rounded-lg border border-line-strong bg-surface px-3 text-sm tabular-nums pointer-coarse:h-11"
      />
    </label>
  );
}
