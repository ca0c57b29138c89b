import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import type { ChangeSet } from "@/api/types";
import { changeSet, leg, raise } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { serveChangeSet, server } from "@/test/server";
import { LiveApproval } from "./live-card";

let sent: { path: string; body: unknown }[] = [];

/** Answers decisions as the server would and notes what was asked. */
function decides(kind: "approve" | "reject" | "revise" | "settle", answer: () => Response | Promise<Response>) {
  server.use(
    http.post(`*/api/approvals/cs_1/${kind}`, async ({ request }) => {
      sent.push({ path: new URL(request.url).pathname, body: await request.json() });
      return answer();
    }),
  );
}

beforeEach(() => {
  sent = [];
});

const done = (): ChangeSet =>
  changeSet({
    status: "done",
    outcome: "Both budgets read back as planned.",
    legs: [leg({ status: "done" }), raise({ status: "done" })],
    approval: { decision: "approved", by_name: "Demo Owner", role: "owner", at: "2026-11-23T14:05:00Z", reason: "", via: "web", in_name_of: "" },
  });

test("the keyboard alone approves in two steps, and only then is anything sent", async () => {
  const row = serveChangeSet(changeSet());
  decides("approve", () => {
    row.become(done());
    return HttpResponse.json(changeSet({ status: "applying" }));
  });
  const keys = userEvent.setup();
  renderSignedIn(<LiveApproval id="cs_1" />);
  const approve = await screen.findByRole("button", { name: "Approve…" });
  expect(document.body).toHaveFocus();

  approve.focus();
  await keys.keyboard("{Enter}");
  const confirm = screen.getByRole("group", { name: "Confirm the approval" });
  expect(confirm).toHaveFocus();
  expect(confirm).toHaveTextContent("Lower “Retargeting – Site visitors” on Meta Ads from $300.00 to $200.00 a day");
  expect(confirm).toHaveTextContent("at worst +$375.00 on one day");

  // Enter again must not approve: the focus is on the words.
  await keys.keyboard("{Enter}");
  expect(sent).toEqual([]);

  await keys.tab();
  expect(screen.getByRole("button", { name: "Approve −$100.00 and +$100.00 a day" })).toHaveFocus();
  await keys.keyboard("{Enter}");
  await screen.findByText("Applied and read back from the platforms.");
  expect(sent).toEqual([{ path: "/api/approvals/cs_1/approve", body: { plan_hash: changeSet().plan_hash } }]);
  expect(screen.getByText(/Approved by you in the browser/)).toBeVisible();
});

test("escape goes back and the focus returns to where it was", async () => {
  serveChangeSet(changeSet());
  const keys = userEvent.setup();
  renderSignedIn(<LiveApproval id="cs_1" />);
  await keys.click(await screen.findByRole("button", { name: "Approve…" }));
  await keys.keyboard("{Escape}");
  await waitFor(() => expect(screen.getByRole("button", { name: "Approve…" })).toHaveFocus());
  expect(sent).toEqual([]);
});

test("a rejection carries its reason", async () => {
  const row = serveChangeSet(changeSet());
  const rejected = changeSet({
    status: "rejected",
    approval: { decision: "rejected", by_name: "Demo Owner", role: "owner", at: "2026-11-23T14:05:00Z", reason: "Launch week", via: "web", in_name_of: "" },
  });
  decides("reject", () => {
    row.become(rejected);
    return HttpResponse.json(rejected);
  });
  const keys = userEvent.setup();
  renderSignedIn(<LiveApproval id="cs_1" />);
  await keys.click(await screen.findByRole("button", { name: "Reject…" }));
  expect(screen.getByLabelText("Why not?")).toHaveFocus();
  await keys.type(screen.getByLabelText("Why not?"), "Launch week");
  await keys.click(screen.getByRole("button", { name: "Reject" }));
  await screen.findByText("Rejected. Nothing was changed.");
  expect(sent[0]?.body).toEqual({ plan_hash: changeSet().plan_hash, reason: "Launch week" });
});

test("who comes second sees who was first, and what became of it", async () => {
  const row = serveChangeSet(changeSet());
  decides("approve", () => {
    row.become({ ...done(), approval: { decision: "approved", by_name: "Second Person", role: "manager", at: "2026-11-23T14:04:00Z", reason: "", via: "cli", in_name_of: "" } });
    const problem = { code: "conflict", message: "Second Person approved this at 14:04.", retry: "after_check", request_id: "req_42" };
    return HttpResponse.json(problem, { status: 409 });
  });
  const keys = userEvent.setup();
  renderSignedIn(<LiveApproval id="cs_1" />);
  await keys.click(await screen.findByRole("button", { name: "Approve…" }));
  await keys.click(screen.getByRole("button", { name: /^Approve −/ }));
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("Your approval did not count");
  expect(alert).toHaveTextContent("Second Person approved this at 14:04. You changed nothing.");
  expect(alert).toHaveTextContent("Request req_42");
  expect(await screen.findByText(/Approved by Second Person \(manager\) in the terminal/)).toBeVisible();
});

