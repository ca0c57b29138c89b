import { useSearchParams } from "react-router";
import type { Platform } from "@/api/types";
import { platformName } from "@/fmt";

/** What became of the way to a platform's consent page and back. */
export function ConnectOutcome() {
  const [params] = useSearchParams();
  const connected = params.get("connected");
  const failed = params.get("failed");
  if (connected) {
    return (
      <p role="status" className="rounded-lg bg-good-soft px-3 py-2 text-sm text-good">
        {platformName(connected as Platform)} is connected; its accounts are being imported.
      </p>
    );
  }
  if (!failed) return null;
  return (
    <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad">
      {platformName(failed as Platform)} was not connected: {params.get("reason") ?? "it gave no reason"}
    </p>
  );
}
