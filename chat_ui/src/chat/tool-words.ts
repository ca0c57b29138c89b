import { sentence } from "@/fmt";

/** What a tool does, in plain words: while it runs, and once it has answered. */
const WORDS: Record<string, readonly [doing: string, did: string]> = {
  forecast_performance: ["Forecasting performance", "Forecast performance"],
  predict_fatigue: ["Predicting which creatives will tire", "Predicted creative fatigue"],
  compare_campaigns: ["Comparing two campaigns", "Compared two campaigns"],
  list_creatives: ["Looking through the creatives", "Looked through the creatives"],
  creative_performance: ["Measuring the creatives", "Measured the creatives"],
  list_campaigns: ["Reading the campaigns", "Read the campaigns"],
  rank_campaigns: ["Ranking the campaigns", "Ranked the campaigns"],
  propose_daily_budget: ["Preparing a budget change", "Prepared a budget change"],
  propose_budget_move: ["Preparing a budget move", "Prepared a budget move"],
  propose_status: ["Preparing a status change", "Prepared a status change"],
  propose_undo: ["Preparing the way back", "Prepared the way back"],
  find_opportunities: ["Looking for opportunities", "Looked for opportunities"],
  marginal_returns: ["Working out what one more dollar returns", "Worked out marginal returns"],
  suggest_allocation: ["Working out a better allocation", "Worked out an allocation"],
  recall: ["Looking in memory", "Looked in memory"],
  remember: ["Making a note", "Made a note"],
  list_memories: ["Reading the notes", "Read the notes"],
  performance_summary: ["Adding up performance", "Added up performance"],
  find_anomalies: ["Checking for anything unusual", "Checked for anything unusual"],
  briefing: ["Preparing the briefing", "Prepared the briefing"],
  pending_approvals: ["Checking what waits for approval", "Checked what waits for approval"],
  data_freshness: ["Checking how fresh the data is", "Checked how fresh the data is"],
};

export function toolWords(name: string, done: boolean): string {
  const words = WORDS[name];
  if (words) return done ? words[1] : words[0];
  return sentence(name);
}

const SKIPPED = new Set(["", "0", "null"]);

/** The arguments that say something, as short words: `last_7_days` → "last 7 days". */
export function argumentWords(args: string): string {
  try {
    const values = Object.values(JSON.parse(args || "{}") as Record<string, unknown>);
    return values
      .filter((value) => typeof value === "string" || typeof value === "number")
      .map((value) => String(value).replaceAll("_", " "))
      .filter((value) => !SKIPPED.has(value))
      .join(" · ");
  } catch {
    return "";
  }
}
