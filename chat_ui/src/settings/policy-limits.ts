import type { Policy } from "@/api/settings";
import type { Platform } from "@/api/types";
import { money, platformName } from "@/fmt";

/** One limit: how it reads, its text in the form, and how the form's text goes back into the policy. */
export interface Limit {
  name: string;
  label: string;
  kind: "text" | "flag" | "set";
  /** Of a set: what can be chosen, and how it reads. */
  choices?: readonly (readonly [value: string, label: string])[];
  /** Of a set: what is chosen. */
  chosen?: (policy: Policy) => readonly string[];
  required?: boolean;
  unit?: (policy: Policy) => string;
  words: (policy: Policy) => string;
  value: (policy: Policy) => string;
  put: (policy: Policy, text: string) => Policy;
}

type AmountName = "daily_cap_total" | "daily_cap_per_entity" | "monthly_cap_total" | "second_person_above" | "short_expiry_above";
type ShareName = "max_step_share" | "max_day_share" | "max_week_share";
type CountName = "min_days" | "min_conversions" | "learning_days" | "second_factor_minutes";
type FlagName = "agent_may_propose" | "second_factor_for_approval";

const amount = (name: AmountName, label: string, required = false): Limit => ({
  name,
  label,
  kind: "text",
  required,
  unit: (policy) => policy.base_currency,
  words: (policy) => (policy[name] === null ? "no limit" : money({ amount: policy[name], currency: policy.base_currency })),
  value: (policy) => policy[name] ?? "",
  put: (policy, text) => ({ ...policy, [name]: text === "" && !required ? null : text.replaceAll(",", "") }),
});

/** Exact, because a share is a limit: "1.5" is 150, "0.075" is 7.5. */
const percentOf = (share: string): string => String(Number((Number(share) * 100).toFixed(6)));
const shareOf = (percent: string): string => String(Number((Number(percent.replace("%", "").trim()) / 100).toFixed(8)));

const share = (name: ShareName, label: string, required = true): Limit => ({
  name,
  label,
  kind: "text",
  required,
  unit: () => "%",
  words: (policy) => (policy[name] === null ? "no limit" : `${percentOf(policy[name])} %`),
  value: (policy) => (policy[name] === null ? "" : percentOf(policy[name])),
  put: (policy, text) => ({ ...policy, [name]: text === "" && !required ? null : shareOf(text) }),
});

const counted = (name: CountName, label: string): Limit => ({
  name,
  label,
  kind: "text",
  required: true,
  words: (policy) => String(policy[name]),
  value: (policy) => String(policy[name]),
  put: (policy, text) => ({ ...policy, [name]: Number(text) }),
});

const flag = (name: FlagName, label: string): Limit => ({
  name,
  label,
  kind: "flag",
  words: (policy) => (policy[name] ? "yes" : "no"),
  value: (policy) => (policy[name] ? "on" : ""),
  put: (policy, text) => ({ ...policy, [name]: text === "on" }),
});

const quiet: Limit = {
  name: "quiet_hours",
  label: "Quiet hours, e.g. 20:00-07:00",
  kind: "text",
  words: ({ quiet_hours }) => (quiet_hours ? `${quiet_hours.begin.slice(0, 5)} to ${quiet_hours.end.slice(0, 5)}` : "none"),
  value: ({ quiet_hours }) => (quiet_hours ? `${quiet_hours.begin.slice(0, 5)}-${quiet_hours.end.slice(0, 5)}` : ""),
  put: (policy, text) => {
    const [begin = "", end = ""] = text.split("-").map((part) => part.trim());
    return { ...policy, quiet_hours: text === "" ? null : { begin, end } };
  },
};

const OPERATIONS = [
  ["raise_budget", "raising budgets"],
  ["lower_budget", "lowering budgets"],
  ["enable", "enabling"],
  ["pause", "pausing"],
  ["remove", "removing for good"],
  ["create", "creating"],
  ["rename", "renaming"],
  ["raise_bid", "raising bids"],
  ["lower_bid", "lowering bids"],
  ["change_keywords", "keywords"],
  ["change_targeting", "targeting"],
  ["change_crm", "the CRM"],
  ["change_shop", "the shop"],
  ["change_subscription", "subscriptions"],
] as const;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map((day, index) => [String(index), day] as const);

const chosenOf = (choices: Limit["choices"], chosen: readonly string[], none: string): string =>
  (choices ?? []).filter(([value]) => chosen.includes(value)).map(([, label]) => label).join(", ") || none;

