import { useQuery } from "@tanstack/react-query";
import { ChartNoAxesColumn, Download, Search } from "lucide-react";
import { useMemo } from "react";
import { Link } from "react-router";
import { campaignsQuery } from "@/api/market";
import type { CampaignList } from "@/api/types";
import { dayBrief, dayRange, platformName } from "@/fmt";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";
import { ProblemNote } from "@/ui/problem-note";
import { campaignsCsv, downloadCsv } from "./csv";
import { CampaignDrawer } from "./drawer";
import { type Filters, matching, useFilters, WINDOWS } from "./filters";
import { FreshnessNote } from "./freshness-note";
import { CampaignTable } from "./table";

const CONTROL = "h-8 rounded-lg border border-line-strong bg-surface px-2 text-sm pointer-coarse:h-11";

type Change = (change: Partial<Record<string, string>>) => void;

export function CampaignsPage() {
  const [filters, change] = useFilters();
  const { search, platform, status } = filters;
  const wanted = useMemo(() => ({ search, platform, status }), [search, platform, status]);
  const query = useQuery(campaignsQuery(filters.days));
  const list = query.data;
  const rows = useMemo(() => (list ? matching(list.items, wanted) : []), [list, wanted]);
  const exportCsv = () => downloadCsv(`campaigns-${list?.window.since}-${list?.window.until}.csv`, campaignsCsv(rows));
  return (
    <Page
      title="Campaigns"
      note={list && <WindowNote list={list} />}
      actions={
        <>
          {list && <FreshnessNote freshness={list.freshness} className="max-sm:hidden" />}
          <Button size="sm" disabled={rows.length === 0} onClick={exportCsv}>
            <Download aria-hidden className="size-3.5" /> CSV
          </Button>
        </>
      }
    >
      <FilterBar filters={filters} change={change} list={list} shown={rows.length} />
      {query.isError && (
        <ProblemNote className="m-4" failed="The campaigns could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <div aria-hidden className="m-6 h-64 skeleton" />}
      {list && rows.length === 0 && <NoRows connected={list.items.length > 0} onClear={() => change({ search: "", platform: "", status: "" })} />}
      {rows.length > 0 && (
        <CampaignTable
          campaigns={rows}
          days={filters.days}
          sort={filters.sort}
          descending={filters.descending}
          openId={filters.open}
          onSort={(sort, descending) => change({ sort, order: descending ? "" : "asc" })}
          onOpen={(open) => change({ open })}
        />
      )}
      {filters.open && (
        <CampaignDrawer
          id={filters.open}
          days={filters.days}
          row={list?.items.find((one) => one.id === filters.open)}
          onClose={() => change({ open: "" })}
        />
      )}
    </Page>
  );
}

function WindowNote({ list }: { list: CampaignList }) {
  const { since, until, time_zone, partial_day } = list.window;
  return (
    <>
      {dayRange(since, until)}, {time_zone.replaceAll("_", " ")}
      {partial_day && `. ${dayBrief(partial_day)} is still running, its figures are partial`}
    </>
  );
}

interface BarProps {
  filters: Filters;
  change: Change;
  list: CampaignList | undefined;
  shown: number;
}

function FilterBar({ filters, change, list, shown }: BarProps) {
  const platforms = [...new Set(list?.items.map((one) => one.platform))].sort();
  return (
    <div role="search" aria-label="Filter the campaigns" className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 md:px-6">
      <div className="relative max-sm:w-full">
        <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3" />
        <input
          type="search"
          aria-label="Search campaigns"
          placeholder="Search by name or id"
          value={filters.search}
          onChange={(event) => change({ search: event.target.value })}
          className={`${CONTROL} w-56 pl-8 max-sm:w-full`}
        />
      </div>
      <select aria-label="Platform" value={filters.platform} onChange={(event) => change({ platform: event.target.value })} className={CONTROL}>
        <option value="">All platforms</option>
        {platforms.map((platform) => (
          <option key={platform} value={platform}>
            {platformName(platform)}
          </option>
        ))}
      </select>
      <select aria-label="Status" value={filters.status} onChange={(event) => change({ status: event.target.value })} className={CONTROL}>
        <option value="">Every status</option>
        <option value="enabled">Enabled</option>
        <option value="paused">Paused</option>
      </select>
      <select aria-label="Window" value={filters.days} onChange={(event) => change({ days: event.target.value })} className={CONTROL}>
        {WINDOWS.map((days) => (
          <option key={days} value={days}>
            Last {days} days
          </option>
        ))}
      </select>
      {list && <FreshnessNote freshness={list.freshness} className="sm:hidden" />}
      {list && (
        <p className="ml-auto text-xs text-ink-3" role="status">
          {shown === list.items.length ? `${shown} campaigns` : `${shown} of ${list.items.length} campaigns`}
        </p>
      )}
    </div>
  );
}

function NoRows({ connected, onClear }: { connected: boolean; onClear: () => void }) {
  if (connected) {
    return (
      <Empty icon={<Search />} title="No campaign matches" action={<Button onClick={onClear}>Clear the filters</Button>}>
        There are campaigns, but none with this name, platform and status.
      </Empty>
    );
  }
  return (
    <Empty icon={<ChartNoAxesColumn />} title="No campaigns yet">
      Either no ad account is connected or the first import is still running. See{" "}
      <Link to="/connections" className="text-accent-ink underline underline-offset-2">
        Connections
      </Link>
      .
    </Empty>
  );
}
