import { Undo2 } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useDecision } from "@/api/approvals";
import { useUser } from "@/api/session";
import type { ChangeSet } from "@/api/types";
import { Button } from "@/ui/button";
import { DecisionProblem } from "./decision-problem";
import { ConfirmApproval } from "./confirm-approval";
import { LiveApproval } from "./live-card";
import { isRevisable, ReviseForm } from "./revise-form";
import { FreshCode } from "./fresh-code";
import { RejectForm } from "./reject-form";
import { Settle } from "./settle";

export type DecisionMode = "rest" | "approve" | "reject" | "revise";

interface Props {
  changeSet: ChangeSet;
  mode: DecisionMode;
  onMode: (mode: DecisionMode) => void;
}

/** Two steps to yes, one and a reason to no; nothing has the focus by itself. */
export function Decision({ changeSet, mode, onMode }: Props) {
  const decision = useDecision(changeSet);
  const approveButton = useRef<HTMLButtonElement>(null);
  const rejectButton = useRef<HTMLButtonElement>(null);
  const back = (button: RefObject<HTMLButtonElement | null>) => {
    onMode("rest");
    requestAnimationFrame(() => button.current?.focus());
  };
  const asksForCode = decision.isError && decision.error.problem.code === "fresh_code_needed";
  const problem = decision.isError && !asksForCode && <DecisionProblem kind={decision.variables.kind} error={decision.error} />;
  if (asksForCode && changeSet.status === "proposed") {
    return <FreshCode onShown={() => decision.mutate({ kind: "approve" })} onBack={() => decision.reset()} />;
  }

  if (changeSet.status !== "proposed") {
    return (
      <>
        {problem}
        {changeSet.status === "needs_person" && <Settle changeSet={changeSet} />}
        {changeSet.can_undo && <UndoOffer changeSet={changeSet} />}
      </>
    );
  }
  return (
    <div className="border-t border-line">
      {problem}
      {mode === "rest" && <Choices changeSet={changeSet} onMode={onMode} approveButton={approveButton} rejectButton={rejectButton} />}
      {mode === "revise" && (
        <ReviseForm
          changeSet={changeSet}
          busy={decision.isPending}
          onRevise={(revision) => decision.mutate({ kind: "revise", ...revision }, { onSettled: () => onMode("rest") })}
          onBack={() => onMode("rest")}
        />
      )}
      {mode === "approve" && (
        <ConfirmApproval
          changeSet={changeSet}
          busy={decision.isPending}
          onConfirm={() => decision.mutate({ kind: "approve" }, { onSettled: () => onMode("rest") })}
          onBack={() => back(approveButton)}
        />
      )}
      {mode === "reject" && (
        <RejectForm
          busy={decision.isPending}
          onReject={(reason) => decision.mutate({ kind: "reject", reason }, { onSettled: () => onMode("rest") })}
          onBack={() => back(rejectButton)}
        />
      )}
    </div>
  );
}

interface ChoicesProps {
  changeSet: ChangeSet;
  onMode: (mode: DecisionMode) => void;
  approveButton: RefObject<HTMLButtonElement | null>;
  rejectButton: RefObject<HTMLButtonElement | null>;
}

function Choices({ changeSet, onMode, approveButton, rejectButton }: ChoicesProps) {
  const { role } = useUser();
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 py-3">
      {changeSet.may_decide ? (
        <>
          <Button ref={approveButton} kind="primary" onClick={() => onMode("approve")}>
            Approve…
          </Button>
          <Button ref={rejectButton} kind="danger" onClick={() => onMode("reject")}>
            Reject…
          </Button>
        </>
      ) : (
        <p className="text-sm text-ink-2">You cannot decide this: {changeSet.why_not || "your role does not allow it"}.</p>
      )}
      {role !== "viewer" && isRevisable(changeSet) && <Button onClick={() => onMode("revise")}>Edit…</Button>}
      <PlanMark hash={changeSet.plan_hash} />
    </div>
  );
}

function PlanMark({ hash }: { hash: string }) {
  return (
    <span className="ml-auto font-mono text-2xs text-ink-3" title={`You approve exactly the plan with the hash ${hash}`}>
      plan {hash.slice(0, 10)}
    </span>
  );
}

function UndoOffer({ changeSet }: { changeSet: ChangeSet }) {
  const undo = useDecision(changeSet);
  const [proposal, setProposal] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (proposal) box.current?.focus();
  }, [proposal]);
  if (proposal) {
    return (
      <div ref={box} tabIndex={-1} className="border-t border-line bg-sunken p-3">
        <LiveApproval id={proposal} />
      </div>
    );
  }
  return (
    <div className="border-t border-line px-4 py-2.5">
      {undo.isError && <DecisionProblem kind="undo" error={undo.error} />}
      <Button size="sm" busy={undo.isPending} onClick={() => undo.mutate({ kind: "undo" }, { onSuccess: (answer) => setProposal(answer.id) })}>
        <Undo2 aria-hidden className="size-3.5" /> Propose to undo
      </Button>
    </div>
  );
}
