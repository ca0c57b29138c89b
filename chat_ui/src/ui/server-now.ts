import { useStatus } from "@/api/session";
import { useNow } from "./now";

/** The server's time, once a second: deadlines and ages are its, not this device's. */
export function useServerNow(): number {
  return useNow() + (useStatus()?.clock_offset_ms ?? 0);
}
