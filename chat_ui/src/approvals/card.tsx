import { useState } from "react";
import type { ChangeSet } from "@/api/types";
import { AgentBadge } from "@/chat/agents";
import { changeTitle, statusName, timeOf } from "@/fmt";
import { Badge, type BadgeTone } from "@/ui/badge";
import { Decision, type DecisionMode } from "./decision";
import { ExpectedEffect } from "./effect";
import { Expiry } from "./expiry";
import { Legs } from "./legs";
import { PolicyFindings } from "./findings";
import { Result } from "./result";

const TONES: Record<ChangeSet["status"], BadgeTone> = {
  denied: "bad",
  proposed: "warn",
  approved: "accent",
  applying: "accent",
  done: "good",
  failed: "bad",
  rejected: "neutral",
  expired: "neutral",
  needs_person: "bad",
};

interface Props {
  changeSet: ChangeSet;
  /** Where the inbox steers the decision by keys; the card keeps it itself otherwise. */
  mode?: DecisionMode | undefined;
  onMode?: ((mode: DecisionMode) => void) | undefined;
}

export function ApprovalCard({ changeSet, mode, onMode }: Props) {
  const [ownMode, setOwnMode] = useState<DecisionMode>("rest");
  const waiting = changeSet.status === "proposed";
  return (
    <section
      aria-label={`${statusName(changeSet.status)}: ${changeTitle(changeSet)}`}
      data-change-set={changeSet.id}
      data-status={changeSet.status}
      className="@container overflow-hidden rounded-xl border border-line bg-surface shadow-card"
    >
      <header className="px-4 pt-3.5 pb-3">
        <div className="mb-1.5 flex flex-wrap items-center gap-2">
          <Badge tone={TONES[changeSet.status]}>{statusName(changeSet.status)}</Badge>
          {changeSet.undoes && <Badge>Undo</Badge>}
          {waiting && <Expiry at={changeSet.expires_at} />}
          <span className="flex items-center gap-1.5 text-xs text-ink-3 @lg:ml-auto">
            {changeSet.agent && <AgentBadge name={changeSet.agent} />}
            <span>
              for {changeSet.requested_by}, {timeOf(changeSet.created_at)}
            </span>
          </span>
        </div>
        <h3 className="text-base font-semibold tracking-tight break-words">{changeTitle(changeSet)}</h3>
        {changeSet.reason && <p className="mt-0.5 text-sm break-words text-ink-2">{changeSet.reason}</p>}
      </header>
      <Legs changeSet={changeSet} />
      {changeSet.effect && changeSet.status !== "denied" && <ExpectedEffect effect={changeSet.effect} />}
      <PolicyFindings changeSet={changeSet} />
      <Result changeSet={changeSet} />
      <Decision changeSet={changeSet} mode={mode ?? ownMode} onMode={onMode ?? setOwnMode} />
    </section>
  );
}
