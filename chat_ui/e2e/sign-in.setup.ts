import { expect, test } from "@playwright/test";
import { readReady, warmUp } from "./support/demo";

test("the printed link opens the application signed in, once", async ({ page, context }) => {
  test.setTimeout(300_000);
  const ready = readReady(process.env.E2E_READY_FILE ?? "");
  await page.goto(ready.sign_in);
  await expect(page).toHaveURL(/\/chat$/);
  await expect(page.getByRole("heading", { name: /What would you like to know/ })).toBeVisible();
  await warmUp(page.request, ready);
  await context.storageState({ path: process.env.E2E_SESSION ?? "" });

  await context.clearCookies();
  const again = await page.request.get(ready.sign_in, { maxRedirects: 0 });
  expect(again.status()).toBeGreaterThanOrEqual(400);
});

test("e-mail and password sign in, a wrong password says so", async ({ page }) => {
  const ready = readReady(process.env.E2E_READY_FILE ?? "");
  await page.goto("/approvals");
  await page.getByLabel("E-mail").fill(ready.email);
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Password").fill(ready.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  // Where the visitor wanted to go.
  await expect(page.getByRole("heading", { name: "Approvals" })).toBeVisible();
});
