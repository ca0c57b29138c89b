import { test as base } from "@playwright/test";
import { Demo, startWarm } from "./demo";

/** Tests with a server and market of their own: they move its clock, edit behind its back, and kill it. */
export const test = base.extend<object, { demo: Demo }>({
  storageState: { cookies: [], origins: [] },
  demo: [
    // eslint-disable-next-line no-empty-pattern -- the runner reads what a fixture needs from this pattern
    async ({}, use) => {
      const demo = new Demo();
      await startWarm(demo);
      await use(demo);
      await demo.dispose();
    },
    { scope: "worker", timeout: 400_000 },
  ],
});
