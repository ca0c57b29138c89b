import type { Integration } from "@/api/types";
import { ago, count } from "@/fmt";
import { Badge, type BadgeTone } from "@/ui/badge";
import { PlatformMark } from "@/ui/platform-mark";
import { useServerNow } from "@/ui/server-now";
import { Abilities, RecordAbilities } from "./abilities";
import { ConnectionActions } from "./actions";

const STATES: Record<Integration["state"], { words: string; tone: BadgeTone }> = {
  connected: { words: "Healthy", tone: "good" },
  trouble: { words: "Needs attention", tone: "bad" },
  reconnect: { words: "Connect again", tone: "bad" },
  not_connected: { words: "Not connected", tone: "neutral" },
};

export function ConnectionCard({ connection }: { connection: Integration }) {
  const now = useServerNow();
  const { words, tone } = STATES[connection.state];
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
      {connection.connected && connection.message && <p className="mt-2 text-sm break-words text-ink-2">{connection.message}</p>}
      {connection.connected && (
        <dl className="mt-3 grid grid-cols-3 gap-2 border-t border-line pt-3 text-sm">
          <Fact label="Last sync" value={connection.synced_at ? ago(connection.synced_at, now) : "never"} />
          {!connection.records && <Fact label="Campaigns" value={count(connection.campaigns)} />}
          <Fact label={connection.records ? "Records" : "Daily rows"} value={count(connection.metric_rows)} />
        </dl>
      )}
      {connection.capabilities && <Abilities capabilities={connection.capabilities} />}
      {connection.records && <RecordAbilities capabilities={connection.records} />}
      <ConnectionActions connection={connection} />
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
