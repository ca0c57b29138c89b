/** A change set as the server shows it: its plan, verdict, expected effect and fate. */
import type { Money, Platform } from "./types";

export type ChangeSetStatus =
  | "denied"
  | "proposed"
  | "approved"
  | "applying"
  | "done"
  | "failed"
  | "rejected"
  | "expired"
  | "needs_person";

export type LegStatus = "pending" | "sending" | "done" | "failed" | "skipped" | "unknown";

/** One field of what a leg creates or sets; empty where it is not set. */
export interface LegPart {
  label: string;
  before: string;
  after: string;
}

/** What a created or removed thing stands in; the same plan creates it where `is_new`. */
export interface Place {
  level: string;
  id: string;
  name: string;
  is_new: boolean;
}

export interface Leg {
  /** Unique in the plan. */
  key: string;
  platform: Platform;
  account_id: string;
  entity_id: string;
  level: string;
  name: string;
  name_marks: string[];
  field: string;
  before: string;
  after: string;
  delta: Money | null;
  delta_share: number | null;
  parts: LegPart[];
  place: Place | null;
  /** What ids in `before` and `after` are called. */
  known_names: Record<string, string>;
  status: LegStatus;
  note: string;
}

export interface Finding {
  rule: string;
  passed: boolean;
  message: string;
  actual: string;
  limit: string;
  cure: string;
}

export interface Verdict {
  allowed: boolean;
  policy_version: number;
  findings: Finding[];
  needs_second_person: boolean;
}

export interface Band {
  p10: string;
  p50: string;
  p90: string;
  unit: string;
}

export interface Effect {
  horizon_days: number;
  spend: Band | null;
  conversions: Band | null;
  value: Band | null;
  method: string;
  window: string;
  notes: string[];
  dry_runs: string[];
  readings: string[];
}

export interface Decision {
  decision: "approved" | "rejected";
  by_name: string;
  role: string;
  at: string;
  reason: string;
  via: string;
  /** Whose right to approve was lent; empty where it was the person's own. */
  in_name_of: string;
}

export interface ChangeSet {
  id: string;
  status: ChangeSetStatus;
  title: string;
  reason: string;
  plan_hash: string;
  revision: number;
  legs: Leg[];
  daily_change: Money[];
  verdict: Verdict;
  effect: Effect | null;
  worst_case: Money | null;
  /** Spent for nothing while platforms learn anew what a large step changed; null where nothing is, or it cannot be told. */
  learning_cost: Money | null;
  requested_by: string;
  agent: string;
  thread_id: string | null;
  created_at: string;
  updated_at: string;
  expires_at: string;
  approval: Decision | null;
  outcome: string;
  undoes: string | null;
  may_decide: boolean;
  why_not: string;
  /** A yes asks for a fresh code of this person's second factor first. */
  needs_code: boolean;
  can_undo: boolean;
}
