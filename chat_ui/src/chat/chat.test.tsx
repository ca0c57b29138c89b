import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import { renderSignedIn } from "@/test/render";
import { Composer } from "./composer";
import { Markdown } from "./markdown";
import { withoutRepeats } from "./repeats";
import { ResultTable } from "./result-table";
import type { TableOutput } from "./tool-output";
import { argumentWords, toolWords } from "./tool-words";

const composer = (over: Partial<Parameters<typeof Composer>[0]> = {}) => {
  const onSend = vi.fn<(text: string) => Promise<boolean>>(() => Promise.resolve(true));
  const props = { draftOf: "th_1", running: false, sending: false, stopping: false, onSend, onStop: vi.fn(), ...over };
  renderSignedIn(<Composer {...props} />);
  return { onSend: props.onSend, field: screen.getByLabelText("Your question") };
};

test("enter sends, shift and enter breaks the line", async () => {
  const user = userEvent.setup();
  const { onSend, field } = composer();
  await user.type(field, "one{Shift>}{Enter}{/Shift}two{Enter}");
  expect(onSend).toHaveBeenCalledWith("one\ntwo");
  expect(field).toHaveValue("");
});

test("enter that ends an input method's composition sends nothing", async () => {
  const { onSend, field } = composer();
  await userEvent.setup().type(field, "東京");
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }));
  expect(onSend).not.toHaveBeenCalled();
});

test("what was typed stays for the next time, and comes back if sending fails", async () => {
  const user = userEvent.setup();
  const { field } = composer({ onSend: vi.fn(() => Promise.resolve(false)) });
  await user.type(field, "half a thou");
  expect(localStorage.getItem("omnify.draft.th_1")).toBe("half a thou");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(field).toHaveValue("half a thou"));
});

test("while an answer runs there is a stop button and enter does not send", async () => {
  const user = userEvent.setup();
  const onStop = vi.fn();
  const { onSend, field } = composer({ running: true, onStop });
  await user.type(field, "next{Enter}");
  expect(onSend).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Stop" }));
  expect(onStop).toHaveBeenCalled();
});

test("markdown shows no picture from elsewhere and runs no html", async () => {
  const { container } = renderSignedIn(<Markdown text={"**Bold** ![chart](https://evil.example/x.png) <img src=x onerror=alert(1)> [in](javascript:alert(1))"} />);
  await screen.findByText("Bold", { selector: "strong" }, { timeout: 5_000 });
  expect(container.querySelector("img")).toBeNull();
  expect(container.querySelector("a")).toBeNull();
  expect(screen.getByText("[image: chart]")).toBeVisible();
});

const table = (over: Partial<TableOutput> = {}): TableOutput => ({
  kind: "table",
  title: "By platform",
  headline: "",
  columns: [
    { key: "platform", label: "Platform", unit: "text" },
    { key: "spend", label: "Spend", unit: "money" },
    { key: "cpa", label: "CPA", unit: "money" },
  ],
  rows: Array.from({ length: 12 }, (_, index) => ({ platform: `P${index}`, spend: "1200.50 USD", cpa: null })),
  window: "Nov 16 – Nov 22",
  source: "as last imported",
  freshness: "4 min ago",
  warnings: ["Conversions may still rise."],
  total_rows: 30,
  ...over,
});

test("a result table shows figures by unit, window, source, warnings, and the rest on request", async () => {
  renderSignedIn(<ResultTable table={table()} />);
  expect(screen.getAllByText("$1,200.50")).toHaveLength(8);
  expect(screen.getByText("Nov 16 – Nov 22")).toBeVisible();
  expect(screen.getByText("12 of 30 rows · as last imported · 4 min ago")).toBeVisible();
  expect(screen.getByText("Conversions may still rise.")).toBeVisible();
  await userEvent.setup().click(screen.getByRole("button", { name: "Show all 12 rows" }));
  expect(screen.getAllByRole("row")).toHaveLength(13);
});

test("tools read in plain words, an unknown one by its name", () => {
  expect(toolWords("predict_fatigue", false)).toBe("Predicting which creatives will tire");
  expect(toolWords("brand_new_tool", true)).toBe("Brand new tool");
  expect(argumentWords('{"period":"last_week","platform":"","limit":5}')).toBe("last week · 5");
  expect(argumentWords('{"period":"last_w')).toBe("");
});

describe("a reply that repeats its table", () => {
  const shown = table({ rows: [], source: "as last imported", freshness: "4 min ago" });
  const reply = [
    "**By platform.** Spend is up.",
    "| Platform | Spend | CPA |\n| --- | ---: | ---: |\n| Google\\_Ads | 1 | 2 |",
    "10 of 30 rows.",
    "Worth knowing:\n- Conversions may still rise.",
    "Nov 16 – Nov 22 · as last imported · 4 min ago",
    "Shall I go on?",
  ].join("\n\n");

  test("keeps only what the table does not say", () => {
    expect(withoutRepeats(reply, [shown], false)).toBe("**By platform.** Spend is up.\n\nShall I go on?");
  });

  test("never shows a part of the repetition while it is being written", () => {
    for (let end = 0; end <= reply.length; end++) {
      expect("**By platform.** Spend is up.\n\nShall I go on?").toContain(withoutRepeats(reply.slice(0, end), [shown], true).trim());
    }
  });

  test("is left alone where it says something else", () => {
    const other = "| Week | Spend |\n| --- | --- |\n| 1 | 2 |\n\nBut:\n- This is new.";
    expect(withoutRepeats(other, [shown], false)).toBe(other);
    expect(withoutRepeats(reply, [], false)).toBe(reply);
  });
});

test("a proposal's reply does not say again what its card shows", () => {
  const proposal = { kind: "proposal" as const, change_set_id: "cs_1", legs: [{ entity_id: "meta:1203", after: "200.00 USD" }], warnings: ["Worst case: 200.00 USD more."] };
  const reply = [
    "**Proposed: a move.** Nothing has changed yet.",
    "- Meta Ads · Retargeting (meta:1203): daily budget 300.00 USD to 200.00 USD",
    "Worth knowing:\n- Worst case: 200.00 USD more.",
    "A person has to approve it: `omnify approvals approve cs_1`.",
    "Anything else?",
  ].join("\n\n");
  expect(withoutRepeats(reply, [proposal], false)).toBe("**Proposed: a move.** Nothing has changed yet.\n\nAnything else?");
});
