import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { user } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { TimelinePage } from "./page";

const entry = (over: object = {}) => ({
  id: "tl_1",
  at: "2026-11-23T12:00:00Z",
  source: "briefing",
  title: "Morning briefing",
  text: "Spend was **5,210.00 USD**.",
  severity: "info",
  change_set_ids: [],
  ...over,
});
const job = (over: object = {}) => ({ name: "briefing", title: "Morning briefing", enabled: true, times: ["07:00"], weekdays: [0, 1, 2, 3, 4, 5, 6], last_run: null, ...over });

let planned: unknown[];
let seen: unknown[];

beforeEach(() => {
  planned = [];
  seen = [];
  server.use(
    http.get("*/api/timeline", () => HttpResponse.json({ items: [entry(), entry({ id: "tl_0", severity: "attention", change_set_ids: ["cs_9"] })], unseen: 2, next_before: null })),
    http.get("*/api/jobs", () => HttpResponse.json({ time_zone: "America/New_York", items: [job()] })),
    http.post("*/api/timeline/seen", async ({ request }) => {
      seen.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
    http.put("*/api/jobs/briefing", async ({ request }) => {
      planned.push(await request.json());
      return HttpResponse.json(job({ enabled: false }));
    }),
  );
});

test("entries are shown, marked as seen, and lead to their proposals", async () => {
  renderSignedIn(<TimelinePage />);
  const entries = within(await screen.findByRole("list", { name: "Entries" }));
  expect(await entries.findAllByText(/Spend was/)).toHaveLength(2);
  expect(entries.getByText("Wants a look")).toBeVisible();
  expect(entries.getByRole("link", { name: "Look at the proposal" })).toHaveAttribute("href", "/approvals?show=all&open=cs_9");
  await waitFor(() => expect(seen).toEqual([{ at: "2026-11-23T12:00:00Z" }]));
});

test("switching a job off sends its whole plan", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<TimelinePage />);
  await keys.click(await screen.findByText("Schedule"));
  await keys.click(await screen.findByRole("checkbox", { name: /Morning briefing/ }));
  await waitFor(() => expect(planned).toEqual([{ enabled: false, times: ["07:00"], weekdays: [0, 1, 2, 3, 4, 5, 6] }]));
});

test("who may not approve may look at the schedule only", async () => {
  renderSignedIn(<TimelinePage />, { as: user({ role: "viewer", may_approve: false }) });
  const box = await screen.findByRole("checkbox", { name: /Morning briefing/, hidden: true });
  expect(box).toBeDisabled();
  expect(screen.queryByRole("button", { name: /Run now/, hidden: true })).toBeNull();
});
