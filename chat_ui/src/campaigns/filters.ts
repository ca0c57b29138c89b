import { useSearchParams } from "react-router";
import type { Campaign } from "@/api/types";

export const WINDOWS = [7, 14, 30, 90] as const;
const DEFAULT_DAYS = 30;
const DEFAULT_SORT = "spend";

export interface Filters {
  search: string;
  platform: string;
  status: string;
  days: number;
  sort: string;
  descending: boolean;
  open: string | null;
}

export function filtersIn(params: URLSearchParams): Filters {
  const days = Number(params.get("days"));
  return {
    search: params.get("search") ?? "",
    platform: params.get("platform") ?? "",
    status: params.get("status") ?? "",
    days: (WINDOWS as readonly number[]).includes(days) ? days : DEFAULT_DAYS,
    sort: params.get("sort") ?? DEFAULT_SORT,
    descending: params.get("order") !== "asc",
    open: params.get("open"),
  };
}

/** The page's state is its address: what is filtered, sorted and open can be linked and gone back to. */
export function useFilters(): [Filters, (change: Partial<Record<string, string>>) => void] {
  const [params, setParams] = useSearchParams();
  const change = (wanted: Partial<Record<string, string>>) =>
    setParams(
      (now) => {
        for (const [key, value] of Object.entries(wanted)) {
          if (value) now.set(key, value);
          else now.delete(key);
        }
        return now;
      },
      // Typing must not fill the history; a drawer that opens is a step to go back from.
      { replace: !("open" in wanted) },
    );
  return [filtersIn(params), change];
}

export function matching(campaigns: readonly Campaign[], filters: Pick<Filters, "search" | "platform" | "status">): Campaign[] {
  const wanted = filters.search.trim().toLowerCase();
  return campaigns.filter(
    (campaign) =>
      (!filters.platform || campaign.platform === filters.platform) &&
      (!filters.status || campaign.status === filters.status) &&
      (!wanted || campaign.name.toLowerCase().includes(wanted) || campaign.id.includes(wanted)),
  );
}
