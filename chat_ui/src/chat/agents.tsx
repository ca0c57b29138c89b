import { cx } from "@/ui/cx";

interface Specialist {
  hue: number;
  what: string;
}

const SPECIALISTS: Record<string, Specialist> = {
  ROUTER: { hue: 265, what: "decides who answers" },
  ORACLE: { hue: 295, what: "forecasts and fatigue" },
  EYES: { hue: 230, what: "creatives" },
  VOICE: { hue: 165, what: "campaigns, budgets and status" },
  CURIOSITY: { hue: 75, what: "opportunities and allocation" },
  MEMORY: { hue: 330, what: "what was said and decided" },
  REFLEXES: { hue: 25, what: "performance and anomalies" },
  FACE: { hue: 200, what: "briefings and status" },
};

export const agentWork = (name: string): string => SPECIALISTS[name.toUpperCase()]?.what ?? "";

/** Upper case for the seven, "Router" for the router. */
export const agentName = (name: string): string => {
  const upper = name.toUpperCase();
  return upper === "ROUTER" || !(upper in SPECIALISTS) ? name.charAt(0).toUpperCase() + name.slice(1) : upper;
};

export function AgentBadge({ name, className }: { name: string; className?: string }) {
  const hue = SPECIALISTS[name.toUpperCase()]?.hue ?? 265;
  return (
    <span
      title={agentWork(name) || undefined}
      style={{ color: `oklch(var(--agent-l) 0.11 ${hue})`, background: `oklch(var(--agent-bg-l) 0.035 ${hue})` }}
      className={cx("inline-flex h-5 items-center rounded px-1.5 text-2xs font-semibold tracking-wide", className)}
    >
      {agentName(name)}
    </span>
  );
}
