import { expect, test } from "@playwright/test";
import { answer, ask, QUESTIONS } from "./support/chat";
import { readReady, signIn } from "./support/demo";
import { CuttingProxy } from "./support/proxy";

test.use({ storageState: { cookies: [], origins: [] } });

test("an event stream cut twice loses and repeats nothing", async ({ page, context }) => {
  const ready = readReady(process.env.E2E_READY_FILE ?? "");
  const port = Number(new URL(ready.url).port);
  // A first answer, uncut, to compare with.
  await signIn(page.request, ready);
  await page.goto(`${ready.url}/chat`);
  const uncut = await answer(page, QUESTIONS.lastWeek);
  await expect(uncut).not.toContainText("**"); // the Markdown renderer loads after the first text
  const whole = await uncut.innerText();

  const proxy = new CuttingProxy(port, [6, 12]);
  const url = await proxy.start();
  try {
    await signIn(context.request, { ...ready, url });
    await page.goto(`${url}/chat`);
    const run = await ask(page, QUESTIONS.lastWeek);
    await expect(run.getByText(/Reconnecting/)).toBeVisible();
    await expect(run).toHaveAttribute("data-phase", "done", { timeout: 60_000 });
    // Cut behind the 6th event, then 12 events later; what was on its way at the cut may not have arrived.
    const [first, second = 0, third = 0] = proxy.lastEventIds;
    expect(proxy.lastEventIds).toHaveLength(3);
    expect(first).toBe(0);
    expect([5, 6]).toContain(second);
    expect([second + 11, second + 12]).toContain(third);
    await expect(run).not.toContainText("**");
    expect(withoutAges(await run.innerText())).toBe(withoutAges(whole));
  } finally {
    await proxy.stop();
  }
});

/** "2 min ago" may have become "3 min ago" between the two answers. */
const withoutAges = (text: string) => text.replaceAll(/\d+ min ago|just now/g, "…");
