import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plug, Unplug } from "lucide-react";
import { useState } from "react";
import { disconnect, startConnecting } from "@/api/market";
import { useUser } from "@/api/session";
import type { Capabilities, Integration } from "@/api/types";
import { ago, count } from "@/fmt";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { PlatformMark } from "@/ui/platform-mark";
import { ProblemNote } from "@/ui/problem-note";
import { useServerNow } from "@/ui/server-now";

const STATES = {
  connected: ["Healthy", "good"],
  reconnect: ["Sign in again", "bad"],
  trouble: ["Needs attention", "bad"],
  not_connected: ["Not connected", "neutral"],
} as const;

export function ConnectionCard({ connection }: { connection: Integration }) {
  const now = useServerNow();
  const [words, tone] = STATES[connection.state];
  return (
    <li data-platform={connection.platform} className="flex flex-col rounded-xl border border-line bg-surface p-4 shadow-card">
      <div className="flex items-center gap-2">
        <h2 className="text-base font-semibold">
          <PlatformMark platform={connection.platform} named />
        </h2>
        <Badge tone={tone} className="ml-auto">
          {words}
        </Badge>
      </div>
      {connection.message && <p className="mt-2 text-sm break-words text-ink-2">{connection.message}</p>}
      {connection.connected && connection.capabilities && <Abilities of={connection.capabilities} />}
      {connection.connected && (
        <dl className="mt-3 grid grid-cols-3 gap-2 border-t border-line pt-3 text-sm">
          <Fact label="Last sync" value={connection.synced_at ? ago(connection.synced_at, now) : "never"} />
          <Fact label="Campaigns" value={count(connection.campaigns)} />
          <Fact label="Daily rows" value={count(connection.metric_rows)} />
        </dl>
      )}
      <Actions connection={connection} />
    </li>
  );
}

function Abilities({ of }: { of: Capabilities }) {
  const changes = of.actions.map((action) => action.replaceAll("_", " ")).join(", ");
  return (
    <p className="mt-1 text-xs text-ink-3">
      Changes {changes}; {of.can_dry_run ? "rehearses them first" : "has no rehearsal"}. Days are counted in{" "}
      {of.day_zone === "UTC" ? "UTC" : "the account's zone"}.
    </p>
  );
}

/** Connecting leaves for the platform's own page; disconnecting takes a second thought. */
function Actions({ connection }: { connection: Integration }) {
  const { role } = useUser();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const connecting = useMutation({
    mutationFn: (shop: string) => startConnecting(connection.platform, shop),
    onSuccess: (url) => window.location.assign(url),
  });
  const leaving = useMutation({
    mutationFn: () => disconnect(connection.platform),
    onSettled: () => {
      setAsked(false);
      void queries.invalidateQueries({ queryKey: ["integrations"] });
    },
  });
  if (role !== "owner" && role !== "admin") return null;
  return (
    <div className="mt-auto space-y-2 pt-3">
      <form
        className="flex flex-wrap gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          connecting.mutate(String(new FormData(event.currentTarget).get("shop") ?? ""));
        }}
      >
        {connection.can_connect && connection.needs_shop && <ShopField />}
        {connection.can_connect && connection.state !== "connected" && (
          <Button type="submit" size="sm" kind="primary" busy={connecting.isPending} aria-label={`Connect ${connection.label}`}>
            <Plug aria-hidden className="size-3.5" /> {connection.connected ? "Sign in again" : "Connect"}
          </Button>
        )}
        {connection.connected && !asked && (
          <Button size="sm" kind="quiet" onClick={() => setAsked(true)} aria-label={`Disconnect ${connection.label}`}>
            <Unplug aria-hidden className="size-3.5" /> Disconnect…
          </Button>
        )}
        {asked && (
          <div role="group" aria-label={`Disconnect ${connection.label}?`} className="flex gap-2">
            <Button size="sm" kind="danger-solid" busy={leaving.isPending} onClick={() => leaving.mutate()}>
              Yes, disconnect
            </Button>
            <Button size="sm" kind="quiet" onClick={() => setAsked(false)}>
              Back
            </Button>
          </div>
        )}
      </form>
      {leaving.isSuccess && <p role="status" className="text-xs text-ink-2">{leaving.data.message}.</p>}
      {connecting.isError && <ProblemNote failed="Connecting did not start" error={connecting.error} />}
      {leaving.isError && <ProblemNote failed="It was not disconnected" error={leaving.error} />}
    </div>
  );
}

function ShopField() {
  return (
    <input
      name="shop"
      required
      aria-label="Shop"
      placeholder="name.myshopify.com"
      className="h-7.5 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2.5 text-xs pointer-coarse:h-10"
    />
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
