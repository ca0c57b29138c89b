import { queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { Money } from "./types";

/** `low` and `high` hold nine times in ten. */
export interface Interval {
  low: Money;
  mid: Money;
  high: Money;
}

export interface ChangeVerdict {
  change_set_id: string;
  title: string;
  days: number;
  since: string;
  until: string;
  result: "better" | "worse" | "inconclusive";
  net: Interval | null;
  why: string;
}

export interface ValueLedger {
  gains: Money;
  losses: Money;
  net: Interval;
  better: number;
  worse: number;
  inconclusive: number;
  items: ChangeVerdict[];
}

export interface Drift {
  entity_id: string;
  name: string;
  field: string;
  ours: string;
  seen: string;
  change_set_id: string;
}

export const valueQuery = queryOptions({
  queryKey: ["value"],
  queryFn: ({ signal }) => get<ValueLedger>("/api/value", undefined, signal),
  refetchInterval: 60_000,
});

export const reconciliationQuery = queryOptions({
  queryKey: ["reconciliation"],
  queryFn: ({ signal }) => get<{ backlog: number; unknown: number; drifts: Drift[] }>("/api/reconciliation", undefined, signal),
  refetchInterval: 60_000,
});
