import type { ChangeSet, ChangeSetStatus, Leg, Platform } from "@/api/types";
import { isNegative, isZero, money, moneyIn, sums } from "./money";

const PLATFORMS: Record<Platform, string> = {
  google: "Google Ads",
  meta: "Meta Ads",
  linkedin: "LinkedIn Ads",
  tiktok: "TikTok Ads",
  youtube: "YouTube Ads",
  gohighlevel: "GoHighLevel",
  shopify: "Shopify",
  stripe: "Stripe",
};

export const platformName = (platform: Platform): string => PLATFORMS[platform];

export const fieldName = (field: string): string => (field === "ad" ? "Ad" : sentence(field));

/** "last_7_days" as "Last 7 days", "cpa_wape" as "CPA wape". */
export function sentence(identifier: string): string {
  const words = identifier.replaceAll("_", " ").trim().replace(/^(cpa|cpc|cpm|ctr|cvr|ltv|roas)\b/, (name) => name.toUpperCase());
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : "";
}

const STATUS_WORDS = new Set(["paused", "enabled", "removed"]);

/** What a leg changes from or to: money by Intl, a status as a word, all else letter by letter. */
export function legValue(text: string): string {
  const amount = moneyIn(text);
  if (amount) return money(amount);
  return STATUS_WORDS.has(text) ? sentence(text) : text;
}

/** What stands where something is created or taken away. */
export const ABSENT = "not there";
const STATUS_VERBS: Record<string, string> = { paused: "Pause", enabled: "Enable", removed: "Remove for good" };

/** "Lower “Retargeting” on Meta Ads from $300.00 to $200.00 a day" */
export function legSentence(leg: Leg): string {
  const where = `“${leg.name}” on ${platformName(leg.platform)}`;
  if (leg.field === "status") return `${STATUS_VERBS[leg.after] ?? sentence(leg.after)} ${where}`;
  if (leg.field !== "daily_budget") {
    const what = fieldName(leg.field).toLowerCase();
    if (leg.before === ABSENT) return `New ${what} ${where}`;
    if (leg.after === ABSENT) return `Take away the ${what} ${where}`;
    return leg.parts.length > 0 ? `Change the ${what} of ${where}` : `Set the ${what} of ${where} to ${legValue(leg.after)}`;
  }
  const verb = leg.delta?.amount.startsWith("-") ? "Lower" : "Raise";
  return `${verb} ${where} from ${legValue(leg.before)} to ${legValue(leg.after)} a day`;
}

/** The change in one line, from the plan itself: a title is text, the legs are what is approved. */
export function changeTitle(changeSet: ChangeSet): string {
  const [first, second] = changeSet.legs;
  if (first && changeSet.legs.length === 1) return legSentence(first).replaceAll(/[“”]/g, "");
  const budgets = changeSet.legs.every((leg) => leg.field === "daily_budget" && leg.delta);
  if (!first?.delta || !second?.delta || changeSet.legs.length !== 2 || !budgets) return changeSet.title;
  const [from, to] = isNegative(first.delta) ? [first, second] : [second, first];
  const amount = to.delta && from.delta && sums([from.delta, to.delta]);
  if (!to.delta || !amount || amount.length !== 1 || !amount.every(isZero)) return changeSet.title;
  return `Move ${money(to.delta)} a day from ${from.name} to ${to.name}`;
}

const STATUSES: Record<ChangeSetStatus, string> = {
  denied: "Refused by policy",
  proposed: "Waiting for approval",
  approved: "Approved",
  applying: "Applying",
  done: "Applied",
  failed: "Not applied",
  rejected: "Rejected",
  expired: "Expired",
  needs_person: "Needs a person",
};

export const statusName = (status: ChangeSetStatus): string => STATUSES[status];
