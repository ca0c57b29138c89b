import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { answer, QUESTIONS } from "./support/chat";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  expect(found).toEqual([]);
}

async function expectNoSidewaysScroll(page: Page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over).toBeLessThanOrEqual(0);
}

const PLACES: readonly { name: string; path: string; ready: (page: Page) => Promise<void> }[] = [
  { name: "new chat", path: "/chat", ready: (page) => expect(page.getByRole("list", { name: "Questions to start with" })).toBeVisible() },
  { name: "approvals", path: "/approvals?show=all", ready: (page) => expect(page.getByText(/Audit chain verified/)).toBeVisible() },
  { name: "timeline", path: "/timeline", ready: (page) => expect(page.getByText(/\d of \d on/)).toBeVisible() },
  { name: "campaigns", path: "/campaigns", ready: (page) => expect(page.locator("[data-campaign]").first()).toBeVisible() },
  { name: "track record", path: "/track-record", ready: (page) => expect(page.getByRole("heading", { name: "Track record" })).toBeVisible() },
  { name: "settings", path: "/settings", ready: (page) => expect(page.getByText("All daily budgets together")).toBeVisible() },
  { name: "connections", path: "/connections", ready: (page) => expect(page.locator("[data-platform]").first()).toBeVisible() },
];

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    for (const { name, path, ready } of PLACES) {
      test(`${name} is accessible and fits`, async ({ page }) => {
        await page.goto(path);
        await ready(page);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      });
    }

    test("a conversation with tables and a card is accessible and fits", async ({ page }) => {
      await page.goto("/chat");
      await answer(page, QUESTIONS.lastWeek);
      const run = await answer(page, "Pause the worst Meta campaign");
      await expect(run).toContainText(/\S/);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });

    test("an open campaign is accessible and fits", async ({ page }) => {
      await page.goto("/campaigns");
      await page.locator("[data-campaign] button").first().click();
      await expect(page.getByRole("dialog").getByRole("group", { name: /Spend by day/ })).toBeVisible();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      await page.goBack();
      await expect(page.getByRole("dialog")).toBeHidden();
    });

    test("the sign-in page is accessible and fits", async ({ page, context }) => {
      await context.clearCookies();
      await page.goto("/");
      await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  });
}

test("the theme that was chosen stays after a reload", async ({ page, isMobile }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/chat");
  if (isMobile) await page.getByRole("button", { name: "Conversations and settings" }).click();
  await page.getByRole("button", { name: /Owner/ }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await page.reload();
  await expect(page.locator("html")).toHaveClass(/dark/);
});

test("nothing is fetched from elsewhere", async ({ page, baseURL }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL ?? "") && !request.url().startsWith("data:")) elsewhere.push(request.url());
  });
  for (const { path, ready } of PLACES) {
    await page.goto(path);
    await ready(page);
  }
  expect(elsewhere).toEqual([]);
});