test("somebody who may not decide sees why and no buttons", async () => {
  serveChangeSet(changeSet({ may_decide: false, why_not: "viewers cannot approve" }));
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(await screen.findByText(/viewers cannot approve/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Approve…" })).toBeNull();
});

test("a name that may deceive says so", async () => {
  serveChangeSet(changeSet({ legs: [leg({ name_marks: ["mixes Latin and Cyrillic letters"] })] }));
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(await screen.findByText(/may not be what it looks like: mixes Latin and Cyrillic letters/)).toBeVisible();
});

test("a refusal shows the rule, the limit and what would pass", async () => {
  const findings = [{ rule: "daily_cap_per_entity", passed: false, message: "too much for one campaign", actual: "5,000.00 USD", limit: "2,000.00 USD", cure: "2,000.00 USD or less" }];
  serveChangeSet(changeSet({ status: "denied", may_decide: false, verdict: { allowed: false, policy_version: 1, findings, needs_second_person: false } }));
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(await screen.findByText(/too much for one campaign/)).toHaveTextContent("limit 2,000.00 USD");
  expect(screen.getByText("What would pass: 2,000.00 USD or less")).toBeVisible();
});

test("every field of what is created or set stands on the card", async () => {
  const created = leg({
    field: "campaign", name: "Summer", before: "not there", after: "name: Summer", delta: null,
    parts: [{ label: "name", before: "", after: "Summer" }, { label: "daily budget", before: "", after: "80.00 USD" }],
  });
  const retargeted = leg({
    field: "targeting", before: "countries: US", after: "countries: CA, US", delta: null,
    parts: [{ label: "countries", before: "US", after: "CA, US" }, { label: "age min", before: "18", after: "" }],
  });
  serveChangeSet(changeSet({ legs: [created, retargeted], daily_change: [] }));
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(await screen.findByText("$80.00")).toBeVisible();
  expect(screen.getByText("CA, US")).toBeVisible();
  expect(screen.getByText("not set")).toBeVisible();
  expect(screen.queryByText("All together, a day")).toBeNull();
});

test("the card has no accessibility violations in any state", async () => {
  for (const status of ["proposed", "applying", "done", "failed", "expired", "needs_person"] as const) {
    serveChangeSet({ ...done(), status });
    const { container, unmount } = renderSignedIn(<LiveApproval id="cs_1" />);
    await screen.findByRole("region");
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map((violation) => violation.id)).toEqual([]);
    unmount();
  }
});

test.each([
  ["It was carried out", true],
  ["It was not", false],
])("what no platform shows is settled by a person: %s", async (answer, happened) => {
  const unseen = leg({ field: "workflow", name: "Welcome", before: "out", after: "in", delta: null, status: "unknown" });
  const row = serveChangeSet(changeSet({ status: "needs_person", legs: [unseen] }));
  decides("settle", () => {
    row.become(done());
    return HttpResponse.json(done());
  });
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(await screen.findByText(/No platform shows whether “Welcome”/)).toBeVisible();
  await userEvent.setup().click(screen.getByRole("button", { name: answer }));
  await waitFor(() => expect(sent).toEqual([{ path: "/api/approvals/cs_1/settle", body: { happened } }]));
  expect(await screen.findByText("Applied and read back from the platforms.")).toBeVisible();
});

test("what a platform shows is settled by reading it once more", async () => {
  serveChangeSet(changeSet({ status: "needs_person", legs: [leg({ status: "unknown" })] }));
  decides("settle", () => HttpResponse.json(done()));
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(screen.queryByRole("button", { name: "It was not" })).toBeNull();
  await userEvent.setup().click(await screen.findByRole("button", { name: "Read the platform again and settle" }));
  await waitFor(() => expect(sent).toEqual([{ path: "/api/approvals/cs_1/settle", body: { happened: null } }]));
});

test("an effect that cannot be estimated says so instead of showing empty bands", async () => {
  serveChangeSet(changeSet({ effect: { ...changeSet().effect!, spend: null, conversions: null, value: null } }));
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(await screen.findByText(/cannot be estimated/)).toBeVisible();
  expect(screen.queryByText(/8 in 10/)).toBeNull();
});

test("an edited amount and a change left out make a new plan, which still waits", async () => {
  const row = serveChangeSet(changeSet());
  decides("revise", () => {
    const revised = changeSet({ revision: 2, plan_hash: "cd34".repeat(16), legs: [raise({ after: "450.00 USD" })] });
    row.become(revised);
    return HttpResponse.json(revised);
  });
  const keys = userEvent.setup();
  renderSignedIn(<LiveApproval id="cs_1" />);
  await keys.click(await screen.findByRole("button", { name: "Edit…" }));
  const field = screen.getByLabelText("Daily budget of Brand – Exact");
  expect(field).toHaveValue("500.00");
  await keys.clear(field);
  await keys.type(field, "450");
  await keys.click(screen.getByRole("checkbox", { name: "Leave out Retargeting – Site visitors" }));
  await keys.click(screen.getByRole("button", { name: "Change the plan" }));
  await waitFor(() => expect(sent).toEqual([{ path: "/api/approvals/cs_1/revise", body: { plan_hash: "ab12".repeat(16), amounts: { "google:1101": "450" }, leave_out: [leg().key] } }]));
  expect(await screen.findByText("plan cd34cd34cd")).toBeVisible();
  expect(screen.getByRole("button", { name: "Approve…" })).toBeVisible();
});

test("a yes that needs a fresh code asks for it and then sends the same approval", async () => {
  const row = serveChangeSet(changeSet());
  let shown = false;
  decides("approve", () => {
    if (!shown) return HttpResponse.json({ code: "fresh_code_needed", message: "enter a code", retry: "after_check", request_id: "r" }, { status: 403 });
    row.become(done());
    return HttpResponse.json(changeSet({ status: "applying" }));
  });
  server.use(
    http.post("*/api/mfa/verify", async ({ request }) => {
      shown = ((await request.json()) as { code: string }).code === "123456";
      return HttpResponse.json({ enabled: true, recovery_left: 10 });
    }),
  );
  const keys = userEvent.setup();
  renderSignedIn(<LiveApproval id="cs_1" />);
  await keys.click(await screen.findByRole("button", { name: "Approve…" }));
  await keys.click(screen.getByRole("button", { name: /^Approve / }));
  await keys.type(await screen.findByLabelText(/current code of your authenticator/), "123456");
  await keys.click(screen.getByRole("button", { name: "Approve with this code" }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toEqual(sent[0]);
});

const launch = (): ChangeSet =>
  changeSet({
    title: "New campaign",
    daily_change: [],
    worst_case: null,
    legs: [
      leg({
        platform: "google", entity_id: "google:account:482", name: "Summer Trail", field: "campaign", before: "not there", after: "…", delta: null, delta_share: null,
        place: { level: "account", id: "482", name: "TechFlow Global", is_new: false },
        parts: [
          { label: "objective", before: "", after: "sales" },
          { label: "daily budget", before: "", after: "60.00 USD" },
          { label: "targeting", before: "", after: "countries: CA, US" },
        ],
      }),
      leg({
        key: "kw", platform: "google", entity_id: "google:", name: "jobs", field: "keyword", before: "not there", after: "…", delta: null, delta_share: null,
        place: { level: "campaign", id: "", name: "Summer Trail", is_new: true },
        parts: [
          { label: "match", before: "", after: "phrase" },
          { label: "negative", before: "", after: "yes" },
        ],
      }),
    ],
  });

test("the last step before a yes restates every field of what is created, where, and that it is paused", async () => {
  serveChangeSet(launch());
  const keys = userEvent.setup();
  renderSignedIn(<LiveApproval id="cs_1" />);
  await keys.click(await screen.findByRole("button", { name: "Approve…" }));
  const confirm = screen.getByRole("group", { name: "Confirm the approval" });
  expect(confirm).toHaveTextContent("New campaign “Summer Trail” in the account “TechFlow Global” (482) on Google Ads");
  expect(confirm).toHaveTextContent("New negative keyword “jobs” in the new campaign “Summer Trail” on Google Ads");
  for (const { label, after } of launch().legs.flatMap(({ parts }) => parts)) {
    expect(confirm).toHaveTextContent(new RegExp(label.replace("_", " "), "i"));
    expect(confirm).toHaveTextContent(after === "60.00 USD" ? "$60.00" : after);
  }
  expect(within(confirm).getAllByText("Paused")).toHaveLength(1);
});

test("an id that is known by a name is shown with it", async () => {
  const stage = leg({ platform: "gohighlevel", field: "opportunity_stage", name: "Lumen", before: "st_1", after: "st_2", delta: null, delta_share: null, known_names: { st_1: "New lead", st_2: "Qualified" } });
  serveChangeSet(changeSet({ daily_change: [], legs: [stage] }));
  renderSignedIn(<LiveApproval id="cs_1" />);
  expect(await screen.findByText("New lead (st_1)")).toBeVisible();
  expect(screen.getByRole("heading", { name: /to Qualified \(st_2\)/ })).toBeVisible();
});
