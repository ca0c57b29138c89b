import { money, moneyIn, moneyMeasured } from "./money";
import { count, decimal, missing, percent, times } from "./numbers";

const SHARE = new Set(["share", "ratio_share"]);
const TIMES = new Set(["x", "times", "ratio", "multiple"]);

export const isCurrency = (unit: string): boolean => /^[A-Z]{3}$/.test(unit);

/** A numeral whether it came as a number or as decimal text; null for everything else. */
export function numeralOf(value: unknown): number | null {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return null;
}

/** One table cell in words, by its column's unit ("USD", "share", "%", "x", "days", "count", …). */
export function cell(value: unknown, unit: string): string {
  if (value === null || value === undefined || value === "") return missing;
  if (typeof value === "boolean") return value ? "yes" : "no";
  const numeral = numeralOf(value);
  if (numeral !== null) return measured(numeral, unit);
  if (typeof value === "string") {
    const amount = moneyIn(value);
    return amount ? money(amount) : value;
  }
  if (Array.isArray(value)) return value.map((item) => cell(item, unit)).join(" – ");
  return JSON.stringify(value);
}

function measured(value: number, unit: string): string {
  if (isCurrency(unit)) return moneyMeasured(value, unit);
  if (SHARE.has(unit)) return percent(value, Math.abs(value) < 0.1 ? 2 : 1);
  if (unit === "%") return `${decimal(value, 1)} %`;
  if (TIMES.has(unit)) return times(value);
  if (unit === "days" || unit === "day") return `${decimal(value, 1)} d`;
  return Number.isInteger(value) ? count(value) : decimal(value, Math.abs(value) < 10 ? 2 : 1);
}
