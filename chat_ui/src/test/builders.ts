import type { Campaign, ChangeSet, Day, Leg, Performance, User } from "@/api/types";
import type { AgUiEvent, RunEvent } from "@/chat/events";

export const usd = (amount: string) => ({ amount, currency: "USD" });

export const user = (over: Partial<User> = {}): User => ({
  id: "us_1",
  name: "Demo Owner",
  email: "owner@techflow.example",
  role: "owner",
  may_approve: true,
  has_second_factor: false,
  tenant: { id: "te_1", name: "TechFlow", base_currency: "USD", time_zone: "America/New_York" },
  ...over,
});

export const leg = (over: Partial<Leg> = {}): Leg => ({
  key: `${over.entity_id ?? "meta:1203"}#${over.field ?? "daily_budget"}`,
  platform: "meta",
  account_id: "act_901",
  entity_id: "meta:1203",
  level: "campaign",
  name: "Retargeting – Site visitors",
  name_marks: [],
  field: "daily_budget",
  before: "300.00 USD",
  after: "200.00 USD",
  delta: usd("-100.00"),
  delta_share: -0.3333,
  parts: [],
  place: null,
  known_names: {},
  status: "pending",
  note: "",
  ...over,
});

export const raise = (over: Partial<Leg> = {}): Leg =>
  leg({
    platform: "google",
    account_id: "5551",
    entity_id: "google:1101",
    name: "Brand – Exact",
    before: "400.00 USD",
    after: "500.00 USD",
    delta: usd("100.00"),
    delta_share: 0.25,
    ...over,
  });

export const changeSet = (over: Partial<ChangeSet> = {}): ChangeSet => ({
  id: "cs_1",
  status: "proposed",
  title: "Move $100.00 a day from Retargeting – Site visitors to Brand – Exact",
  reason: "ROAS of 0.9 against 4.2 over the last 30 days.",
  plan_hash: "ab12".repeat(16),
  revision: 1,
  legs: [leg(), raise()],
  daily_change: [usd("0.00")],
  verdict: {
    allowed: true,
    policy_version: 3,
    findings: [
      { rule: "daily_cap_total", passed: true, message: "All platforms together stay under the cap", actual: "8,420.00 USD", limit: "12,000.00 USD", cure: "" },
      { rule: "max_step_share", passed: true, message: "No budget moves by more than half", actual: "33.3 %", limit: "50 %", cure: "" },
    ],
    needs_second_person: false,
  },
  effect: {
    horizon_days: 7,
    spend: { p10: "-40.00", p50: "5.00", p90: "48.00", unit: "USD" },
    conversions: { p10: "1.2", p50: "6.4", p90: "12.8", unit: "conversions" },
    value: { p10: "210.00", p50: "1240.00", p90: "2410.00", unit: "USD" },
    method: "Saturating response curves fitted to 90 days",
    window: "Aug 25 – Nov 22",
    notes: ["Retargeting has little history below $200 a day."],
    dry_runs: ["Google Ads: validated, nothing written"],
    readings: [],
  },
  worst_case: usd("375.00"),
  learning_cost: null,
  requested_by: "Demo Owner",
  agent: "VOICE",
  thread_id: "th_1",
  created_at: "2026-11-23T14:00:00Z",
  updated_at: "2026-11-23T14:00:00Z",
  expires_at: "2126-11-23T14:30:00Z",
  approval: null,
  outcome: "",
  undoes: null,
  may_decide: true,
  why_not: "",
  needs_code: false,
  can_undo: false,
  ...over,
});

