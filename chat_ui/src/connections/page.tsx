import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { integrationsQuery, startSync } from "@/api/market";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { ProblemNote } from "@/ui/problem-note";
import { ConnectionCard } from "./card";
import { KillSwitch } from "./kill-switch";
import { ConnectOutcome } from "./outcome";

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
          <ConnectOutcome />
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
