import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import type { Integration } from "@/api/types";
import { user } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { ConnectionsPage } from "./page";

const integration = (over: Partial<Integration> = {}): Integration => ({
  platform: "meta", label: "Meta Ads", state: "connected", can_connect: true, needs_shop: false, connected: true, ok: true, message: "", synced_at: null,
  capabilities: { actions: ["daily_budget", "status"], refused: { bid: "Meta sets bids itself" }, reads: ["audiences"], can_dry_run: true, overdelivery: "1.25" },
  records: null, campaigns: 22, metric_rows: 2640, ...over,
});
const shopify = integration({ platform: "shopify", label: "Shopify", state: "not_connected", connected: false, ok: false, needs_shop: true, capabilities: null, records: { kinds: ["order", "product"], changes: ["inventory"] } });

let asked: string[];

beforeEach(() => {
  asked = [];
  server.use(
    http.get("*/api/integrations", () => HttpResponse.json({ items: [integration(), shopify] })),
    http.get("*/api/kill-switch", () => HttpResponse.json({ stopped: false })),
    http.delete("*/api/integrations/meta", () => {
      asked.push("delete");
      return HttpResponse.json({ revoked: true, message: "Meta Ads is disconnected" });
    }),
    http.post("*/api/integrations/shopify/connect", async ({ request }) => {
      asked.push(JSON.stringify(await request.json()));
      return HttpResponse.json({ code: "bad_input", message: "shop must be name.myshopify.com", retry: "changed", request_id: "r" }, { status: 422 });
    }),
  );
});

test("each platform says how it is and what can be done there", async () => {
  renderSignedIn(<ConnectionsPage />);
  const meta = within(await screen.findByText("Healthy").then((badge) => badge.closest("li") as HTMLElement));
  expect(meta.getByText("2 of 3 kinds of changes")).toBeVisible();
  expect(meta.getByText("Money and state").nextSibling).toHaveTextContent("daily budget, pause and enable");
  expect(meta.getByText(/Meta sets bids itself/)).toBeInTheDocument();
  expect(screen.getByText("Not connected")).toBeVisible();
});

test("an action that no group knows is shown all the same", async () => {
  const capabilities = { actions: ["daily_budget", "frequency_cap"], refused: {}, reads: [], can_dry_run: false, overdelivery: "1" };
  server.use(http.get("*/api/integrations", () => HttpResponse.json({ items: [integration({ capabilities })] })));
  renderSignedIn(<ConnectionsPage />);
  expect((await screen.findByText("More")).nextSibling).toHaveTextContent("frequency cap");
});

test("a shop counts records, not campaigns, and says what of them can change", async () => {
  server.use(http.get("*/api/integrations", () => HttpResponse.json({ items: [{ ...shopify, connected: true, state: "connected", ok: true }] })));
  renderSignedIn(<ConnectionsPage />);
  const shop = within(await screen.findByText("Healthy").then((badge) => badge.closest("li") as HTMLElement));
  expect(shop.getByText("Records")).toBeVisible();
  expect(shop.queryByText("Campaigns")).toBeNull();
  expect(shop.getByText("What OmniFy reads and changes")).toBeVisible();
  expect(shop.getByText(/Reads order, product/)).toBeInTheDocument();
});

test("disconnecting takes two steps", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<ConnectionsPage />);
  await keys.click(await screen.findByRole("button", { name: "Disconnect: Meta Ads" }));
  expect(asked).toEqual([]);
  await keys.click(screen.getByRole("button", { name: "Yes, disconnect" }));
  await waitFor(() => expect(asked).toEqual(["delete"]));
  expect(await screen.findByText("Meta Ads is disconnected")).toBeVisible();
});

test("a shop that is none is refused in words", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<ConnectionsPage />);
  await keys.type(await screen.findByLabelText("Shop address"), "nowhere");
  await keys.click(screen.getByRole("button", { name: "Connect: Shopify" }));
  expect(await screen.findByText(/shop must be name.myshopify.com/)).toBeVisible();
  expect(asked).toEqual(['{"shop":"nowhere"}']);
});

test("what the consent page answered is said, and analysts cannot connect", async () => {
  renderSignedIn(<ConnectionsPage />, { at: "/connections?failed=shopify&reason=it%20was%20declined", as: user({ role: "analyst" }) });
  expect(await screen.findByText("Shopify was not connected: it was declined")).toBeVisible();
  await screen.findByText("Healthy");
  expect(screen.queryByRole("button", { name: /Connect|Disconnect/ })).toBeNull();
});
