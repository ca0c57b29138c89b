import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { campaign, performance, usd } from "@/test/builders";
import { renderSignedIn } from "@/test/render";
import { server } from "@/test/server";
import { campaignsCsv, csvCell } from "./csv";
import { axisTicks, metricOf, pointsOf } from "./metrics";
import { CampaignsPage } from "./page";
import { totalsByCurrency } from "./totals";

const yen = (amount: string) => ({ amount, currency: "JPY" });
const cheap = campaign({ id: "meta:1201", platform: "meta", name: "Retargeting", spend: usd("10.10"), conversions: 0, cpa: null, cpa_change: null });
const foreign = campaign({ id: "google:1102", name: "Tokyo", spend: yen("9000"), revenue: yen("1"), daily_budget: yen("500"), cpc: yen("9"), cpa: yen("90") });

beforeEach(() => {
  server.use(
    http.get("*/api/campaigns", ({ request }) => {
      const items = [campaign(), cheap, foreign];
      const offset = Number(new URL(request.url).searchParams.get("offset"));
      // Two a page, so that the page has to ask twice.
      return HttpResponse.json({ items: items.slice(offset, offset + 2), total: 3, window: performance().window, freshness: [] });
    }),
  );
});

const names = () => screen.getAllByRole("row").flatMap((row) => row.getAttribute("data-campaign") ?? []);

test("all pages are read, sorted by spend, and totals stand one row per currency", async () => {
  renderSignedIn(<CampaignsPage />);
  await screen.findByText("Brand – Exact");
  expect(names()).toEqual(["google:1101", "google:1102", "meta:1201"]);
  expect(screen.getByRole("row", { name: /2 campaigns, USD/ })).toHaveTextContent("$11,830.50");
  expect(screen.getByRole("row", { name: /1 campaigns, JPY/ })).toHaveTextContent("¥9,000");
});

test("sorting says its direction, and what is missing stays last either way", async () => {
  const user = userEvent.setup();
  renderSignedIn(<CampaignsPage />);
  await screen.findByText("Brand – Exact");
  const header = screen.getByRole("columnheader", { name: "CPA" });
  await user.click(within(header).getByRole("button"));
  const first = header.getAttribute("aria-sort");
  expect(names().at(-1)).toBe("meta:1201");
  await user.click(within(header).getByRole("button"));
  expect(header.getAttribute("aria-sort")).not.toBe(first);
  expect(names().at(-1)).toBe("meta:1201");
});

test("filters come from the address, and a search that finds nothing says so", async () => {
  const user = userEvent.setup();
  renderSignedIn(<CampaignsPage />, { at: "/campaigns?platform=meta" });
  await screen.findByText("Retargeting");
  expect(names()).toEqual(["meta:1201"]);
  await user.type(screen.getByRole("searchbox"), "zzz");
  expect(await screen.findByText("No campaign matches")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Clear the filters" }));
  expect(names()).toHaveLength(3);
});

test("a text that a spreadsheet would run is neutralized, a figure is not", () => {
  expect(csvCell('=HYPERLINK("http://x","y")')).toBe('"\'=HYPERLINK(""http://x"",""y"")"');
  for (const start of ["+", "-", "@", "\t=", " =", "\r"]) expect(csvCell(`${start}1`)).toMatch(/^"?'/);
  expect(csvCell(-0.038)).toBe("-0.038");
  expect(csvCell("Brand, exact")).toBe('"Brand, exact"');
  expect(csvCell(null)).toBe("");
});

test("the export holds money as the exact decimal text", () => {
  const [header, row] = campaignsCsv([campaign({ spend: usd("9007199254740993.07"), name: "@SUM(A1)" })]).split("\r\n");
  const cells = row?.split(",") ?? [];
  expect(cells[header?.split(",").indexOf("spend") ?? -1]).toBe("9007199254740993.07");
  expect(cells[header?.split(",").indexOf("campaign") ?? -1]).toBe("'@SUM(A1)");
});

test("totals compute ratios from sums and give up a budget sum where budgets are shared", () => {
  const [total] = totalsByCurrency([campaign({ clicks: 10, impressions: 100 }), campaign({ clicks: 0, impressions: 300, shared_budget: true })]);
  expect(total).toMatchObject({ ctr: 0.025, daily_budget: null, campaigns: 2 });
  expect(totalsByCurrency([campaign(), campaign({ status: "paused" })])[0]?.daily_budget).toEqual(usd("400.00"));
});

test("a day without delivery is missing, not zero, and today is partial", () => {
  const points = pointsOf(performance(), metricOf("cpa"));
  expect(points.map((point) => point.value)).toEqual([30, 30, null, 30]);
  expect(points.at(-1)?.partial).toBe(true);
});

test("an axis ends on a round number at or above the maximum", () => {
  expect(axisTicks(74)).toEqual([0, 25, 50, 75]);
  expect(axisTicks(0)).toEqual([0]);
  for (const max of [0.4, 1, 9.9, 101, 12345]) expect(axisTicks(max).at(-1)).toBeGreaterThanOrEqual(max);
});
