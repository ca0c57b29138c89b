import { describe, expect, test } from "vitest";
import { changeSet, leg, raise, usd } from "@/test/builders";
import * as fmt from ".";

describe("money", () => {
  test("an amount too long for a float keeps every digit", () => {
    expect(fmt.money(usd("9007199254740993.07"))).toBe("$9,007,199,254,740,993.07");
  });
  test("a currency without cents has none", () => {
    expect(fmt.money({ amount: "1200", currency: "JPY" })).toBe("¥1,200");
  });
  test("a change carries its sign, and nothing carries none", () => {
    expect(fmt.moneySigned(usd("100.00"))).toBe("+$100.00");
    expect(fmt.moneySigned(usd("-100.00"))).toBe("−$100.00");
    expect(fmt.moneySigned(usd("0.00"))).toBe("$0.00");
  });
  test("sums are exact and never mix currencies", () => {
    const values = [usd("0.10"), usd("0.20"), { amount: "5", currency: "JPY" }, usd("-0.30"), usd("1000000000000.01")];
    expect(fmt.sums(values)).toEqual([usd("1000000000000.01"), { amount: "5", currency: "JPY" }]);
  });
  test("a negative sum below one keeps its sign", () => {
    expect(fmt.sums([usd("-0.30"), usd("0.05")])).toEqual([usd("-0.25")]);
  });
  test("text that is no money is left alone", () => {
    expect(fmt.moneyIn("1,200.00 USD")).toEqual(usd("1200.00"));
    expect(fmt.moneyIn("paused")).toBeNull();
    expect(fmt.legValue("paused")).toBe("Paused");
  });
  test("headlines are compact", () => {
    expect(fmt.moneyCompact(usd("12420.00"))).toBe("$12.4K");
  });
});

describe("figures", () => {
  test("missing is a dash, not zero", () => {
    expect(fmt.percent(null)).toBe("–");
    expect(fmt.times(null)).toBe("–");
    expect(fmt.cell(null, "money")).toBe("–");
    expect(fmt.cell(0, "count")).toBe("0");
  });
  test("cells read by their unit", () => {
    expect(fmt.cell("120.50 USD", "money")).toBe("$120.50");
    expect(fmt.cell(0.0421, "share")).toBe("4.21 %");
    expect(fmt.cell(3.4, "ratio")).toBe("3.40×");
    expect(fmt.cell(12.5, "days")).toBe("12.5 d");
    expect(fmt.cell(10402, "count")).toBe("10,402");
    expect(fmt.cell("Brand – Exact", "text")).toBe("Brand – Exact");
  });
  test("the same direction is good for one figure and bad for another", () => {
    expect(fmt.delta(0.031, "up")).toMatchObject({ arrow: "▲", text: "3.1 %", tone: "good" });
    expect(fmt.delta(0.031, "down")).toMatchObject({ arrow: "▲", tone: "bad", spoken: "up 3.1 %, worse" });
    expect(fmt.delta(-0.2, "neither")).toMatchObject({ arrow: "▼", tone: "flat", spoken: "down 20.0 %" });
    expect(fmt.delta(null, "up")).toBeNull();
  });
});

describe("time", () => {
  const now = Date.parse("2026-11-23T14:00:00Z");
  test("what is left counts down and ends", () => {
    expect(fmt.timeLeft("2026-11-23T14:14:09Z", now)).toBe("14:09");
    expect(fmt.timeLeft("2026-11-23T17:20:00Z", now)).toBe("3 h 20 min");
    expect(fmt.timeLeft("2026-11-26T15:00:00Z", now)).toBe("3 days");
    expect(fmt.timeLeft("2026-11-23T14:00:00Z", now)).toBeNull();
  });
  test("a calendar day is the same day in every zone", () => {
    expect(fmt.day("2026-11-16")).toBe("Mon, Nov 16");
    expect(fmt.dayRange("2026-11-16", "2026-11-22")).toBe("Nov 16 – Nov 22");
  });
  test("ages are rounded down", () => {
    expect(fmt.ago("2026-11-23T13:59:30Z", now)).toBe("just now");
    expect(fmt.ago("2026-11-23T13:56:00Z", now)).toBe("4 min ago");
    expect(fmt.ago("2026-11-22T10:00:00Z", now)).toBe("yesterday");
  });
});

test("a leg restates its amounts in words", () => {
  expect(fmt.legSentence(leg())).toBe("Lower “Retargeting – Site visitors” on Meta Ads from $300.00 to $200.00 a day");
  expect(fmt.legSentence(raise())).toBe("Raise “Brand – Exact” on Google Ads from $400.00 to $500.00 a day");
  expect(fmt.legSentence(leg({ field: "status", before: "enabled", after: "paused" }))).toBe("Pause “Retargeting – Site visitors” on Meta Ads");
});

test("what is created, set or taken away is named, letter by letter", () => {
  const keyword = leg({ field: "keyword", name: "running_shoes", before: "not there", after: "text: running_shoes", delta: null });
  expect(fmt.legSentence(keyword)).toBe("New keyword “running_shoes” on Meta Ads");
  expect(fmt.legSentence({ ...keyword, before: keyword.after, after: "not there" })).toBe("Take away the keyword “running_shoes” on Meta Ads");
  expect(fmt.legSentence(leg({ field: "bid", before: "1.00 USD", after: "1.20 USD" }))).toBe("Set the bid of “Retargeting – Site visitors” on Meta Ads to $1.20");
  expect(fmt.legSentence(leg({ field: "status", before: "paused", after: "removed" }))).toBe("Remove for good “Retargeting – Site visitors” on Meta Ads");
  expect(fmt.legValue("a_b")).toBe("a_b");
});

test("a title is made from the legs, not from the text that came with them", () => {
  const misleading = { title: "Lower everything" };
  expect(fmt.changeTitle(changeSet(misleading))).toBe("Move $100.00 a day from Retargeting – Site visitors to Brand – Exact");
  expect(fmt.changeTitle(changeSet({ ...misleading, legs: [raise()] }))).toBe("Raise Brand – Exact on Google Ads from $400.00 to $500.00 a day");
  expect(fmt.changeTitle(changeSet({ title: "Three changes", legs: [raise(), leg(), leg()] }))).toBe("Three changes");
});
