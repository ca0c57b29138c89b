import { describe, expect, test } from "vitest";
import { answeredRun, numbered, proposedRun } from "@/test/builders";
import { parseEvent, parseLog } from "./events";
import { EMPTY_RUN, reduceAll } from "./reducer";

const once = reduceAll(answeredRun);

describe("a run's picture", () => {
  test("a full pass shows the handoff, the call with its answer, and the text in order", () => {
    expect(once.items.map((item) => item.kind)).toEqual(["handoff", "tool", "text"]);
    expect(once.phase).toBe("done");
    expect(once.agent).toBe("REFLEXES");
    expect(once.outcome).toBe("answered");
    const [, tool, text] = once.items;
    expect(tool).toMatchObject({ args: '{"period":"last_week","platform":""}', result: expect.stringContaining("table") });
    expect(text).toMatchObject({
      text: "Last week you spent **$18,204** and earned **$61,930**: a ROAS of 3.40.",
      done: true,
      agent: "REFLEXES",
    });
  });

  test("a replay from the start in the middle of a run equals one pass", () => {
    for (let cut = 0; cut <= answeredRun.length; cut++) {
      const replayed = reduceAll(answeredRun, reduceAll(answeredRun.slice(0, cut)));
      expect(replayed).toEqual(once);
    }
  });

  test("two cuts that resume behind the last event seen lose and repeat nothing", () => {
    const [first, second] = [6, 12];
    const parts = [answeredRun.slice(0, first), answeredRun.slice(first - 2, second), answeredRun.slice(second)];
    expect(parts.reduce((state, events) => reduceAll(events, state), EMPTY_RUN)).toEqual(once);
  });

  test("every event twice in a row equals one pass", () => {
    expect(reduceAll(answeredRun.flatMap((event) => [event, event]))).toEqual(once);
  });

  test("an event that was seen leaves the very same state, so that nothing renders again", () => {
    expect(reduceAll(answeredRun, once)).toBe(once);
  });

  test("a change set has one card, however often its state is told", () => {
    const state = reduceAll(proposedRun);
    expect(state.items.filter((item) => item.kind === "change_set")).toEqual([{ kind: "change_set", id: "cs_1", status: "done" }]);
  });

  test("the end closes a text that was left open", () => {
    expect(reduceAll(proposedRun).items.at(-1)).toMatchObject({ kind: "text", done: true });
  });

  test("a stop ends as cancelled and a break as failed with its reason", () => {
    const cancelled = numbered([{ type: "RUN_STARTED" }, { type: "RUN_FINISHED", outcome: { type: "cancelled" } }]);
    const failed = numbered([{ type: "RUN_STARTED" }, { type: "RUN_ERROR", message: "the model did not answer" }]);
    expect(reduceAll(cancelled).phase).toBe("cancelled");
    expect(reduceAll(failed)).toMatchObject({ phase: "failed", error: "the model did not answer" });
  });

  test("an event type of a later version changes nothing but the place", () => {
    const state = reduceAll(numbered([{ type: "RUN_STARTED" }, { type: "SOMETHING_NEW", value: 1 }]));
    expect(state).toEqual({ ...EMPTY_RUN, lastSeq: 2 });
  });
});

describe("the wire", () => {
  test("a log's text holds the events that its lines say", () => {
    const lines = answeredRun.map(({ seq, event }) => `id: ${seq}\r\ndata: ${JSON.stringify(event)}\r\n`);
    const text = [": ping", ...lines].join("\r\n") + "\r\n";
    expect(parseLog(text)).toEqual(answeredRun);
    expect(parseLog(text.replaceAll("\r\n", "\n"))).toEqual(answeredRun);
  });

  test("what is no numbered event is passed over", () => {
    expect(parseEvent("", '{"type":"RUN_STARTED"}')).toBeNull();
    expect(parseEvent("1", "ping")).toBeNull();
    expect(parseEvent("1", '{"kind":"RUN_STARTED"}')).toBeNull();
  });
});
