const LOCALE = "en-US";
const dayLong = new Intl.DateTimeFormat(LOCALE, { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" });
const dayShort = new Intl.DateTimeFormat(LOCALE, { month: "short", day: "numeric", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const moment = new Intl.DateTimeFormat(LOCALE, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A calendar day ("2026-11-16") as "Mon, Nov 16"; days have no zone to convert. */
export const day = (iso: string): string => dayLong.format(new Date(`${iso}T00:00:00Z`));
export const dayBrief = (iso: string): string => dayShort.format(new Date(`${iso}T00:00:00Z`));
export const dayRange = (since: string, until: string): string =>
  since === until ? dayBrief(since) : `${dayBrief(since)} – ${dayBrief(until)}`;

/** "2026-11-16 to 2026-11-22 (America/New_York)" as "Nov 16 – Nov 22 (America/New York)". */
export const windowWords = (text: string): string =>
  text
    .replace(/(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)/, (_, since: string, until: string) => dayRange(since, until))
    .replace(/\(\w+\/[\w/]+\)/, (zone) => zone.replaceAll("_", " "));

/** "14:05" today, "Nov 16, 14:05" on other days, in the reader's zone. */
export function timeOf(iso: string, now: number = Date.now()): string {
  const at = new Date(iso);
  return at.toDateString() === new Date(now).toDateString() ? clock.format(at) : moment.format(at);
}

/** "just now", "4 min ago", "3 h ago", "2 days ago" */
export function ago(iso: string, now: number = Date.now()): string {
  const passed = now - Date.parse(iso);
  if (passed < MINUTE) return "just now";
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  const days = Math.floor(passed / DAY);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

/** What is left until a moment: "2 days", "3 h 20 min", "14:09"; null once it has passed. */
export function timeLeft(iso: string, now: number): string | null {
  const left = Date.parse(iso) - now;
  if (left <= 0) return null;
  if (left >= 2 * DAY) return `${Math.floor(left / DAY)} days`;
  if (left >= HOUR) return `${Math.floor(left / HOUR)} h ${Math.floor((left % HOUR) / MINUTE)} min`;
  const seconds = Math.floor(left / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export type ThreadAge = "Today" | "Yesterday" | "Last 7 days" | "Earlier";

export function threadAge(iso: string, now: number = Date.now()): ThreadAge {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const at = Date.parse(iso);
  if (at >= midnight) return "Today";
  if (at >= midnight - DAY) return "Yesterday";
  return at >= midnight - 7 * DAY ? "Last 7 days" : "Earlier";
}
