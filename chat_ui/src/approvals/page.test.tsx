import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { changeSet, leg } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { ApprovalsPage } from "./page";

const pause = (id: string, name: string) =>
  changeSet({ id, legs: [leg({ name, field: "status", before: "enabled", after: "paused" })] });
const sets = [pause("cs_1", "First"), pause("cs_2", "Second")];

beforeEach(() => {
  server.use(
    http.get("*/api/approvals", () => HttpResponse.json({ items: sets })),
    http.get("*/api/approvals/:id", ({ params }) => HttpResponse.json(sets.find((one) => one.id === params.id))),
    http.get("*/api/audit/verify", () => HttpResponse.json({ ok: true, rows: 128, head: "f0", first_bad_seq: null, why: "" })),
  );
});

const shown = (name: string) => screen.findByRole("region", { name: `Waiting for approval: Pause ${name} on Meta Ads` });

test("j and k move, a and r open a decision without making it", async () => {
  const keys = userEvent.setup();
  renderSignedIn(<ApprovalsPage />);
  await shown("First");
  await keys.keyboard("j");
  await shown("Second");
  await keys.keyboard("k");
  await shown("First");
  await keys.keyboard("a");
  expect(screen.getByRole("group", { name: "Confirm the approval" })).toHaveFocus();
  await keys.keyboard("{Escape}r");
  expect(screen.getByLabelText("Why not?")).toHaveValue("");
  // Keys typed into the reason are its letters, not commands.
  await keys.keyboard("jar");
  expect(screen.getByLabelText("Why not?")).toHaveValue("jar");
});

test("the audit chain's state stands on the page", async () => {
  renderSignedIn(<ApprovalsPage />);
  expect(await screen.findByText("Audit chain verified, 128 rows")).toBeVisible();
});

test("a broken audit chain names the row", async () => {
  server.use(http.get("*/api/audit/verify", () => HttpResponse.json({ ok: false, rows: 128, head: "f0", first_bad_seq: 17, why: "its hash does not fit" })));
  renderSignedIn(<ApprovalsPage />);
  expect(await screen.findByText("Audit chain broken at row 17: its hash does not fit")).toBeVisible();
});
