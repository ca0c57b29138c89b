import type { Event } from "@ag-ui/core";

/** An AG-UI event as it stands in JSON: its type is text, not the package's enum. */
type AsText<E> = E extends { type: infer T extends string } ? Omit<E, "type"> & { type: `${T}` } : never;
export type AgUiEvent = AsText<Event>;

/** One line of a run's event log. */
export interface RunEvent {
  seq: number;
  event: AgUiEvent;
}

export interface HandoffValue {
  from: string;
  to: string;
  reason: string;
}

export interface ChangeSetValue {
  id: string;
  plan_hash: string;
  status: string;
  title: string;
}

/** Null where the text is no event: a newer server may say things that this page does not know. */
export function parseEvent(id: string, data: string): RunEvent | null {
  const seq = Number(id);
  if (!Number.isInteger(seq) || seq < 1) return null;
  try {
    const event = JSON.parse(data) as AgUiEvent;
    return typeof event.type === "string" ? { seq, event } : null;
  } catch {
    return null;
  }
}

/** The events of a finished stream's text (`id:` and `data:` lines, blank line between events). */
export function parseLog(text: string): RunEvent[] {
  const events: RunEvent[] = [];
  for (const block of text.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/);
    const field = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ""));
    const parsed = parseEvent(field("id")[0] ?? "", field("data").join("\n"));
    if (parsed) events.push(parsed);
  }
  return events;
}
