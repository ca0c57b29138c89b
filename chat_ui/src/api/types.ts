/** The HTTP interface's shapes, as the server's views.py prints them. */
export type * from "./change-set-types";

export type Platform =
  | "google"
  | "meta"
  | "linkedin"
  | "tiktok"
  | "youtube"
  | "gohighlevel"
  | "shopify"
  | "stripe";

/** An exact decimal string in currency units, never a number. */
export interface Money {
  amount: string;
  currency: string;
}

export interface Tenant {
  id: string;
  name: string;
  base_currency: string;
  time_zone: string;
}

export interface User {
  id: string;
  name: string;
  email: string;
  role: string;
  may_approve: boolean;
  has_second_factor: boolean;
  tenant: Tenant;
}

export interface Engine {
  name: string;
  is_language_model: boolean;
  note: string;
}

export interface ServerStatus {
  version: string;
  engine: Engine;
  sandbox: boolean;
  applying_stopped: boolean;
  now: string;
}

export interface Thread {
  id: string;
  title: string;
  current_agent: string;
  running_run_id: string | null;
  waiting_approvals: number;
  created_at: string;
  updated_at: string;
}

export type RunStatus = "running" | "done" | "failed" | "cancelled";

export interface Usage {
  requests: number;
  input_tokens: number;
  output_tokens: number;
  tool_calls: number;
  cost_usd: string;
  by_agent: Record<string, number>;
}

export interface Run {
  id: string;
  thread_id: string;
  utterance: string;
  status: RunStatus;
  outcome: string;
  reply: string;
  route: string[];
  tool_calls: { name: string; arguments: Record<string, unknown>; effect: string; ok: boolean }[];
  change_set_ids: string[];
  usage: Usage;
  model: string;
  started_at: string;
  ended_at: string | null;
  error: string;
}

export interface ThreadDetail {
  thread: Thread;
  runs: Run[];
}

export interface RunStarted {
  run_id: string;
  events_url: string;
}

export interface Window {
  since: string;
  until: string;
  time_zone: string;
  partial_day: string | null;
}

export interface Freshness {
  platform: Platform;
  synced_at: string | null;
  running: boolean;
  share: number;
  error: string;
}

export interface Campaign {
  id: string;
  platform: Platform;
  account_id: string;
  name: string;
  status: "enabled" | "paused" | "removed";
  objective: string;
  daily_budget: Money | null;
  shared_budget: boolean;
  impressions: number;
  clicks: number;
  spend: Money;
  conversions: number;
  revenue: Money;
  ctr: number | null;
  cpc: Money | null;
  cpa: Money | null;
  roas: number | null;
  spend_change: number | null;
  conversions_change: number | null;
  cpa_change: number | null;
  spark_days: string[];
  spark_spend: number[];
  spark_conversions: number[];
}

export interface CampaignList {
  items: Campaign[];
  total: number;
  window: Window;
  freshness: Freshness[];
}

export interface Day {
  day: string;
  impressions: number;
  clicks: number;
  spend: Money;
  conversions: number;
  revenue: Money;
}

export interface Performance {
  campaign: Campaign;
  days: Day[];
  window: Window;
}

/** What a platform can do through us; `refused` says of each other action why not. */
export interface Capabilities {
  actions: string[];
  refused: Record<string, string>;
  reads: string[];
  can_dry_run: boolean;
  overdelivery: string;
}

/** What can be changed and read of a CRM, shop or payment service. */
export interface BusinessCapabilities {
  kinds: string[];
  changes: string[];
}

export interface Integration {
  platform: Platform;
  label: string;
  state: "connected" | "reconnect" | "trouble" | "not_connected";
  can_connect: boolean;
  needs_shop: boolean;
  capabilities: Capabilities | null;
  records: BusinessCapabilities | null;
  connected: boolean;
  ok: boolean;
  message: string;
  synced_at: string | null;
  campaigns: number;
  metric_rows: number;
}

export interface AuditReport {
  ok: boolean;
  rows: number;
  head: string;
  first_bad_seq: number | null;
  why: string;
}

/** Every error's body. `retry`: never, later, changed or after_check. */
export interface Problem {
  code: string;
  message: string;
  retry: string;
  request_id: string;
}
