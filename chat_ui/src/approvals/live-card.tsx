import { useQuery, useQueryClient } from "@tanstack/react-query";
import { approvalQuery } from "@/api/approvals";
import type { ChangeSet } from "@/api/types";
import { ProblemNote } from "@/ui/problem-note";
import { ApprovalCard } from "./card";
import type { DecisionMode } from "./decision";

interface Props {
  id: string;
  mode?: DecisionMode;
  onMode?: (mode: DecisionMode) => void;
}

/** The card of one change set, always as the server has it now. */
export function LiveApproval({ id, mode, onMode }: Props) {
  const queries = useQueryClient();
  const query = useQuery({
    ...approvalQuery(id),
    // A list that was just read shows it at once; its own read follows.
    placeholderData: () =>
      queries
        .getQueriesData<ChangeSet[]>({ queryKey: ["approvals"] })
        .flatMap(([, list]) => list ?? [])
        .find((one) => one.id === id),
  });
  if (query.data) return <ApprovalCard changeSet={query.data} mode={mode} onMode={onMode} />;
  if (query.isError) {
    return <ProblemNote failed="The proposal could not be loaded" error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <div aria-hidden className="h-56 skeleton rounded-xl" />;
}
