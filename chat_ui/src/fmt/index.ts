/** The one place where figures, money, time and the trade's words become text. */
export * from "./money";
export * from "./numbers";
export * from "./time";
export * from "./units";
export * from "./words";
