import { expect } from "@playwright/test";
import { amountOf, approve, expectAuditVerified, legsOf, proposeMove } from "./support/chat";
import { signIn } from "./support/demo";
import { Market } from "./support/market";
import { test } from "./support/own-demo";

test("the server is killed between proposal and approval: the open page goes on where it was", async ({ page, demo }) => {
  test.setTimeout(300_000);
  const { url } = demo.ready;
  await signIn(page.request, demo.ready);
  const { card, id } = await proposeMove(page, url);
  const legs = await legsOf(page, id, url);
  const written = (await (await Market.of(page.request, url)).writes()).length;

  await demo.kill("SIGKILL");
  await card.getByRole("button", { name: "Approve…" }).click();
  await card.getByRole("group", { name: "Confirm the approval" }).getByRole("button", { name: /^Approve/ }).click();
  // Nobody answered: the page must not claim that anything happened.
  await expect(card.getByRole("alert")).toContainText("Your approval did not count");
  await expect(card).toHaveAttribute("data-status", "proposed");

  await demo.start();
  await approve(card);
  await expect(card).toHaveAttribute("data-status", "done", { timeout: 60_000 });
  const market = await Market.of(page.request, url);
  for (const leg of legs) expect(await market.dailyBudget(leg.entity_id, leg.account_id)).toBe(amountOf(leg.after));
  expect(await market.writes(written)).toHaveLength(2);
  await expectAuditVerified(page, url);
});
