import { queryOptions } from "@tanstack/react-query";
import { get, put, remove } from "./client";

export interface Wish {
  aspect: string;
  value: string;
  basis: "stated" | "observed" | "default";
  /** Where it was said, or what was counted. */
  evidence: string;
  choices: string[];
}

export interface Preferences {
  note: string;
  preferences: Wish[];
  /** Since when one's own questions may be counted; null without consent. */
  observed_since: string | null;
}

const PATH = "/api/adaptive-learning";

export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  queryFn: ({ signal }) => get<Preferences>(`${PATH}/personality`, undefined, signal),
});

/** Null takes a wish back. */
export const stateWishes = (preferences: Record<string, string | null>) => put<Preferences>(`${PATH}/personality`, { preferences });
export const consent = (observe: boolean) => put<Preferences>(`${PATH}/consent`, { observe });
export const forgetPreferences = () => remove<Preferences>(`${PATH}/personality`);