const blocked: Limit = {
  name: "blocked",
  label: "Never proposed",
  kind: "set",
  choices: OPERATIONS,
  chosen: (policy) => policy.blocked,
  words: (policy) => chosenOf(OPERATIONS, policy.blocked, "nothing is ruled out"),
  value: (policy) => policy.blocked.join(","),
  put: (policy, text) => ({ ...policy, blocked: text.split(",").filter(Boolean) }),
};

const weekdays: Limit = {
  name: "allowed_weekdays",
  label: "Changes are made on",
  kind: "set",
  choices: DAYS,
  chosen: (policy) => policy.allowed_weekdays.map(String),
  words: (policy) => (policy.allowed_weekdays.length === 7 ? "every day" : chosenOf(DAYS, policy.allowed_weekdays.map(String), "no day")),
  value: (policy) => policy.allowed_weekdays.join(","),
  put: (policy, text) => ({ ...policy, allowed_weekdays: text.split(",").filter(Boolean).map(Number) }),
};

const neverTouch: Limit = {
  name: "never_touch",
  label: "Never touch, ids separated by commas",
  kind: "text",
  words: (policy) => policy.never_touch.join(", ") || "none",
  value: (policy) => policy.never_touch.join(", "),
  put: (policy, text) => ({ ...policy, never_touch: text.split(/[\s,;]+/).filter(Boolean) }),
};

const platformCap = (platform: Platform): Limit => ({
  name: `daily_cap_by_platform.${platform}`,
  label: `${platformName(platform)} a day`,
  kind: "text",
  unit: (policy) => policy.base_currency,
  words: ({ daily_cap_by_platform: caps, base_currency: currency }) => (caps[platform] ? money({ amount: caps[platform], currency }) : "no limit"),
  value: (policy) => policy.daily_cap_by_platform[platform] ?? "",
  put: (policy, text) => {
    const others = Object.entries(policy.daily_cap_by_platform).filter(([name]) => name !== platform);
    const own = text === "" ? [] : [[platform, text.replaceAll(",", "")] as const];
    return { ...policy, daily_cap_by_platform: Object.fromEntries([...others, ...own]) };
  },
});

const rates: Limit = {
  name: "rates",
  label: "What one unit of other currencies is worth, e.g. EUR=1.08; JPY=0.0066",
  kind: "text",
  unit: (policy) => policy.base_currency,
  words: ({ rates: dated }) => (dated ? `${ratesText(dated.per_unit)} (${dated.day}, ${dated.source})` : "none: one currency only"),
  value: ({ rates: dated }) => (dated ? ratesText(dated.per_unit) : ""),
  put: (policy, text) => {
    if (text === (policy.rates ? ratesText(policy.rates.per_unit) : "")) return policy;
    const per_unit = Object.fromEntries(text.split(/[;\s]+/).filter(Boolean).map((pair) => pair.split("=", 2) as [string, string]));
    return { ...policy, rates: text === "" ? null : { day: new Date().toISOString().slice(0, 10), source: "entered in Settings", per_unit } };
  },
};
const ratesText = (perUnit: Record<string, string>): string => Object.entries(perUnit).map(([code, rate]) => `${code}=${rate}`).join("; ");

export const LIMITS: readonly Limit[] = [
  amount("daily_cap_total", "All daily budgets together", true),
  amount("monthly_cap_total", "Spend of a month"),
  amount("daily_cap_per_entity", "One campaign a day"),
  ...(["google", "meta", "linkedin", "tiktok", "youtube"] as const).map(platformCap),
  share("max_step_share", "One change of a budget or bid"),
  share("max_day_share", "Raises within 24 hours"),
  share("max_week_share", "Raises within 7 days", false),
  amount("second_person_above", "A second person above"),
  amount("short_expiry_above", "15 minutes to approve above"),
  counted("min_days", "Days with delivery before a raise"),
  counted("min_conversions", "Conversions before a raise"),
  counted("learning_days", "Small steps for so many days"),
  quiet,
  counted("second_factor_minutes", "Minutes that a code lasts"),
  flag("second_factor_for_approval", "Approving needs a second factor"),
  flag("agent_may_propose", "Agents may propose"),
  rates,
  neverTouch,
  weekdays,
  blocked,
];

/** The policy with everything that the form says; what it does not show stays as it is. */
export const withForm = (policy: Policy, form: FormData): Policy =>
  LIMITS.reduce((changed, limit) => limit.put(changed, form.getAll(limit.name).join(",").trim()), policy);
