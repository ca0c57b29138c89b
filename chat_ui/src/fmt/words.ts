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

/** A single value of a leg; an id by its name where that is known, the id beside it. */
export function namedValue(leg: Leg, text: string): string {
  const name = leg.known_names[text];
  return name ? `${name} (${text})` : legValue(text);
}

/** What a leg is about: "Campaign", "Negative keyword". */
export function legKind(leg: Leg): string {
  const negative = leg.field === "keyword" && leg.parts.some(({ label, before, after }) => label === "negative" && (after || before) === "yes");
  return negative ? "Negative keyword" : sentence(leg.field);
}

/** "the new campaign “Summer Trail”", "the account “TechFlow” (4821930057)"; empty where a leg changes its own object. */
export function placeWords({ place }: Leg): string {
  if (!place) return "";
  const level = sentence(place.level).toLowerCase();
  if (place.is_new) return `the new ${level} “${place.name}”`;
  return place.name ? `the ${level} “${place.name}” (${place.id})` : `the ${level} ${place.id}`;
}

const PAUSED_AT_FIRST = new Set(["campaign", "ad_group", "ad"]);

/** Whether a leg creates something that would spend money, were it not created paused. */
export const isCreatedPaused = (leg: Leg): boolean => leg.before === ABSENT && PAUSED_AT_FIRST.has(leg.field);

/** "Lower “Retargeting” on Meta Ads from $300.00 to $200.00 a day" */
export function legSentence(leg: Leg): string {
  const place = placeWords(leg);
  const where = `“${leg.name}”${place && ` in ${place}`} on ${platformName(leg.platform)}`;
  if (leg.field === "status") return `${STATUS_VERBS[leg.after] ?? sentence(leg.after)} ${where}`;
  if (leg.field !== "daily_budget") {
    const what = legKind(leg).toLowerCase();
    if (leg.before === ABSENT) return `New ${what} ${where}`;
    if (leg.after === ABSENT) return `Take away the ${what} ${where}`;
    return leg.parts.length > 0 ? `Change the ${what} of ${where}` : `Set the ${what} of ${where} to ${namedValue(leg, leg.after)}`;
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
