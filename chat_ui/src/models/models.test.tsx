import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { user } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { ModelsPage } from "./page";

const fit = { version: "performance-2", training_cut: "2026-11-22", status: "ready", n_rows: 5640, own_share: 0.62, note: "", metrics: { ctr_wape: 0.101 }, baselines: { last7: { ctr_wape: 0.12 } } };
const record = { metric: "conversions", n: 41, n_entities: 20, n_open: 86, n_void: 2, inside: 0.78, ratio: 0.84, ratio_low: 0.76, ratio_high: 0.93, verdict: "beats the naive rule" };

test("a model shows its track record, its backtest and how much of it is the account's own", async () => {
  server.use(http.get("*/api/models", () => HttpResponse.json({ items: [{ model: "performance", fit, track_record: [record] }], under_way: null })));
  renderSignedIn(<ModelsPage />);
  const card = within(await screen.findByRole("region", { name: "Performance" }));
  expect(card.getByText("62 %")).toBeVisible();
  expect(card.getByText("78 %")).toBeVisible();
  expect(card.getByRole("img", { name: "Conversions: beats the naive rule" })).toBeVisible();
  expect(card.getByText("0.12")).toBeInTheDocument();
});

test("a model without enough data says so, and a viewer cannot start learning", async () => {
  const refused = { ...fit, status: "refused", note: "12 days are too few; 28 are needed", metrics: {}, baselines: {} };
  server.use(http.get("*/api/models", () => HttpResponse.json({ items: [{ model: "fatigue", fit: refused, track_record: [] }], under_way: { share: 0.4, doing: "fatigue" } })));
  renderSignedIn(<ModelsPage />, { as: user({ role: "viewer", may_approve: false }) });
  expect(await screen.findByText("Not enough data")).toBeVisible();
  expect(screen.getByText("12 days are too few; 28 are needed")).toBeVisible();
  expect(screen.getByText("Learning: fatigue, 40 %")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Learn anew/ })).toBeNull();
});
