import { ProblemNote } from "@/ui/problem-note";

/** How the sign-in ended that the browser has just come back from. */
export function Outcome() {
  const query = new URLSearchParams(window.location.search);
  const connected = query.get("connected");
  const failed = query.get("failed");
  if (failed) return <ProblemNote failed="The platform was not connected" error={new Error(query.get("reason") ?? "")} />;
  if (!connected) return null;
  return (
    <p role="status" className="rounded-lg bg-accent-soft px-3 py-2 text-sm text-accent-ink">
      Connected. Its accounts are being imported; the figures appear as they come.
    </p>
  );
}
