import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import type { ChangeSet, ServerStatus } from "@/api/types";

const status: ServerStatus = {
  version: "0.1.0",
  engine: { name: "Embedded engine", is_language_model: false, note: "Answers from rules and a classifier." },
  sandbox: true,
  applying_stopped: false,
  now: new Date().toISOString(),
};

export const server = setupServer(http.get("*/api/status", () => HttpResponse.json(status)));

/** Serves one change set as the server would: the latest state, whatever was decided. */
export function serveChangeSet(first: ChangeSet): { now: () => ChangeSet; become: (next: ChangeSet) => void } {
  let current = first;
  server.use(
    http.get(`*/api/approvals/${first.id}`, () => HttpResponse.json(current)),
    http.get("*/api/approvals", () => HttpResponse.json({ items: [current] })),
  );
  return {
    now: () => current,
    become: (next) => {
      current = next;
    },
  };
}
