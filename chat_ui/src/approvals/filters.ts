import type { ChangeSetStatus } from "@/api/types";

export interface InboxFilter {
  key: string;
  label: string;
  statuses: readonly ChangeSetStatus[];
  empty: string;
}

const WAITING: InboxFilter = {
  key: "waiting",
  label: "Waiting",
  statuses: ["proposed"],
  empty: "Nothing waits for you",
};

export const FILTERS: readonly InboxFilter[] = [
  WAITING,
  { key: "moving", label: "In progress", statuses: ["approved", "applying", "needs_person"], empty: "Nothing is being applied" },
  {
    key: "decided",
    label: "Decided",
    statuses: ["done", "failed", "rejected", "expired", "denied"],
    empty: "Nothing has been decided yet",
  },
  { key: "all", label: "All", statuses: [], empty: "No change has been proposed yet" },
];

export const filterOf = (key: string | null): InboxFilter => FILTERS.find((filter) => filter.key === key) ?? WAITING;
