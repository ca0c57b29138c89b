import type { Policy } from "@/api/settings";
import { money } from "@/fmt";

/** One limit: how it reads, its text in the form, and how the form's text goes back into the policy. */
export interface Limit {
  name: string;
  label: string;
  kind: "text" | "flag";
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

export const LIMITS: readonly Limit[] = [
  amount("daily_cap_total", "All daily budgets together", true),
  amount("monthly_cap_total", "Spend of a month"),
  amount("daily_cap_per_entity", "One campaign a day"),
  share("max_step_share", "One change of a budget"),
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
];

/** The policy with everything that the form says; what it does not show stays as it is. */
export const withForm = (policy: Policy, form: FormData): Policy =>
  LIMITS.reduce((changed, limit) => limit.put(changed, String(form.get(limit.name) ?? "").trim()), policy);
