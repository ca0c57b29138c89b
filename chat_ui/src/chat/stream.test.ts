import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answeredRun } from "@/test/builders";
import { server } from "@/test/server";
import { reduceAll } from "./reducer";
import { RunStream } from "./stream";

/** What the browser's EventSource does, steered by the test. */
class Wire {
  static readonly CONNECTING = 0;
  static readonly CLOSED = 2;
  static opened: Wire[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: { lastEventId: string; data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    Wire.opened.push(this);
  }
  send(from: number, to: number) {
    this.onopen?.();
    for (const { seq, event } of answeredRun.slice(from, to)) {
      this.onmessage?.({ lastEventId: String(seq), data: JSON.stringify(event) });
    }
  }
  breaks(readyState: number) {
    this.readyState = readyState;
    this.onerror?.();
  }
  close() {
    this.readyState = Wire.CLOSED;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  Wire.opened = [];
  vi.stubGlobal("EventSource", Wire);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const wire = (index: number) => Wire.opened[index] as Wire;

test("a cut that the browser mends by itself shows reconnecting, then the whole answer once", () => {
  const stream = new RunStream("run_1");
  stream.subscribe(() => undefined);
  wire(0).send(0, 9);
  wire(0).breaks(Wire.CONNECTING);
  expect(stream.snapshot().link).toBe("reconnecting");
  wire(0).send(9, answeredRun.length);
  vi.runAllTimers();
  expect(stream.snapshot()).toEqual({ state: reduceAll(answeredRun), link: "closed" });
  expect(Wire.opened).toHaveLength(1);
});

test("a connection that the browser gives up is opened anew behind the last event seen", async () => {
  server.use(http.get("*/api/chat/runs/run_1", () => HttpResponse.json({ status: "running" })));
  const stream = new RunStream("run_1");
  stream.subscribe(() => undefined);
  wire(0).send(0, 5);
  wire(0).breaks(Wire.CLOSED);
  await vi.waitFor(() => expect(Wire.opened).toHaveLength(2));
  expect(wire(1).url).toBe("/api/chat/runs/run_1/events?after=5");
  wire(1).send(3, answeredRun.length);
  vi.runAllTimers();
  expect(stream.snapshot().state).toEqual(reduceAll(answeredRun));
});

test("a run whose log has no end takes its end from the record", async () => {
  server.use(http.get("*/api/chat/runs/run_1", () => HttpResponse.json({ status: "failed", outcome: "failed", error: "the process was restarted" })));
  const stream = new RunStream("run_1");
  stream.subscribe(() => undefined);
  wire(0).breaks(Wire.CLOSED);
  await vi.waitFor(() => expect(Wire.opened).toHaveLength(2));
  wire(1).breaks(Wire.CLOSED);
  await vi.waitFor(() => expect(stream.snapshot().link).toBe("closed"));
  expect(stream.snapshot().state).toMatchObject({ phase: "failed", error: "the process was restarted" });
});

test("the connection is closed when nobody looks any more", () => {
  const stream = new RunStream("run_1");
  const leave = stream.subscribe(() => undefined);
  leave();
  expect(wire(0).readyState).toBe(Wire.CLOSED);
});
