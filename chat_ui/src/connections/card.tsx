import type { Capabilities, Integration } from "@/api/types";
import { ago, count, sentence } from "@/fmt";
import { Badge, type BadgeTone } from "@/ui/badge";
import { PlatformMark } from "@/ui/platform-mark";
import { useServerNow } from "@/ui/server-now";
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
          <Fact label="Campaigns" value={count(connection.campaigns)} />
          <Fact label="Daily rows" value={count(connection.metric_rows)} />
        </dl>
      )}
      {connection.capabilities && <Abilities capabilities={connection.capabilities} />}
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

function Abilities({ capabilities }: { capabilities: Capabilities }) {
  const factor = Number(capabilities.overdelivery);
  return (
    <details className="group mt-2 text-xs text-ink-2">
      <summary className="inline-flex min-h-7 items-center rounded text-accent-ink hover:underline">What OmniFy can do there</summary>
      <ul className="mt-1 space-y-1">
        <li>Changes, once approved: {capabilities.actions.map((action) => sentence(action).toLowerCase()).join(", ")}.</li>
        {capabilities.reads.length > 0 && <li>Also reads: {capabilities.reads.map((one) => one.replaceAll("_", " ")).join(", ")}.</li>}
        <li>{capabilities.can_dry_run ? "It validates a change before anybody is asked." : "It validates nothing in advance."}</li>
        {factor > 1 && <li>It may spend up to {factor} times a daily budget on one day.</li>}
        {Object.entries(capabilities.refused).map(([action, why]) => (
          <li key={action}>
            <span className="font-medium">{sentence(action)}</span>: {why}
          </li>
        ))}
      </ul>
    </details>
  );
}
