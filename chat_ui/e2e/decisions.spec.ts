import { expect } from "@playwright/test";
import { amountOf, approve, ask, expectAuditVerified, legsOf, proposeMove, QUESTIONS } from "./support/chat";
import { signIn } from "./support/demo";
import { Market } from "./support/market";
import { test } from "./support/own-demo";

// In this order: the last one moves the market's clock past every session and proposal.
test.describe.configure({ mode: "serial" });
test.beforeEach(({ page, demo }) => signIn(page.request, demo.ready));

test("stopped while a platform does not answer: the run ends there and nothing is proposed", async ({ page, demo }) => {
  const { url } = demo.ready;
  const market = await Market.of(page.request, url);
  await market.faults([{ kind: "timeout_after", writes: false, times: 20, seconds: 25 }]);
  await page.goto(`${url}/chat`);
  const run = await ask(page, QUESTIONS.move);
  await expect(run).toContainText("Preparing a budget move", { timeout: 90_000 });
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(run).toHaveAttribute("data-phase", "cancelled");
  await market.faults([]);
  await expect(run.locator("[data-change-set]")).toHaveCount(0);
  await run.getByRole("button", { name: "Ask again" }).click();
  await expect(page.locator("[data-run]").last()).toHaveAttribute("data-phase", "done", { timeout: 60_000 });
});

test("rejected with a reason: nothing is written", async ({ page, demo }) => {
  const { url } = demo.ready;
  const market = await Market.of(page.request, url);
  const { card } = await proposeMove(page, url);
  await card.getByRole("button", { name: "Reject…" }).click();
  await card.getByLabel("Why not?").fill("Launch week, no moves");
  await card.getByRole("button", { name: "Reject", exact: true }).click();
  await expect(card).toHaveAttribute("data-status", "rejected");
  await expect(card).toContainText("Launch week, no moves");
  expect(await market.writes()).toEqual([]);
  await expectAuditVerified(page, url);
});

test("edited on the platform between proposal and approval: the drift is found and nothing of ours is written", async ({ page, demo }) => {
  const { url } = demo.ready;
  const market = await Market.of(page.request, url);
  const { card, id } = await proposeMove(page, url);
  const [cut, raise] = await legsOf(page, id, url);
  const elsewhere = amountOf(cut!.before) + 11;
  await market.editElsewhere(cut!.entity_id, { daily_budget: elsewhere.toFixed(2) });
  await approve(card);
  await expect(card).toHaveAttribute("data-status", "failed", { timeout: 60_000 });
  expect(await market.dailyBudget(cut!.entity_id, cut!.account_id)).toBe(elsewhere);
  expect(await market.dailyBudget(raise!.entity_id, raise!.account_id)).toBe(amountOf(raise!.before));
  expect((await market.writes()).filter((write) => write.origin === "api")).toEqual([]);
  await expectAuditVerified(page, url);
});

test("decided by somebody else meanwhile: the second sees who was first", async ({ page, browser, demo }) => {
  const { url } = demo.ready;
  const { card, id } = await proposeMove(page, url);
  await card.getByRole("button", { name: "Approve…" }).click();
  const other = await browser.newContext();
  await signIn(other.request, demo.ready);
  const plan = (await (await other.request.get(`${url}/api/approvals/${id}`)).json()) as { plan_hash: string };
  const rejected = await other.request.post(`${url}/api/approvals/${id}/reject`, {
    data: { plan_hash: plan.plan_hash, reason: "Not today" },
    headers: { origin: url },
  });
  expect(rejected.ok()).toBe(true);
  await card.getByRole("group", { name: "Confirm the approval" }).getByRole("button", { name: /^Approve/ }).click();
  await expect(card).toHaveAttribute("data-status", "rejected");
  await expect(card.getByRole("alert")).toContainText("Your approval did not count");
  await expect(card).toContainText("Not today");
  await other.close();
});

test("left alone for longer than it is valid: it expires, and the session too", async ({ page, demo }) => {
  const { url } = demo.ready;
  const market = await Market.of(page.request, url);
  const written = (await market.writes()).length;
  const { id } = await proposeMove(page, url);
  await market.advance(1.1);
  await page.reload();
  await page.getByLabel("E-mail").fill(demo.ready.email);
  await page.getByLabel("Password").fill(demo.ready.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  // Back in the same conversation.
  const card = page.locator(`[data-change-set="${id}"]`);
  await expect(card).toHaveAttribute("data-status", "expired", { timeout: 60_000 });
  await expect(card.getByRole("button", { name: "Approve…" })).toHaveCount(0);
  expect((await market.writes(written)).filter((write) => write.origin === "api")).toEqual([]);
  await expectAuditVerified(page, url);
});
