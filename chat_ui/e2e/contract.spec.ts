import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";

interface Schema {
  properties?: Record<string, unknown>;
}

/** Our interface → the server's schema of the same thing. */
const PAIRS: Record<string, string> = {
  Money: "MoneyView",
  Tenant: "TenantView",
  User: "UserView",
  Engine: "EngineView",
  ServerStatus: "StatusView",
  Thread: "ThreadView",
  Run: "RunView",
  ThreadDetail: "ThreadDetail",
  RunStarted: "RunStarted",
  Usage: "Usage",
  Leg: "LegView",
  Finding: "Finding",
  Verdict: "Verdict",
  Band: "Band",
  Decision: "ApprovalView",
  ChangeSet: "ChangeSetView",
  Window: "Window",
  Freshness: "Freshness",
  Campaign: "CampaignRow",
  CampaignList: "CampaignList",
  Day: "DayView",
  Performance: "Performance",
  Integration: "IntegrationView",
  AuditReport: "ChainReport",
};

function fieldsOf(source: string, name: string): string[] {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  if (body === undefined) throw new Error(`src/api has no interface ${name}`);
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((match) => match[1] ?? "").sort();
}

test("every field that the pages read is a field that the server documents, and none is missed", async ({ request }) => {
  const source = ["types", "change-set-types"].map((file) => readFileSync(`src/api/${file}.ts`, "utf8")).join("\n");
  const document = (await (await request.get("/openapi.json")).json()) as { components: { schemas: Record<string, Schema> } };
  for (const [ours, theirs] of Object.entries(PAIRS)) {
    const schema = document.components.schemas[theirs];
    expect(Object.keys(schema?.properties ?? {}).sort(), `${ours} and the server's ${theirs}`).toEqual(fieldsOf(source, ours));
  }
});
