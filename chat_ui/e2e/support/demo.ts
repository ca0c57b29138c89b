import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type APIRequestContext, request as api } from "@playwright/test";

const OMNIFY = "../.venv/bin/omnify";
const START_MS = 180_000;

/** What the demo writes into its ready file. */
export interface Ready {
  url: string;
  sign_in: string;
  email: string;
  password: string;
}

export const readReady = (file: string): Ready => JSON.parse(readFileSync(file, "utf8")) as Ready;

export async function until(holds: () => boolean, what: string, ms = START_MS): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${ms / 1000} s`);
    await wait(100);
  }
}

/** A server process of a test's own, with its own market; it can be killed and started again. */
export class Demo {
  private readonly folder = mkdtempSync(join(tmpdir(), "omnify-demo-"));
  private readonly readyFile = join(this.folder, "ready.json");
  private process: ChildProcess | undefined;
  private port = 0;
  ready!: Ready;

  async start(): Promise<void> {
    rmSync(this.readyFile, { force: true });
    const args = ["demo", "--port", String(this.port), "--data-dir", join(this.folder, "data"), "--ready-file", this.readyFile];
    const process = spawn(OMNIFY, args, { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    process.stderr.on("data", (text: Buffer) => (complaint += text.toString()));
    this.process = process;
    await until(() => existsSync(this.readyFile) || process.exitCode !== null, "The demo's start");
    if (process.exitCode !== null) throw new Error(`The demo ended with ${process.exitCode}: ${complaint.slice(-2000)}`);
    this.ready = readReady(this.readyFile);
    this.port = Number(new URL(this.ready.url).port);
  }

  /** At once, as a crash would: nothing is closed or flushed. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const process = this.process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((resolve) => process.once("exit", resolve));
    process.kill(signal);
    await ended;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function signIn(request: APIRequestContext, ready: Ready): Promise<void> {
  const answer = await request.post(`${ready.url}/api/auth/login`, {
    data: { email: ready.email, password: ready.password },
    headers: { origin: ready.url },
  });
  if (!answer.ok()) throw new Error(`Signing in: ${answer.status()} ${await answer.text()}`);
}

/** The first answer of a process loads the engine; tests that measure nothing else wait for it here. */
export async function warmUp(request: APIRequestContext, ready: Ready): Promise<void> {
  const headers = { origin: ready.url };
  const thread = await request.post(`${ready.url}/api/chat/threads`, { data: { title: "Warm-up" }, headers });
  const { id } = (await thread.json()) as { id: string };
  const run = await request.post(`${ready.url}/api/chat/threads/${id}/runs`, { data: { text: "How fresh is the data?" }, headers });
  const { run_id } = (await run.json()) as { run_id: string };
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const seen = (await (await request.get(`${ready.url}/api/chat/runs/${run_id}`)).json()) as { status: string };
    if (seen.status !== "running") return;
    await wait(250);
  }
  throw new Error("The first answer took too long");
}

/** A server of this test's own, ready to answer at once. */
export async function startWarm(demo: Demo): Promise<void> {
  await demo.start();
  const context = await api.newContext();
  await signIn(context, demo.ready);
  await warmUp(context, demo.ready);
  await context.dispose();
}
