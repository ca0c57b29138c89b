import { expect, test } from "@playwright/test";

test("a briefing that runs by itself stands on the timeline, new until it was looked at", async ({ page }) => {
  await page.goto("/timeline");
  await page.getByText("Schedule").click();
  await page.getByRole("button", { name: "Run now: Morning briefing" }).click();
  const entry = page.locator("[data-source=briefing]").first();
  await expect(entry).toContainText("Morning briefing");
  await expect(entry).toContainText(/spend/i);
  await page.reload();
  await expect(page.locator("[data-source=briefing]").first()).toContainText(/spend/i);
});
