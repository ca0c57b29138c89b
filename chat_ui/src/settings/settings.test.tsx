import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import type { Policy } from "@/api/settings";
import { user } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { SettingsPage } from "./page";

const policy: Policy = {
  version: 3, base_currency: "USD", daily_cap_total: "9000.00", daily_cap_by_platform: { meta: "4000.00" }, daily_cap_per_entity: null,
  monthly_cap_total: null, monthly_cap_by_platform: {}, max_step_share: "0.50", max_day_share: "1.5", max_week_share: null, min_days: 0,
  min_conversions: 0, learning_days: 0, learning_step_share: "0.20", quiet_hours: null, allowed_weekdays: [0, 1, 2, 3, 4, 5, 6], blocked: [],
  second_person_above: "1000.00", short_expiry_above: null, never_touch: ["meta:1"], agent_may_propose: true, second_factor_for_approval: false,
  second_factor_minutes: 15, rates: null, max_rate_age_days: 7,
};

let sent: Policy[];
let forgotten: string[];

beforeEach(() => {
  sent = [];
  forgotten = [];
  server.use(
    http.get("*/api/policy", () => HttpResponse.json(policy)),
    http.put("*/api/policy", async ({ request }) => {
      const body = (await request.json()) as Policy;
      sent.push(body);
      return HttpResponse.json({ ...body, version: body.version + 1 });
    }),
    http.get("*/api/adaptive-learning/personality", () => HttpResponse.json({ note: "", preferences: [], observed_since: null })),
    http.get("*/api/mfa", () => HttpResponse.json({ enabled: false, recovery_left: 0 })),
    http.get("*/api/memory", () =>
      HttpResponse.json({ items: [{ id: "mem_1", text: "We report in USD.", kind: "preference", origin: "written by Sam", trust: "stated", created_at: "2026-11-23T12:00:00Z" }] }),
    ),
    http.delete("*/api/memory/:id", ({ params }) => {
      forgotten.push(String(params.id));
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

test("a changed limit is sent with everything that the form does not show", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<SettingsPage />);
  await keys.click(await screen.findByRole("button", { name: "Change the policy…" }));
  const form = within(screen.getByRole("form", { name: "Change the policy" }));
  const step = form.getByLabelText(/One change of a budget/);
  await keys.clear(step);
  await keys.type(step, "7.5");
  await keys.type(form.getByLabelText(/Spend of a month/), "250,000");
  await keys.type(form.getByLabelText(/Quiet hours/), "20:00-07:00");
  await keys.click(form.getByRole("button", { name: "Put in force" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ ...policy, max_step_share: "0.075", max_day_share: "1.5", monthly_cap_total: "250000", quiet_hours: { begin: "20:00", end: "07:00" } });
  expect(await screen.findByText(/Version 4/)).toBeVisible();
});

test("what is never proposed, caps of platforms and rates of exchange are edited here", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<SettingsPage />);
  await keys.click(await screen.findByRole("button", { name: "Change the policy…" }));
  const form = within(screen.getByRole("form", { name: "Change the policy" }));
  await keys.click(form.getByRole("checkbox", { name: "removing for good" }));
  await keys.click(form.getByRole("checkbox", { name: "Sunday" }));
  await keys.type(form.getByLabelText(/Google Ads a day/), "3,000");
  await keys.clear(form.getByLabelText(/Meta Ads a day/));
  await keys.type(form.getByLabelText(/one unit of other currencies/), "EUR=1.08; JPY=0.0066");
  await keys.type(form.getByLabelText(/Never touch/), ", google:7");
  await keys.click(form.getByRole("button", { name: "Put in force" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    blocked: ["remove"],
    allowed_weekdays: [0, 1, 2, 3, 4, 5],
    daily_cap_by_platform: { google: "3000" },
    never_touch: ["meta:1", "google:7"],
    rates: { per_unit: { EUR: "1.08", JPY: "0.0066" } },
  });
});

test("who is neither owner nor admin sees the policy only", async () => {
  renderSignedIn(<SettingsPage />, { as: user({ role: "analyst", may_approve: false }) });
  expect(await screen.findByText("$9,000.00")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Change the policy…" })).toBeNull();
});

test("setting up a second factor shows its key and codes once", async () => {
  const keys = userEvent.setup();
  server.use(http.post("*/api/mfa/setup", () => HttpResponse.json({ secret: "ABCD", uri: "otpauth://x", qr_svg: "<svg/>", recovery_codes: ["AAAA-BBBB"] }, { status: 201 })));
  renderSignedIn(<SettingsPage />);
  await keys.click(await screen.findByRole("button", { name: "Set up an authenticator app" }));
  expect(await screen.findByText("AAAA-BBBB")).toBeVisible();
  expect(screen.getByRole("img", { name: /QR code/ })).toBeVisible();
});

test("forgetting takes two steps", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<SettingsPage />);
  await keys.click(await screen.findByRole("button", { name: /Forget: We report/ }));
  expect(forgotten).toEqual([]);
  await keys.click(screen.getByRole("button", { name: "For good" }));
  await waitFor(() => expect(forgotten).toEqual(["mem_1"]));
});
