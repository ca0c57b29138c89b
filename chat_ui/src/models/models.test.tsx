import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { usd, user } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { ModelsPage } from "./page";

const fit = { version: "performance-2", training_cut: "2026-11-22", status: "ready", n_rows: 5640, own_share: 0.62, note: "", metrics: { ctr_wape: 0.101 }, baselines: { last7: { ctr_wape: 0.12 } } };
const record = { metric: "conversions", n: 41, n_entities: 20, n_open: 86, n_void: 2, inside: 0.78, ratio: 0.84, ratio_low: 0.76, ratio_high: 0.93, verdict: "beats the naive rule" };

const nothing = { gains: usd("0.00"), losses: usd("0.00"), net: { low: usd("0.00"), mid: usd("0.00"), high: usd("0.00") }, better: 0, worse: 0, inconclusive: 0, items: [] };

beforeEach(() => {
  server.use(
    http.get("*/api/models", () => HttpResponse.json({ items: [], under_way: null })),
    http.get("*/api/value", () => HttpResponse.json(nothing)),
    http.get("*/api/reconciliation", () => HttpResponse.json({ backlog: 0, unknown: 0, drifts: [] })),
  );
});

test("losses stand beside gains, with their range, and what others changed since is said", async () => {
  const verdict = { change_set_id: "cs_1", title: "Move $100", days: 7, since: "2026-11-10", until: "2026-11-16", judged_at: "2026-11-17T00:00:00Z", result: "worse", net: { low: usd("-300.00"), mid: usd("-180.00"), high: usd("-60.00") }, spend: null, value: null, as_forecast: false, why: "value fell short of the forecast" };
  const drift = { entity_id: "meta:1", name: "Retargeting", field: "daily_budget", ours: "100.00 USD", seen: "150.00 USD", change_set_id: "cs_1" };
  server.use(
    http.get("*/api/value", () => HttpResponse.json({ ...nothing, losses: usd("-180.00"), net: verdict.net, worse: 1, items: [verdict] })),
    http.get("*/api/reconciliation", () => HttpResponse.json({ backlog: 0, unknown: 0, drifts: [drift] })),
  );
  renderSignedIn(<ModelsPage />);
  const ledger = within(await screen.findByRole("region", { name: "What changes brought" }));
  expect(await ledger.findByText("−$180.00")).toBeVisible();
  expect(ledger.getByText(/value fell short of the forecast/)).toBeVisible();
  expect(await ledger.findByText(/\$100.00 was set, \$150.00 stands now/)).toBeVisible();
});

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
