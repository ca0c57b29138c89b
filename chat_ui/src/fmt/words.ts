import type { ChangeSetStatus, Leg, Platform } from "@/api/types";
import { money, moneyIn } from "./money";

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

const FIELDS: Record<string, string> = { daily_budget: "Daily budget", status: "Status" };
export const fieldName = (field: string): string => FIELDS[field] ?? sentence(field);

/** "last_7_days" as "Last 7 days". */
export function sentence(identifier: string): string {
  const words = identifier.replaceAll("_", " ").trim();
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : "";
}

/** What a leg changes from or to: money by Intl, a status as a word. */
export function legValue(text: string): string {
  const amount = moneyIn(text);
  return amount ? money(amount) : sentence(text);
}

/** "Lower “Retargeting” on Meta Ads from $300.00 to $200.00 a day" */
export function legSentence(leg: Leg): string {
  const where = `“${leg.name}” on ${platformName(leg.platform)}`;
  if (leg.field !== "daily_budget") {
    const verb = leg.after === "paused" ? "Pause" : leg.after === "enabled" ? "Enable" : `Set to ${leg.after}:`;
    return `${verb} ${where}`;
  }
  const verb = leg.delta?.amount.startsWith("-") ? "Lower" : "Raise";
  return `${verb} ${where} from ${legValue(leg.before)} to ${legValue(leg.after)} a day`;
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
