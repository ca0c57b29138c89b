import { Check, Copy, WifiOff } from "lucide-react";
import { useMemo, useState } from "react";
import type { Run } from "@/api/types";
import { LiveApproval } from "@/approvals/live-card";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";
import { AgentBadge, agentName } from "./agents";
import { HandoffLine } from "./handoff-line";
import { Markdown } from "./markdown";
import type { Item, Phase, RunState, TextItem } from "./reducer";
import { type ShownOutput, withoutRepeats } from "./repeats";
import type { Link } from "./stream";
import { ToolCard } from "./tool-card";
import { outputsIn } from "./tool-output";

interface Props {
  run: Run;
  state: RunState;
  link: Link;
  onAskAgain: (text: string) => void;
}

export function RunItems({ run, state, link, onAskAgain }: Props) {
  const outputs = useMemo(() => outputsIn(state.items), [state.items]);
  // Cards come last: what asks for a decision stands where the eye is, above the field.
  const cards = state.items.filter((item) => item.kind === "change_set");
  const writing = state.items.some((item) => item.kind === "text" && !item.done && item.text !== "");
  return (
    <div className="space-y-3" data-run={run.id} data-phase={state.phase}>
      {state.items.map((item) => (
        <ItemView key={`${item.kind}-${item.id}`} item={item} phase={state.phase} outputs={outputs} evidence={cards.length > 0} />
      ))}
      {cards.map((card) => (
        <LiveApproval key={card.id} id={card.id} />
      ))}
      {state.phase === "running" && !writing && link !== "reconnecting" && <Working agent={state.agent} />}
      {link === "reconnecting" && (
        <p className="flex items-center gap-2 text-xs text-warn">
          <WifiOff aria-hidden className="size-3.5" /> The connection broke. Reconnecting… nothing is lost.
        </p>
      )}
      <RunEnd run={run} state={state} onAskAgain={onAskAgain} />
    </div>
  );
}

interface ItemProps {
  item: Item;
  phase: Phase;
  outputs: readonly ShownOutput[];
  /** Tables of a run that proposes are the evidence behind its card, not its answer. */
  evidence: boolean;
}

function ItemView({ item, phase, outputs, evidence }: ItemProps) {
  switch (item.kind) {
    case "handoff":
      return <HandoffLine item={item} />;
    case "tool":
      return <ToolCard item={item} phase={phase} evidence={evidence} />;
    case "change_set":
      return null;
    case "text":
      return <Said item={item} outputs={outputs} />;
  }
}

function Said({ item, outputs }: { item: TextItem; outputs: readonly ShownOutput[] }) {
  const text = withoutRepeats(item.text, outputs, !item.done);
  if (!text) return null;
  return (
    <div className="space-y-1.5">
      {item.agent && <AgentBadge name={item.agent} />}
      <Markdown text={text} />
    </div>
  );
}

function Working({ agent }: { agent: string }) {
  return (
    <p className="flex items-center gap-2 text-xs text-ink-3">
      <span aria-hidden className="animate-pulse-soft size-2 rounded-full bg-accent" />
      {agent ? `${agentName(agent)} is working` : "Finding who should answer"}
    </p>
  );
}

function RunEnd({ run, state, onAskAgain }: Omit<Props, "link">) {
  if (state.phase === "running") return null;
  const askAgain = () => onAskAgain(run.utterance);
  if (state.phase === "failed") {
    const error = new Error(state.error || run.error || "No reason was given.");
    const effect = "No budget or status was changed: that takes your approval.";
    return <ProblemNote failed="The answer broke off" error={error} effect={effect} onRetry={askAgain} />;
  }
  if (state.phase === "cancelled") {
    return (
      <p className="flex items-center gap-2 text-xs text-ink-3">
        Stopped.
        <Button size="sm" kind="quiet" onClick={askAgain}>
          Ask again
        </Button>
      </p>
    );
  }
  return <CopyAnswer state={state} />;
}

function CopyAnswer({ state }: { state: RunState }) {
  const [copied, setCopied] = useState(false);
  const text = state.items.filter((item) => item.kind === "text").map((item) => item.text).join("\n\n");
  if (!text || !navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <Button size="sm" kind="quiet" className="-ml-2.5 text-ink-3" onClick={() => void copy()}>
      {copied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
      {copied ? "Copied" : "Copy"}
    </Button>
  );
}
