import { type FormEvent, useEffect, useRef } from "react";
import type { ChangeSet, Leg } from "@/api/types";
import { moneyIn } from "@/fmt";
import { Button } from "@/ui/button";
import { PlatformMark } from "@/ui/platform-mark";

export interface Revision {
  amounts: Record<string, string>;
  leaveOut: string[];
}

interface Props {
  changeSet: ChangeSet;
  busy: boolean;
  onRevise: (revision: Revision) => void;
  onBack: () => void;
}

const isBudget = (leg: Leg) => leg.field === "daily_budget" && moneyIn(leg.after) !== null;

/** Amounts can be edited; of several changes each can be left out. */
export const isRevisable = ({ legs }: ChangeSet): boolean => legs.length > 1 || legs.some(isBudget);

/** Edits a plan that waits. What comes back is a new plan with a new hash: it still has to be approved. */
export function ReviseForm({ changeSet, busy, onRevise, onBack }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLInputElement>("input[inputmode]")?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onRevise(revisionOf(changeSet, new FormData(event.currentTarget)));
  };
  return (
    <form
      ref={form}
      onSubmit={submit}
      aria-label="Change the plan"
      onKeyDown={(event) => event.key === "Escape" && onBack()}
      className="animate-fade-up bg-sunken px-4 py-3"
    >
      <ul className="space-y-2">
        {changeSet.legs.map((leg) => (
          <LegFields key={leg.key} leg={leg} only={changeSet.legs.length === 1} />
        ))}
      </ul>
      <p className="mt-2 text-xs text-ink-2">This makes a new plan, judged anew. It still waits for a yes.</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button kind="primary" type="submit" busy={busy}>
          Change the plan
        </Button>
        <Button kind="quiet" disabled={busy} onClick={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}

function LegFields({ leg, only }: { leg: Leg; only: boolean }) {
  const amount = isBudget(leg) ? moneyIn(leg.after) : null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <PlatformMark platform={leg.platform} />
      <bdi className="min-w-0 flex-1 basis-40 break-words">{leg.name}</bdi>
      {amount && (
        <span className="flex items-center gap-1.5">
          <input
            aria-label={`Daily budget of ${leg.name}`}
            name={`amount:${leg.entity_id}`}
            inputMode="decimal"
            defaultValue={amount.amount}
            required
            className="h-9 w-28 rounded-lg border border-line-strong bg-surface px-2 text-right text-sm tabular-nums pointer-coarse:h-11"
          />
          <span className="text-xs text-ink-3">{amount.currency} a day</span>
        </span>
      )}
      {!only && (
        <label className="flex items-center gap-1.5 text-xs">
          <input type="checkbox" name="leave-out" value={leg.key} className="size-4 accent-(--accent)" aria-label={`Leave out ${leg.name}`} />
          leave out
        </label>
      )}
    </li>
  );
}

/** Only what differs from the plan as it stands. */
function revisionOf({ legs }: ChangeSet, form: FormData): Revision {
  const leaveOut = form.getAll("leave-out").map(String);
  const edited = legs.flatMap((leg): [string, string][] => {
    const wanted = String(form.get(`amount:${leg.entity_id}`) ?? "").replaceAll(",", "").trim();
    const same = wanted === "" || Number(wanted) === Number(moneyIn(leg.after)?.amount);
    return same || leaveOut.includes(leg.key) ? [] : [[leg.entity_id, wanted]];
  });
  return { amounts: Object.fromEntries(edited), leaveOut };
}
