import { expect } from "@playwright/test";
import { answer, approve, expectAuditVerified } from "./support/chat";
import { signIn } from "./support/demo";
import { Market } from "./support/market";
import { test } from "./support/own-demo";

const ACCOUNT = "4821930057";
const REQUEST = `Launch a new campaign on Google in account ${ACCOUNT} called Summer Trail with 60 a day for sales in US and CA with an ad group Trail and keywords trail shoes, trail socks`;

/** Every field of every part: what the card shows, and what the last step restates. */
const FIELDS = [
  /campaign “Summer Trail” in the account “[^”]+” \(4821930057\)/i,
  /Objective\s*sales/,
  /Daily budget\s*\$60\.00/,
  /countries: CA, US/,
  /in the new campaign “Summer Trail”/,
  /in the new ad group “Trail”/,
  /Text\s*trail shoes/,
  /Text\s*trail socks/,
  /Match\s*phrase/,
  /Negative\s*no/,
  /Paused/,
];

test.beforeEach(({ page, demo }) => signIn(page.request, demo.ready));

test("a launch: asked for, shown in full, approved, standing paused among the campaigns, and taken back by a proposal", async ({ page, demo }) => {
  const { url } = demo.ready;
  const market = await Market.of(page.request, url);
  await page.goto(`${url}/chat`);
  const card = (await answer(page, REQUEST)).locator("[data-change-set]");
  await expect(card).toHaveAttribute("data-status", "proposed");
  const written = (await market.writes()).length;
  for (const field of FIELDS.slice(1)) await expect(card).toContainText(field);

  await card.getByRole("button", { name: "Approve…" }).click();
  const confirm = card.getByRole("group", { name: "Confirm the approval" });
  for (const field of FIELDS) await expect(confirm).toContainText(field);
  expect(await market.writes(0)).toHaveLength(written);
  await card.getByRole("button", { name: "Back" }).click();

  await approve(card);
  await expect(card).toHaveAttribute("data-status", "done", { timeout: 60_000 });
  const made = (await market.writes()).slice(written).filter((write) => write.field === "created");
  expect(made.length).toBeGreaterThanOrEqual(4);

  await page.goto(`${url}/connections`);
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(async () => {
    await page.goto(`${url}/campaigns?search=Summer+Trail`);
    await expect(page.getByRole("row", { name: /Summer Trail/ })).toContainText("Paused", { timeout: 3_000 });
  }).toPass({ timeout: 60_000 });

  await page.goto(`${url}/approvals`);
  await page.getByRole("button", { name: "Decided" }).click();
  await page.getByRole("button", { name: "Propose to undo" }).click();
  const undo = page.locator('[data-change-set][data-status="proposed"]');
  await expect(undo).toContainText("Undo");
  await expect(undo).toContainText("Summer Trail");
  await expectAuditVerified(page, url);
});
