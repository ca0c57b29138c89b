import { useEffect, useRef } from "react";
import type { ChangeSet } from "@/api/types";
import { isNegative, isZero, legSentence, moneySigned } from "@/fmt";
import { Button } from "@/ui/button";
import { Parts } from "./parts";

interface Props {
  changeSet: ChangeSet;
  busy: boolean;
  onConfirm: () => void;
  onBack: () => void;
}

/** Restates every amount and every field. The focus goes to the words, not to the button: Enter twice approves nothing. */
export function ConfirmApproval({ changeSet, busy, onConfirm, onBack }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const worst = changeSet.worst_case;
  const risky = worst && !isZero(worst) && !isNegative(worst);
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="group"
      aria-label="Confirm the approval"
      onKeyDown={(event) => event.key === "Escape" && onBack()}
      className="animate-fade-up bg-accent-soft px-4 py-3"
    >
      <p className="text-sm font-semibold">You are about to approve:</p>
      <ul className="mt-1 list-disc space-y-0.5 pl-5 text-sm">
        {changeSet.legs.map((leg) => (
          <li key={leg.key} className="break-words">
            {legSentence(leg)}
            {leg.parts.length > 0 && <Parts leg={leg} className="mt-0.5 mb-1.5" />}
          </li>
        ))}
      </ul>
      <p className="mt-1.5 text-xs text-ink-2">
        {changeSet.daily_change.length > 0 && `All together ${changeSet.daily_change.map(moneySigned).join(" · ")} a day`}
        {risky && `; at worst ${moneySigned(worst)} on one day`}
        {changeSet.daily_change.length > 0 && ". "}It is applied once, then read back.
        {changeSet.needs_code && " Your authenticator's code is asked for next."}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button kind="primary" busy={busy} onClick={onConfirm}>
          {busy ? "Approving…" : approveWords(changeSet)}
        </Button>
        <Button kind="quiet" disabled={busy} onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  );
}

function approveWords(changeSet: ChangeSet): string {
  const amounts = changeSet.legs.flatMap((leg) => (leg.field === "daily_budget" && leg.delta ? [moneySigned(leg.delta)] : []));
  if (amounts.length === 0) return changeSet.legs.length === 1 ? "Approve this change" : `Approve ${changeSet.legs.length} changes`;
  if (amounts.length > 3) return `Approve ${changeSet.legs.length} changes, ${changeSet.daily_change.map(moneySigned).join(" · ")} a day`;
  return `Approve ${amounts.join(" and ")} a day`;
}
