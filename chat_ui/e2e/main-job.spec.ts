import { expect, test } from "@playwright/test";
import { amountOf, answer, approve, expectAuditVerified, legsOf, proposeMove, QUESTIONS, settledText } from "./support/chat";
import { Market } from "./support/market";

test("ask, understand, propose, approve: both platforms show the new budgets and the audit verifies", async ({ page, baseURL }) => {
  const base = baseURL ?? "";
  const market = await Market.of(page.request, base);
  const writesBefore = (await market.writes()).length;
  await page.goto("/chat");

  const lastWeek = await answer(page, QUESTIONS.lastWeek);
  await expect(lastWeek).toContainText("handed over to");
  await expect(lastWeek.getByRole("table").first()).toContainText("Google Ads");
  await expect(lastWeek.getByRole("table").first()).toContainText("Meta Ads");

  const fatigue = await answer(page, QUESTIONS.fatigue);
  await expect(fatigue).toContainText("ORACLE");
  await expect(fatigue.getByRole("table").first()).toContainText("Risk");

  const move = await answer(page, QUESTIONS.move);
  const card = move.locator("[data-change-set]");
  await expect(card).toHaveAttribute("data-status", "proposed");
  await expect(card).toContainText("$100.00");
  await expect(page.getByRole("navigation", { name: "Main" }).getByText("waiting for approval")).toBeAttached();
  expect(await market.writes(writesBefore)).toEqual([]);

  const id = (await card.getAttribute("data-change-set")) ?? "";
  const legs = await legsOf(page, id);
  expect(legs.map((leg) => leg.entity_id.split(":")[0]).sort()).toEqual(["google", "meta"]);
  for (const leg of legs) expect(await market.dailyBudget(leg.entity_id, leg.account_id)).toBe(amountOf(leg.before));

  await approve(card);
  await expect(card).toHaveAttribute("data-status", "done", { timeout: 60_000 });
  await expect(card).toContainText("Applied and read back from the platforms.");
  for (const leg of legs) expect(await market.dailyBudget(leg.entity_id, leg.account_id)).toBe(amountOf(leg.after));

  const writes = await market.writes(writesBefore);
  expect(writes.map((write) => write.platform).sort()).toEqual(["google", "meta"]);
  // Money is taken away before it is given.
  expect(Number(writes[0]?.after)).toBeLessThan(Number(writes[0]?.before));

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /Approvals/ }).click();
  await expect(page.getByText(/Audit chain verified, \d+ rows/)).toBeVisible();
  await page.getByRole("button", { name: "Decided" }).click();
  await expect(page.locator(`[data-change-set="${id}"]`)).toHaveAttribute("data-status", "done");
  await expectAuditVerified(page);
});

test("a conversation is there again after a reload, with its tables and card", async ({ page }) => {
  await page.goto("/chat");
  const answered = await answer(page, QUESTIONS.lastWeek);
  const text = await settledText(answered);
  await page.reload();
  const restored = page.locator("[data-run]");
  expect(await settledText(restored)).toBe(text);
});

test("a draft survives a reload", async ({ page }) => {
  await page.goto("/chat");
  await page.getByLabel("Your question").fill("How is Meta doing th");
  await page.reload();
  await expect(page.getByLabel("Your question")).toHaveValue("How is Meta doing th");
  await page.getByLabel("Your question").fill("");
});

test("an edited amount makes a new plan that still has to be approved", async ({ page }) => {
  const { card, id } = await proposeMove(page);
  const before = await card.getByText(/^plan /).innerText();
  await card.getByRole("button", { name: "Edit…" }).click();
  const legs = await legsOf(page, id);
  const raised = legs.find((leg) => amountOf(leg.after) > amountOf(leg.before));
  const wanted = (amountOf(raised?.before ?? "0") + 10).toFixed(2);
  const fields = card.getByRole("textbox", { name: /Daily budget of/ });
  for (const field of await fields.all()) {
    if ((await field.inputValue()) === amountOf(raised?.after ?? "").toFixed(2)) await field.fill(wanted);
  }
  await card.getByRole("button", { name: "Change the plan" }).click();
  await expect(card.getByText(/^plan /)).not.toHaveText(before);
  await expect(card).toHaveAttribute("data-status", "proposed");
  const after = (await legsOf(page, id)).find((leg) => leg.entity_id === raised?.entity_id);
  expect(amountOf(after?.after ?? "")).toBe(Number(wanted));
});
