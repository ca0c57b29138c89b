import { CornerDownRight } from "lucide-react";
import { AgentBadge, agentWork } from "./agents";
import type { HandoffItem } from "./reducer";

export function HandoffLine({ item }: { item: HandoffItem }) {
  const why = item.reason || agentWork(item.to);
  return (
    <p className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-xs text-ink-3">
      <CornerDownRight aria-hidden className="size-3.5" />
      <AgentBadge name={item.from} />
      <span>handed over to</span>
      <span className="inline-flex items-center">
        <AgentBadge name={item.to} />
        {why && ":"}
      </span>
      {why && <span className="text-ink-2">{why}</span>}
    </p>
  );
}
