import type { Campaign } from "@/api/types";
import { platformName } from "@/fmt";

/** Money's decimal text goes out as it is: no float between, and no text to neutralize. */
class Numeral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Value = string | number | Numeral | null;

const numeral = (amount: string | undefined): Value => (amount === undefined ? null : new Numeral(amount));

const COLUMNS: readonly (readonly [string, (campaign: Campaign) => Value])[] = [
  ["id", (c) => c.id],
  ["campaign", (c) => c.name],
  ["platform", (c) => platformName(c.platform)],
  ["account", (c) => c.account_id],
  ["status", (c) => c.status],
  ["objective", (c) => c.objective],
  ["currency", (c) => c.spend.currency],
  ["daily_budget", (c) => numeral(c.daily_budget?.amount)],
  ["shared_budget", (c) => (c.shared_budget ? "yes" : "no")],
  ["spend", (c) => numeral(c.spend.amount)],
  ["spend_change_share", (c) => c.spend_change],
  ["conversions", (c) => c.conversions],
  ["conversions_change_share", (c) => c.conversions_change],
  ["cpa", (c) => numeral(c.cpa?.amount)],
  ["cpa_change_share", (c) => c.cpa_change],
  ["revenue", (c) => numeral(c.revenue.amount)],
  ["roas", (c) => c.roas],
  ["ctr_share", (c) => c.ctr],
  ["cpc", (c) => numeral(c.cpc?.amount)],
  ["clicks", (c) => c.clicks],
  ["impressions", (c) => c.impressions],
];

/** A text that a spreadsheet would run as a formula gets an apostrophe in front; then CSV's own quoting. */
export function csvCell(value: Value): string {
  if (value === null) return "";
  if (value instanceof Numeral) return value.text;
  if (typeof value === "number") return String(value);
    const harmless = /^\s*[=+\-@\t\r\n|%]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function campaignsCsv(campaigns: readonly Campaign[]): string {
  const rows = campaigns.map((campaign) => COLUMNS.map(([, read]) => csvCell(read(campaign))).join(","));
  return [COLUMNS.map(([name]) => name).join(","), ...rows].join("\r\n") + "\r\n";
}

export function downloadCsv(name: string, text: string): void {
  // The byte order mark tells spreadsheets that this is UTF-8.
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
