import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";

const port = Number(process.env.E2E_PORT ?? 8912);
const scratch = join(tmpdir(), `omnify-e2e-${port}`);
mkdirSync(scratch, { recursive: true });
// Tests and their helpers read these: every worker process inherits them.
process.env.E2E_READY_FILE = join(scratch, "ready.json");
process.env.E2E_SESSION = join(scratch, "session.json");

const launchOptions = {
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export default defineConfig({
  testDir: "e2e",
  // Not beside the sources: what they hold decides whether the build is out of date.
  outputDir: "node_modules/.e2e/results",
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: process.env.CI ? [["list"]] : [["list"], ["html", { open: "never", outputFolder: "node_modules/.e2e/report" }]],
  use: {
    baseURL: `http://localhost:${port}`,
    launchOptions,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    storageState: process.env.E2E_SESSION,
  },
  projects: [
    { name: "sign-in", testMatch: /sign-in\.setup\.ts/, use: { storageState: { cookies: [], origins: [] }, launchOptions } },
    {
      name: "desktop",
      dependencies: ["sign-in"],
      use: { ...devices["Desktop Chrome"], viewport: { width: 1380, height: 860 }, launchOptions },
    },
    {
      name: "phone",
      dependencies: ["sign-in"],
      testMatch: /pages\.spec\.ts/,
      use: { ...devices["Pixel 7"], launchOptions },
    },
  ],
  webServer: {
    command: `../.venv/bin/omnify demo --port ${port} --data-dir "${join(scratch, "data")}" --fresh --ready-file "${process.env.E2E_READY_FILE}"`,
    url: `http://127.0.0.1:${port}/ready`,
    timeout: 180_000,
    // A terminal would get a progress bar redrawn ten times a second.
    env: { FORCE_COLOR: "", NO_COLOR: "1" },
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
  },
});
