import type { Money } from "@/api/types";

const LOCALE = "en-US";
const formats = new Map<string, Intl.NumberFormat>();

function currencyFormat(currency: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = currency + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(LOCALE, { style: "currency", currency, ...options });
  formats.set(key, made);
  return made;
}

const isNumeral = (text: string): text is `${number}` => /^-?\d+(\.\d+)?$/.test(text);

/** Formats the decimal text itself: no amount passes through a float. */
function exact(value: Money, options?: Intl.NumberFormatOptions): string {
  if (!isNumeral(value.amount)) return `${value.amount} ${value.currency}`;
  return currencyFormat(value.currency, options).format(value.amount);
}

const REAL_MINUS = (text: string) => text.replace("-", "−");

/** "$1,234.50" */
export const money = (value: Money): string => REAL_MINUS(exact(value));

/** "$12.4K": for headlines only, with `money` in reach. */
export const moneyCompact = (value: Money): string =>
  REAL_MINUS(exact(value, { notation: "compact", maximumFractionDigits: 1 }));

/** "$1,234": where cents are noise. */
export const moneyWhole = (value: Money): string => REAL_MINUS(exact(value, { maximumFractionDigits: 0 }));

/** "+$100.00", "−$100.00", "$0.00" */
export const moneySigned = (value: Money): string =>
  REAL_MINUS(exact(value, { signDisplay: "exceptZero" }));

/** A float of a chart or a model band, which is measured, not owed. */
export const moneyMeasured = (value: number, currency: string): string =>
  REAL_MINUS(currencyFormat(currency, { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 2 }).format(value));

const digits = (text: string): number => text.split(".")[1]?.length ?? 0;
const minor = (text: string, places: number): bigint => {
  const [whole = "0", part = ""] = text.split(".");
  return BigInt(whole + part.padEnd(places, "0"));
};

function inUnits(value: bigint, places: number): string {
  const negative = value < 0n;
  const text = (negative ? -value : value).toString().padStart(places + 1, "0");
  const whole = places ? text.slice(0, -places) : text;
  return `${negative ? "-" : ""}${whole}${places ? `.${text.slice(-places)}` : ""}`;
}

/** Exact sums, one per currency: different currencies are never added. */
export function sums(values: readonly Money[]): Money[] {
  const byCurrency = new Map<string, Money[]>();
  for (const value of values) byCurrency.set(value.currency, [...(byCurrency.get(value.currency) ?? []), value]);
  return [...byCurrency].map(([currency, items]) => {
    const places = Math.max(...items.map((item) => digits(item.amount)));
    const total = items.reduce((sum, item) => sum + minor(item.amount, places), 0n);
    return { amount: inUnits(total, places), currency };
  });
}

export const isZero = (value: Money): boolean => /^-?0*(\.0*)?$/.test(value.amount);
export const isNegative = (value: Money): boolean => value.amount.startsWith("-") && !isZero(value);
export const absolute = (value: Money): Money => ({ ...value, amount: value.amount.replace(/^-/, "") });

/** For ordering and drawing only. */
export const toNumber = (value: Money): number => Number(value.amount);

/** The amount in a text such as "1,200.00 USD", or null where the text is no money. */
export function moneyIn(text: string): Money | null {
  const match = /^(-?[\d,]+(?:\.\d+)?) ([A-Z]{3})$/.exec(text.trim());
  if (!match?.[1] || !match[2]) return null;
  return { amount: match[1].replaceAll(",", ""), currency: match[2] };
}
