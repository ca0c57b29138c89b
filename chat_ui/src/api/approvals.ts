import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiError, get, post } from "./client";
import type { AuditReport, ChangeSet, ChangeSetStatus } from "./types";

export const WAITING: readonly ChangeSetStatus[] = ["proposed"];
export const MOVING: readonly ChangeSetStatus[] = ["approved", "applying"];

/** How soon a change set is worth reading again, by what it is doing. */
function refetchAfter(status: ChangeSetStatus | undefined): number | false {
  if (status && MOVING.includes(status)) return 1_000;
  if (status === "proposed") return 10_000;
  return status === "needs_person" ? 15_000 : false;
}

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ["approval", id],
    queryFn: ({ signal }) => get<ChangeSet>(`/api/approvals/${encodeURIComponent(id)}`, undefined, signal),
    refetchInterval: (query) => refetchAfter(query.state.data?.status),
  });

export const approvalsQuery = (statuses: readonly ChangeSetStatus[]) =>
  queryOptions({
    queryKey: ["approvals", ...statuses],
    queryFn: ({ signal }) =>
      get<{ items: ChangeSet[] }>("/api/approvals", { status: statuses }, signal).then((page) => page.items),
    refetchInterval: 15_000,
  });

export const auditQuery = queryOptions({
  queryKey: ["audit"],
  queryFn: ({ signal }) => get<AuditReport>("/api/audit/verify", undefined, signal),
  staleTime: 10_000,
});

export type DecisionKind = "approve" | "reject" | "undo" | "revise" | "settle";

export interface DecisionInput {
  kind: DecisionKind;
  reason?: string;
  /** For a revision: new daily budgets by entity, and what to leave out. */
  amounts?: Record<string, string>;
  leaveOut?: string[];
  /** For settling: what the person found, where no read of ours can tell. */
  happened?: boolean;
}

/** Decides one change set. Never optimistic: the card shows what the server says happened. */
export function useDecision(changeSet: ChangeSet) {
  const queries = useQueryClient();
  return useMutation<ChangeSet, ApiError, DecisionInput>({
    mutationFn: ({ kind, reason, amounts, leaveOut, happened }) => {
      const path = `/api/approvals/${encodeURIComponent(changeSet.id)}/${kind}`;
      if (kind === "undo") return post<ChangeSet>(path);
      if (kind === "settle") return post<ChangeSet>(path, { happened: happened ?? null });
      if (kind === "revise") return post<ChangeSet>(path, { plan_hash: changeSet.plan_hash, amounts, leave_out: leaveOut });
      return post<ChangeSet>(path, { plan_hash: changeSet.plan_hash, ...(kind === "reject" && { reason }) });
    },
    onSuccess: (answer) => queries.setQueryData(approvalQuery(answer.id).queryKey, answer),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["approval", changeSet.id] });
      void queries.invalidateQueries({ queryKey: ["approvals"] });
      void queries.invalidateQueries({ queryKey: ["threads"] });
      void queries.invalidateQueries({ queryKey: ["audit"] });
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
    },
  });
}
