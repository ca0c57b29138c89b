import type { Campaign, Money } from "@/api/types";
import { sums, toNumber } from "@/fmt";

export interface Totals {
  currency: string;
  campaigns: number;
  daily_budget: Money | null;
  spend: Money;
  revenue: Money;
  impressions: number;
  clicks: number;
  conversions: number;
  ctr: number | null;
  cpc: number | null;
  cpa: number | null;
  roas: number | null;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** One row per currency: unlike money is never added. A paused campaign's budget is not at stake. */
export function totalsByCurrency(campaigns: readonly Campaign[]): Totals[] {
  const currencies = [...new Set(campaigns.map((campaign) => campaign.spend.currency))].sort();
  return currencies.map((currency) => totalsOf(currency, campaigns.filter((one) => one.spend.currency === currency)));
}

function totalsOf(currency: string, campaigns: readonly Campaign[]): Totals {
  const total = (of: (campaign: Campaign) => number) => campaigns.reduce((sum, campaign) => sum + of(campaign), 0);
  const zero = { amount: "0", currency };
  const spend = sums(campaigns.map((one) => one.spend))[0] ?? zero;
  const revenue = sums(campaigns.map((one) => one.revenue))[0] ?? zero;
  const [impressions, clicks, conversions] = [total((c) => c.impressions), total((c) => c.clicks), total((c) => c.conversions)];
  return {
    currency,
    campaigns: campaigns.length,
    daily_budget: budgetOf(campaigns),
    spend,
    revenue,
    impressions,
    clicks,
    conversions,
    ctr: ratio(clicks, impressions),
    cpc: ratio(toNumber(spend), clicks),
    cpa: ratio(toNumber(spend), conversions),
    roas: ratio(toNumber(revenue), toNumber(spend)),
  };
}

/** None where campaigns share a budget: the list does not say which, and adding would count it twice. */
function budgetOf(campaigns: readonly Campaign[]): Money | null {
  const running = campaigns.filter((one) => one.status === "enabled");
  if (running.some((one) => one.shared_budget)) return null;
  return sums(running.flatMap((one) => (one.daily_budget ? [one.daily_budget] : [])))[0] ?? null;
}
