import { readRun, eventsUrl } from "@/api/threads";
import { parseEvent, type RunEvent } from "./events";
import { EMPTY_RUN, reduceAll, type RunState } from "./reducer";

export type Link = "connecting" | "open" | "reconnecting" | "closed";

export interface LiveRun {
  state: RunState;
  link: Link;
}

const FRAME_MS = 40;
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** Follows one run's events until it ends, over as many connections as that takes.
 *
 * The browser resumes by itself with Last-Event-ID; where it gives up (an answer that is no stream) we
 * open anew behind the last event seen. What comes twice all the same, the reducer drops.
 */
export class RunStream {
  private live: LiveRun = { state: EMPTY_RUN, link: "connecting" };
  private listeners = new Set<() => void>();
  private pending: RunEvent[] = [];
  private source: EventSource | undefined;
  private frame: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  readonly runId: string;

  constructor(runId: string) {
    this.runId = runId;
  }

  snapshot = (): LiveRun => this.live;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1 && this.live.state.phase === "running") this.open();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  };

  private open(): void {
    const after = this.live.state.lastSeq;
    const source = new EventSource(`${eventsUrl(this.runId)}${after ? `?after=${after}` : ""}`);
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
      this.show({ link: "open" });
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const event = parseEvent(message.lastEventId, message.data);
      if (event) this.take(event);
    };
    source.onerror = () => {
      if (this.live.state.phase !== "running" || this.source !== source) return;
      this.flush();
      if (this.live.state.phase !== "running") return;
      this.show({ link: "reconnecting" });
      if (source.readyState === EventSource.CLOSED) void this.recover();
    };
  }

  private take(event: RunEvent): void {
    this.pending.push(event);
    // A timer, not an animation frame: a hidden tab must go on reading.
    this.frame ??= setTimeout(() => this.flush(), FRAME_MS);
  }

  private flush(): void {
    clearTimeout(this.frame);
    this.frame = undefined;
    if (this.pending.length === 0) return;
    const state = reduceAll(this.pending, this.live.state);
    this.pending = [];
    if (state.phase === "running") return this.show({ state });
    this.close();
    this.show({ state, link: "closed" });
  }

  /** The server answered without a stream: either the run is over, or it is not reachable yet. */
  private async recover(): Promise<void> {
    this.source?.close();
    const wait = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)] ?? 8_000;
    try {
      const run = await readRun(this.runId);
      if (run.status !== "running" && this.failures > 1) {
        // Its log is gone or says nothing of the end: show what the record knows.
        const state: RunState = { ...this.live.state, phase: run.status, outcome: run.outcome, error: run.error };
        this.show({ state, link: "closed" });
        return;
      }
    } catch {
      // Not reachable: the next try says more.
    }
    if (this.listeners.size === 0) return;
    this.retry = setTimeout(() => this.open(), wait);
  }

  private close(): void {
    clearTimeout(this.retry);
    clearTimeout(this.frame);
    this.frame = undefined;
    this.source?.close();
    this.source = undefined;
  }

  private show(part: Partial<LiveRun>): void {
    this.live = { ...this.live, ...part };
    for (const listener of this.listeners) listener();
  }
}

const streams = new Map<string, RunStream>();

/** One stream per run, shared by whoever looks at it. */
export function streamOf(runId: string): RunStream {
  const known = streams.get(runId);
  if (known) return known;
  const made = new RunStream(runId);
  streams.set(runId, made);
  return made;
}

export const isFollowed = (runId: string): boolean => streams.has(runId);
