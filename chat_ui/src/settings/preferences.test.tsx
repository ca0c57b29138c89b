import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import type { Preferences, Wish } from "@/api/preferences";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { PreferencesSection } from "./preferences";

const wish = (over: Partial<Wish> = {}): Wish => ({ aspect: "tone", value: "plain", basis: "default", evidence: "", choices: ["plain", "formal", "friendly"], ...over });
const LENGTH = { aspect: "length", choices: ["brief", "balanced", "detailed"] };
const NOTE = "No personality is inferred.";

let held: Preferences;
let sent: unknown[];

beforeEach(() => {
  sent = [];
  held = {
    note: NOTE,
    observed_since: "2026-11-20T12:00:00Z",
    preferences: [
      wish({ ...LENGTH, value: "brief", basis: "observed", evidence: "median of 6 words over 22 questions" }),
      wish({ value: "formal", basis: "stated", evidence: "said in a conversation, 2026-11-21" }),
    ],
  };
  server.use(
    http.get("*/api/adaptive-learning/personality", () => HttpResponse.json(held)),
    http.put("*/api/adaptive-learning/personality", async ({ request }) => {
      sent.push(await request.json());
      held = { ...held, preferences: [held.preferences[0] as Wish, wish()] };
      return HttpResponse.json(held);
    }),
    http.put("*/api/adaptive-learning/consent", async ({ request }) => {
      const { observe } = (await request.json()) as { observe: boolean };
      sent.push({ observe });
      held = { ...held, observed_since: observe ? "2026-11-20T12:00:00Z" : null, preferences: [wish({ ...LENGTH, value: "brief" }), wish()] };
      return HttpResponse.json(held);
    }),
    http.delete("*/api/adaptive-learning/personality", () => {
      sent.push("forget");
      held = { ...held, observed_since: null, preferences: [wish({ ...LENGTH, value: "brief" }), wish()] };
      return HttpResponse.json(held);
    }),
  );
});

const row = async (name: string) => within((await screen.findByRole("combobox", { name })).closest("li") as HTMLElement);

test("what was said is told from what was counted, each with its evidence", async () => {
  const { container } = renderSignedIn(<PreferencesSection />);
  const length = await row("Length");
  expect(length.getByText("Observed")).toBeVisible();
  expect(length.getByText("median of 6 words over 22 questions")).toBeVisible();
  expect(length.getByRole("combobox")).toHaveDisplayValue("not said: brief");
  const tone = await row("Tone");
  expect(tone.getByText("You said so")).toBeVisible();
  expect(tone.getByRole("combobox")).toHaveDisplayValue("formal");
  expect(screen.getByText(NOTE)).toBeVisible();
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(violations).toEqual([]);
});

test("a wish is said", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<PreferencesSection />);
  await keys.selectOptions(await screen.findByRole("combobox", { name: "Length" }), "detailed");
  await waitFor(() => expect(sent).toEqual([{ preferences: { length: "detailed" } }]));
});

test("taking a wish back sends nothing in its place", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<PreferencesSection />);
  await keys.selectOptions(await screen.findByRole("combobox", { name: "Tone" }), "take it back");
  await waitFor(() => expect(sent).toEqual([{ preferences: { tone: null } }]));
  expect((await row("Tone")).getByText("As usual")).toBeVisible();
});

test("consent is withdrawn, and what was observed is gone", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<PreferencesSection />);
  await keys.click(await screen.findByRole("button", { name: "Withdraw consent" }));
  expect(await screen.findByRole("button", { name: "Allow counting" })).toBeVisible();
  expect(sent).toEqual([{ observe: false }]);
  expect(screen.queryByText("Observed")).toBeNull();
});

test("forgetting takes two steps", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<PreferencesSection />);
  await keys.click(await screen.findByRole("button", { name: "Forget all of it…" }));
  expect(sent).toEqual([]);
  await keys.click(screen.getByRole("button", { name: "Yes, the consent too" }));
  await waitFor(() => expect(sent).toEqual(["forget"]));
  expect(await screen.findByRole("button", { name: "Allow counting" })).toBeVisible();
});

test("a refusal is said and nothing looks kept", async () => {
  server.use(http.put("*/api/adaptive-learning/personality", () => HttpResponse.json({ code: "conflict", message: "somebody else changed it", retry: "changed", request_id: "r" }, { status: 409 })));
  const keys = userEvent.setup();
  renderSignedIn(<PreferencesSection />);
  await keys.selectOptions(await screen.findByRole("combobox", { name: "Tone" }), "friendly");
  expect(await screen.findByText(/somebody else changed it/)).toBeVisible();
  expect(screen.getByRole("combobox", { name: "Tone" })).toHaveDisplayValue("formal");
});
