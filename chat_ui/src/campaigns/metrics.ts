import type { Day, Performance } from "@/api/types";
import { count, decimal, moneyMeasured, times, toNumber } from "@/fmt";

export type MetricKey = "spend" | "conversions" | "cpa" | "revenue" | "roas" | "clicks";

export interface DailyMetric {
  key: MetricKey;
  label: string;
  read: (day: Day) => number | null;
  words: (value: number, currency: string) => string;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

export const METRICS: readonly DailyMetric[] = [
  { key: "spend", label: "Spend", read: (d) => toNumber(d.spend), words: moneyMeasured },
  { key: "conversions", label: "Conversions", read: (d) => d.conversions, words: (value) => decimal(value, 1) },
  { key: "cpa", label: "CPA", read: (d) => ratio(toNumber(d.spend), d.conversions), words: moneyMeasured },
  { key: "revenue", label: "Revenue", read: (d) => toNumber(d.revenue), words: moneyMeasured },
  { key: "roas", label: "ROAS", read: (d) => ratio(toNumber(d.revenue), toNumber(d.spend)), words: (value) => times(value) },
  { key: "clicks", label: "Clicks", read: (d) => d.clicks, words: (value) => count(value) },
];

export const metricOf = (key: MetricKey): DailyMetric => METRICS.find((metric) => metric.key === key) ?? (METRICS[0] as DailyMetric);

export interface Point {
  day: string;
  value: number | null;
  partial: boolean;
}

const DAY_MS = 86_400_000;

/** Every day of the window; null where there was no delivery or the ratio has no denominator. */
export function pointsOf(performance: Performance, metric: DailyMetric): Point[] {
  const { since, until, partial_day } = performance.window;
  const byDay = new Map(performance.days.map((day) => [day.day, day]));
  const points: Point[] = [];
  for (let at = Date.parse(since); at <= Date.parse(until); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    const found = byDay.get(day);
    points.push({ day, value: found ? metric.read(found) : null, partial: day === partial_day });
  }
  return points;
}

/** A round number at or above the maximum, and the steps to it. */
export function axisTicks(max: number): number[] {
  if (max <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(max / 3));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate * 3 >= max) ?? power * 10;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, index) => index * step);
}
