import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plug, RefreshCw } from "lucide-react";
import { integrationsQuery, startSync } from "@/api/market";
import type { Integration } from "@/api/types";
import { ago, count } from "@/fmt";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";
import { PlatformMark } from "@/ui/platform-mark";
import { ProblemNote } from "@/ui/problem-note";
import { useServerNow } from "@/ui/server-now";
import { KillSwitch } from "./kill-switch";

// An import takes seconds: soon enough to show it, then the query's own pace again.
const LOOK_AGAIN_MS = [1_500, 5_000, 12_000];

export function ConnectionsPage() {
  const queries = useQueryClient();
  const connections = useQuery(integrationsQuery);
  const syncing = useMutation({
    mutationFn: startSync,
    onSuccess: () => {
      for (const wait of LOOK_AGAIN_MS) {
        setTimeout(() => {
          void queries.invalidateQueries({ queryKey: ["integrations"] });
          void queries.invalidateQueries({ queryKey: ["campaigns"] });
        }, wait);
      }
    },
  });
  return (
    <Page
      title="Connections"
      note="The ad accounts that OmniFy reads and, once you approve, changes."
      actions={
        <Button size="sm" busy={syncing.isPending} onClick={() => syncing.mutate()}>
          <RefreshCw aria-hidden className="size-3.5" /> Sync now
        </Button>
      }
    >
      <div className="scrollbar-thin min-h-0 flex-1 overflow-y-auto p-4 md:p-6">
        <div className="mx-auto max-w-[880px] space-y-4">
          {syncing.isError && <ProblemNote failed="The import did not start" error={syncing.error} onRetry={() => syncing.mutate()} />}
          {syncing.isSuccess && (
            <p role="status" className="rounded-lg bg-accent-soft px-3 py-2 text-sm text-accent-ink">
              The import has started; the figures renew as it goes.
            </p>
          )}
          {connections.isError && (
            <ProblemNote failed="The connections could not be loaded" error={connections.error} onRetry={() => void connections.refetch()} />
          )}
          {connections.isPending && <div aria-hidden className="h-32 skeleton" />}
          {connections.data?.length === 0 && (
            <Empty icon={<Plug />} title="Nothing is connected">
              Connect an ad account through the configuration; the README says how.
            </Empty>
          )}
          <ul className="grid gap-4 sm:grid-cols-2">
            {connections.data?.map((connection) => (
              <ConnectionCard key={connection.platform} connection={connection} />
            ))}
          </ul>
          <KillSwitch />
        </div>
      </div>
    </Page>
  );
}

function ConnectionCard({ connection }: { connection: Integration }) {
  const now = useServerNow();
  const state = !connection.connected ? "Not connected" : connection.ok ? "Healthy" : "Needs attention";
  return (
    <li data-platform={connection.platform} className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <div className="flex items-center gap-2">
        <h2 className="text-base font-semibold">
          <PlatformMark platform={connection.platform} named />
        </h2>
        <Badge tone={!connection.connected ? "neutral" : connection.ok ? "good" : "bad"} className="ml-auto">
          {state}
        </Badge>
      </div>
      {connection.message && <p className="mt-2 text-sm break-words text-ink-2">{connection.message}</p>}
      <dl className="mt-3 grid grid-cols-3 gap-2 border-t border-line pt-3 text-sm">
        <Fact label="Last sync" value={connection.synced_at ? ago(connection.synced_at, now) : "never"} />
        <Fact label="Campaigns" value={count(connection.campaigns)} />
        <Fact label="Daily rows" value={count(connection.metric_rows)} />
      </dl>
    </li>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="font-medium">{value}</dd>
    </div>
  );
}
