import { expect, test } from "@playwright/test";
import { amountOf, answer, approve, expectAuditVerified, legsOf, QUESTIONS, settledText } from "./support/chat";
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
