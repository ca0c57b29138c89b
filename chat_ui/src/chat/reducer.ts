import type { AgUiEvent, ChangeSetValue, HandoffValue, RunEvent } from "./events";

export interface TextItem {
  kind: "text";
  id: string;
  agent: string;
  text: string;
  done: boolean;
}

export interface ToolItem {
  kind: "tool";
  id: string;
  agent: string;
  name: string;
  /** Raw JSON text, as it streams in. */
  args: string;
  result: string | null;
}

export interface HandoffItem extends HandoffValue {
  kind: "handoff";
  id: string;
}

/** Where a proposal's card stands; what it shows is read from the server, never from events. */
export interface ChangeSetItem {
  kind: "change_set";
  id: string;
  status: string;
}

export type Item = TextItem | ToolItem | HandoffItem | ChangeSetItem;
export type Phase = "running" | "done" | "failed" | "cancelled";

export interface RunState {
  lastSeq: number;
  phase: Phase;
  agent: string;
  items: readonly Item[];
  outcome: string;
  error: string;
}

export const EMPTY_RUN: RunState = { lastSeq: 0, phase: "running", agent: "", items: [], outcome: "", error: "" };

/** Applies what is new: events seen before (a replay after a cut) change nothing. */
export function reduceRun(state: RunState, { seq, event }: RunEvent): RunState {
  if (seq <= state.lastSeq) return state;
  return { ...state, ...change(state, event), lastSeq: seq };
}

export const reduceAll = (events: readonly RunEvent[], from: RunState = EMPTY_RUN): RunState =>
  events.reduce(reduceRun, from);

function change(state: RunState, event: AgUiEvent): Partial<RunState> {
  switch (event.type) {
    case "RUN_STARTED":
      return { phase: "running" };
    case "TEXT_MESSAGE_START": {
      if (event.role && event.role !== "assistant") return {};
      const agent = event.name ?? state.agent;
      return added(state, { kind: "text", id: event.messageId, agent, text: "", done: false });
    }
    case "TEXT_MESSAGE_CONTENT":
      return edited(state, "text", event.messageId, (item) => ({ ...item, text: item.text + event.delta }));
    case "TEXT_MESSAGE_END":
      return edited(state, "text", event.messageId, (item) => ({ ...item, done: true }));
    case "TOOL_CALL_START":
      return added(state, {
        kind: "tool",
        id: event.toolCallId,
        agent: state.agent,
        name: event.toolCallName,
        args: "",
        result: null,
      });
    case "TOOL_CALL_ARGS":
      return edited(state, "tool", event.toolCallId, (item) => ({ ...item, args: item.args + event.delta }));
    case "TOOL_CALL_RESULT":
      return edited(state, "tool", event.toolCallId, (item) => ({ ...item, result: contentText(event.content) }));
    case "SUBAGENT_STARTED":
      return { agent: event.name };
    case "CUSTOM":
      return custom(state, event.name, event.value);
    case "RUN_FINISHED":
      return { ...settled(state), phase: event.outcome?.type === "cancelled" ? "cancelled" : "done" };
    case "RUN_ERROR":
      return { ...settled(state), phase: "failed", error: event.message };
    default:
      return {};
  }
}

function custom(state: RunState, name: string, value: unknown): Partial<RunState> {
  if (name === "handoff") {
    const handoff = value as HandoffValue;
    const id = `handoff-${state.items.length}`;
    return { ...added(state, { kind: "handoff", id, ...handoff }), agent: handoff.to };
  }
  if (name === "change_set") {
    const { id, status } = value as ChangeSetValue;
    const known = state.items.some((item) => item.kind === "change_set" && item.id === id);
    if (known) return edited(state, "change_set", id, (item) => ({ ...item, status }));
    return added(state, { kind: "change_set", id, status });
  }
  if (name === "outcome") return { outcome: (value as { outcome: string }).outcome };
  return {};
}

const added = (state: RunState, item: Item): Partial<RunState> => ({ items: [...state.items, item] });

function edited<K extends Item["kind"]>(
  state: RunState,
  kind: K,
  id: string,
  edit: (item: Extract<Item, { kind: K }>) => Item,
): Partial<RunState> {
  const is = (item: Item): item is Extract<Item, { kind: K }> => item.kind === kind && item.id === id;
  return { items: state.items.map((item) => (is(item) ? edit(item) : item)) };
}

const settled = (state: RunState): Partial<RunState> => ({
  items: state.items.map((item) => (item.kind === "text" ? { ...item, done: true } : item)),
});

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return JSON.stringify(content);
  return content.map((part: { text?: string }) => part.text ?? "").join("");
}
