import { expect } from "@playwright/test";
import { signIn } from "./support/demo";
import { test } from "./support/own-demo";

test.beforeEach(({ page, demo }) => signIn(page.request, demo.ready));

test("a platform is disconnected and connected again over its own consent page", async ({ page, demo }) => {
  await page.goto(`${demo.ready.url}/connections`);
  const meta = page.locator("[data-platform=meta]");
  await expect(meta).toContainText("Healthy");
  await meta.getByRole("button", { name: "Disconnect: Meta Ads" }).click();
  await meta.getByRole("button", { name: "Yes, disconnect" }).click();
  await expect(meta).toContainText("Not connected");

  await meta.getByRole("button", { name: "Connect: Meta Ads" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page.getByText(/Meta Ads was not connected/)).toBeVisible();
  await page.getByRole("button", { name: "Connect: Meta Ads" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page.getByText("Meta Ads is connected; its accounts are being imported.")).toBeVisible();
  await expect(page.locator("[data-platform=meta]")).toContainText("Healthy");
});
