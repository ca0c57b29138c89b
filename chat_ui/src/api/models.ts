import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";

export interface ModelFit {
  version: string;
  training_cut: string;
  status: "running" | "ready" | "refused";
  n_rows: number;
  /** 0-1: how much the account's own data weigh against general experience. */
  own_share: number;
  note: string;
  metrics: Record<string, number | null>;
  baselines: Record<string, Record<string, number | null>>;
}

/** What came of past forecasts; figures are null where there are too few. */
export interface TrackRecord {
  metric: string;
  n: number;
  n_entities: number;
  n_open: number;
  n_void: number;
  inside: number | null;
  ratio: number | null;
  ratio_low: number | null;
  ratio_high: number | null;
  verdict: string;
}

export interface LearnedModel {
  model: string;
  fit: ModelFit;
  track_record: TrackRecord[];
}

export interface ModelList {
  items: LearnedModel[];
  under_way: { share: number; doing: string } | null;
}

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => get<ModelList>("/api/models", undefined, signal),
  refetchInterval: (query) => (query.state.data?.under_way ? 2_000 : 60_000),
});

export const learnAgain = () => post("/api/models/learn");