export const campaign = (over: Partial<Campaign> = {}): Campaign => ({
  id: "google:1101",
  platform: "google",
  account_id: "5551",
  name: "Brand – Exact",
  status: "enabled",
  objective: "SEARCH",
  daily_budget: usd("400.00"),
  shared_budget: false,
  impressions: 182_340,
  clicks: 9_120,
  spend: usd("11820.40"),
  conversions: 412.5,
  revenue: usd("49840.00"),
  ctr: 0.05,
  cpc: usd("1.30"),
  cpa: usd("28.66"),
  roas: 4.22,
  spend_change: 0.041,
  conversions_change: 0.082,
  cpa_change: -0.038,
  spark_days: ["2026-11-21", "2026-11-22", "2026-11-23"],
  spark_spend: [390, 402, 120],
  spark_conversions: [12, 14, 5],
  ...over,
});

export function performance(over: Partial<Performance> = {}): Performance {
  const days: Day[] = [20, 21, 23].map((date) => ({
    day: `2026-11-${date}`,
    impressions: 6_000,
    clicks: 300,
    spend: usd("390.00"),
    conversions: 13,
    revenue: usd("1600.00"),
  }));
  const window = { since: "2026-11-20", until: "2026-11-23", time_zone: "America/New_York", partial_day: "2026-11-23" };
  return { campaign: campaign(), days, window, ...over };
}

/** Events numbered from 1, as a run's log holds them. */
export const numbered = (events: readonly object[]): RunEvent[] =>
  events.map((event, index) => ({ seq: index + 1, event: event as AgUiEvent }));

const words = "Last week you spent **$18,204** and earned **$61,930**: a ROAS of 3.40.".match(/.{1,9}/g) ?? [];

/** Router → REFLEXES → one table → text. */
export const answeredRun = numbered([
  { type: "RUN_STARTED", threadId: "th_1", runId: "run_1", protocolVersion: "1.0" },
  { type: "CUSTOM", name: "handoff", value: { from: "Router", to: "REFLEXES", reason: "performance of last week" } },
  { type: "SUBAGENT_STARTED", subagentRunId: "run_1-a1", name: "REFLEXES" },
  { type: "TOOL_CALL_START", toolCallId: "c1", toolCallName: "performance_summary" },
  { type: "TOOL_CALL_ARGS", toolCallId: "c1", delta: '{"period":"last' },
  { type: "TOOL_CALL_ARGS", toolCallId: "c1", delta: '_week","platform":""}' },
  { type: "TOOL_CALL_END", toolCallId: "c1" },
  { type: "TOOL_CALL_RESULT", messageId: "r1", toolCallId: "c1", content: '{"kind":"table","columns":[],"rows":[]}' },
  { type: "TEXT_MESSAGE_START", messageId: "m1", role: "assistant" },
  ...words.map((delta) => ({ type: "TEXT_MESSAGE_CONTENT", messageId: "m1", delta })),
  { type: "TEXT_MESSAGE_END", messageId: "m1" },
  { type: "CUSTOM", name: "outcome", value: { outcome: "answered" } },
  { type: "RUN_FINISHED", threadId: "th_1", runId: "run_1", outcome: { type: "success" } },
]);

/** VOICE proposes, the change set is told twice (a later status change repeats it). */
export const proposedRun = numbered([
  { type: "RUN_STARTED", threadId: "th_1", runId: "run_2" },
  { type: "SUBAGENT_STARTED", subagentRunId: "run_2-a1", name: "VOICE" },
  { type: "TOOL_CALL_START", toolCallId: "c2", toolCallName: "propose_budget_move" },
  { type: "TOOL_CALL_RESULT", messageId: "r2", toolCallId: "c2", content: '{"kind":"proposal","change_set_id":"cs_1"}' },
  { type: "CUSTOM", name: "change_set", value: { id: "cs_1", plan_hash: "ab", status: "proposed", title: "Move" } },
  { type: "TEXT_MESSAGE_START", messageId: "m2", role: "assistant" },
  { type: "TEXT_MESSAGE_CONTENT", messageId: "m2", delta: "It waits for your approval." },
  { type: "CUSTOM", name: "change_set", value: { id: "cs_1", plan_hash: "ab", status: "done", title: "Move" } },
  { type: "RUN_FINISHED", threadId: "th_1", runId: "run_2" },
]);
