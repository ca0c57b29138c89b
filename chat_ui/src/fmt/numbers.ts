const LOCALE = "en-US";
const MISSING = "–";

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const compactNumber = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const upTo = [0, 1, 2, 3].map((places) => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: places }));
const fixed = [0, 1, 2, 3].map(
  (places) => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: places, maximumFractionDigits: places }),
);
const realMinus = (text: string) => text.replace("-", "−");

export const count = (value: number): string => realMinus(whole.format(value));
export const countCompact = (value: number): string => compactNumber.format(value);
export const decimal = (value: number, places: 0 | 1 | 2 | 3 = 1): string =>
  realMinus((upTo[places] ?? whole).format(value));

/** A share (0-1) as "12.3 %"; "–" where there is none. */
export function percent(share: number | null, places: 0 | 1 | 2 = 1): string {
  if (share === null || !Number.isFinite(share)) return MISSING;
  return `${realMinus((fixed[places] ?? whole).format(share * 100))} %`;
}

/** "+12.3 %": a change, with its sign. */
export function percentSigned(share: number): string {
  const places = Math.abs(share) >= 1 ? 0 : 1;
  const text = percent(Math.abs(share), places);
  return `${share > 0 ? "+" : share < 0 ? "−" : ""}${text}`;
}

/** "3.21×" */
export const times = (value: number | null): string =>
  value === null ? MISSING : `${(fixed[2] ?? whole).format(value)}×`;

export const missing = MISSING;

export type Tone = "good" | "bad" | "flat";
export interface Delta {
  arrow: "▲" | "▼" | "●";
  text: string;
  tone: Tone;
  spoken: string;
}

/** How a change reads: the arrow says the direction, the tone whether that is welcome. */
export function delta(share: number | null, goodWhen: "up" | "down" | "neither"): Delta | null {
  if (share === null || !Number.isFinite(share)) return null;
  const flat = Math.abs(share) < 0.0005;
  const rises = share > 0;
  const welcome = goodWhen === "neither" ? "flat" : rises === (goodWhen === "up") ? "good" : "bad";
  const text = percent(Math.abs(share), Math.abs(share) >= 1 ? 0 : 1);
  if (flat) return { arrow: "●", text: "0.0 %", tone: "flat", spoken: "unchanged" };
  const judged = welcome === "flat" ? "" : welcome === "good" ? ", better" : ", worse";
  return { arrow: rises ? "▲" : "▼", text, tone: welcome, spoken: `${rises ? "up" : "down"} ${text}${judged}` };
}
