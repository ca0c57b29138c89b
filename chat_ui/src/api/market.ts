import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "./client";
import type { Campaign, CampaignList, Integration, Performance, Platform } from "./types";

const PAGE = 200;

/** Every campaign of the window: filters and order are applied here, so that they answer at once. */
async function allCampaigns(days: number, signal: AbortSignal): Promise<CampaignList> {
  const read = (offset: number) => get<CampaignList>("/api/campaigns", { days, offset, limit: PAGE }, signal);
  const first = await read(0);
  const items: Campaign[] = [...first.items];
  while (items.length < first.total) {
    const next = await read(items.length);
    if (next.items.length === 0) break;
    items.push(...next.items);
  }
  return { ...first, items };
}

export const campaignsQuery = (days: number) =>
  queryOptions({
    queryKey: ["campaigns", days],
    queryFn: ({ signal }) => allCampaigns(days, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    refetchInterval: 60_000,
  });

export const performanceQuery = (id: string, days: number) =>
  queryOptions({
    queryKey: ["campaigns", "performance", id, days],
    queryFn: ({ signal }) =>
      get<Performance>(`/api/campaigns/${encodeURIComponent(id)}/performance`, { days }, signal),
  });

export const integrationsQuery = queryOptions({
  queryKey: ["integrations"],
  queryFn: ({ signal }) =>
    get<{ items: Integration[] }>("/api/integrations", undefined, signal).then((page) => page.items),
  refetchInterval: 15_000,
});

/** The platform's own consent page; it sends the browser back to the connections. */
export const beginConnecting = ({ platform, shop }: { platform: Platform; shop: string }) =>
  post<{ url: string }>(`/api/integrations/${platform}/connect`, { shop });

export const disconnect = (platform: Platform) => remove<{ message: string }>(`/api/integrations/${platform}`);

export const startSync = () => post("/api/integrations/sync");
