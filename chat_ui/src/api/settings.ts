import { queryOptions } from "@tanstack/react-query";
import { get, post, put, remove } from "./client";

export interface Note {
  id: string;
  text: string;
  kind: "fact" | "preference" | "decision" | "outcome" | "document" | "conversation" | "note";
  origin: string;
  trust: "observed" | "stated" | "reported" | "foreign";
  created_at: string;
}

export const memoryQuery = (query: string) =>
  queryOptions({
    queryKey: ["memory", query],
    queryFn: ({ signal }) => get<{ items: Note[] }>("/api/memory", { query, limit: 50 }, signal).then((page) => page.items),
  });

export const writeNote = (text: string) => post<Note>("/api/memory", { text });
export const forgetNote = (id: string) => remove(`/api/memory/${encodeURIComponent(id)}`);

export interface MfaState {
  enabled: boolean;
  recovery_left: number;
}

export interface MfaSetUp {
  secret: string;
  uri: string;
  qr_svg: string;
  recovery_codes: string[];
}

export const mfaQuery = queryOptions({
  queryKey: ["mfa"],
  queryFn: ({ signal }) => get<MfaState>("/api/mfa", undefined, signal),
});

export const setUpMfa = () => post<MfaSetUp>("/api/mfa/setup");
export const verifyCode = (code: string) => post<MfaState>("/api/mfa/verify", { code });
export const disableMfa = (code: string) => post<MfaState>("/api/mfa/disable", { code });

/** Amounts are decimals in the base currency; null is no limit. */
export interface Policy {
  version: number;
  base_currency: string;
  daily_cap_total: string;
  daily_cap_by_platform: Record<string, string>;
  daily_cap_per_entity: string | null;
  monthly_cap_total: string | null;
  monthly_cap_by_platform: Record<string, string>;
  max_step_share: string;
  max_day_share: string;
  max_week_share: string | null;
  min_days: number;
  min_conversions: number;
  learning_days: number;
  learning_step_share: string;
  quiet_hours: { begin: string; end: string } | null;
  allowed_weekdays: number[];
  blocked: string[];
  second_person_above: string | null;
  short_expiry_above: string | null;
  never_touch: string[];
  agent_may_propose: boolean;
  second_factor_for_approval: boolean;
  second_factor_minutes: number;
  rates: { day: string; source: string; per_unit: Record<string, string> } | null;
  max_rate_age_days: number;
}

export const policyQuery = queryOptions({
  queryKey: ["policy"],
  queryFn: ({ signal }) => get<Policy>("/api/policy", undefined, signal),
});

export const changePolicy = (policy: Policy) => put<Policy>("/api/policy", policy);
