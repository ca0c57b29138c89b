import type { DecisionKind } from "@/api/approvals";
import type { ApiError } from "@/api/client";
import { ProblemNote } from "@/ui/problem-note";

const FAILED: Record<DecisionKind, string> = {
  approve: "Your approval did not count",
  reject: "Your rejection did not count",
  revise: "The plan was not changed",
  settle: "It was not settled",
  undo: "The way back could not be proposed",
};

/** Why a decision did not count; a conflict means somebody or something else was first. */
export function DecisionProblem({ kind, error }: { kind: DecisionKind; error: ApiError }) {
  const unanswered = error.status === 0 || error.status >= 500;
  const effect = unanswered ? "The card shows what is known; look at it before you try again." : "You changed nothing.";
  return <ProblemNote className="m-3" failed={FAILED[kind]} error={error} effect={effect} />;
}
