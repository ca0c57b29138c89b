import { expect, type Locator, type Page } from "@playwright/test";

export const QUESTIONS = {
  lastWeek: "How did we do last week across platforms?",
  fatigue: "Which creatives will tire in the next two weeks?",
  move: "Move 100 a day from the worst Meta campaign to the best Google one",
} as const;

/** A leg as the API shows it: what the tests compare the platforms with. */
export interface Leg {
  entity_id: string;
  account_id: string;
  before: string;
  after: string;
}

export async function ask(page: Page, question: string): Promise<Locator> {
  const runs = await page.locator("[data-run]").count();
  await page.getByLabel("Your question").fill(question);
  await page.keyboard.press("Enter");
  const run = page.locator("[data-run]").nth(runs);
  await expect(run).toBeVisible();
  return run;
}

/** Asks and waits for the end of the answer. */
export async function answer(page: Page, question: string): Promise<Locator> {
  const run = await ask(page, question);
  await expect(run).toHaveAttribute("data-phase", "done", { timeout: 90_000 });
  return run;
}

/** What an answer reads once all of it has been replayed and its formatting has arrived: plain text stands there until then. */
export async function settledText(run: Locator): Promise<string> {
  await expect(run).toHaveAttribute("data-phase", "done");
  await expect(run.locator("[data-plain]")).toHaveCount(0);
  return run.innerText();
}

interface Campaign {
  id: string;
  platform: string;
  status: string;
  daily_budget: { amount: string } | null;
  shared_budget: boolean;
}

/** A move that every policy and market allows: a little, between the two largest budgets. */
async function harmlessMove(page: Page, base: string): Promise<string> {
  const found = await page.request.get(`${base}/api/campaigns?limit=200`);
  const { items } = (await found.json()) as { items: Campaign[] };
  const budget = (campaign: Campaign) => Number(campaign.daily_budget?.amount ?? 0);
  const largest = (platform: string) =>
    items
      .filter((one) => one.platform === platform && one.status === "enabled" && !one.shared_budget)
      .sort((one, other) => budget(other) - budget(one))[0]?.id;
  return `Move 20 a day from ${largest("meta")} to ${largest("google")}`;
}

/** Asks for a budget move in a new conversation; its card, waiting. */
export async function proposeMove(page: Page, base = ""): Promise<{ card: Locator; id: string }> {
  await page.goto(`${base}/chat`);
  const run = await answer(page, await harmlessMove(page, base));
  const card = run.locator("[data-change-set]");
  await expect(card).toHaveAttribute("data-status", "proposed");
  return { card, id: (await card.getAttribute("data-change-set")) ?? "" };
}

export async function legsOf(page: Page, id: string, base = ""): Promise<Leg[]> {
  const found = await page.request.get(`${base}/api/approvals/${id}`);
  expect(found.ok()).toBe(true);
  return ((await found.json()) as { legs: Leg[] }).legs;
}

export const amountOf = (text: string): number => Number(text.replace(/ [A-Z]{3}$/, "").replaceAll(",", ""));

export async function approve(card: Locator): Promise<void> {
  await card.getByRole("button", { name: "Approve…" }).click();
  await card.getByRole("group", { name: "Confirm the approval" }).getByRole("button", { name: /^Approve/ }).click();
}

export async function expectAuditVerified(page: Page, base = ""): Promise<void> {
  const report = (await (await page.request.get(`${base}/api/audit/verify`)).json()) as { ok: boolean; rows: number };
  expect(report.ok).toBe(true);
  expect(report.rows).toBeGreaterThan(0);
}
