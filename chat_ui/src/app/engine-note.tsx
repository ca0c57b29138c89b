import { Cpu, Sparkles } from "lucide-react";
import { useStatus } from "@/api/session";

/** Who answers: nobody should take the embedded engine for a language model. */
export function EngineNote() {
  const engine = useStatus()?.engine;
  if (!engine) return <div className="mb-1 h-9" />;
  const Icon = engine.is_language_model ? Sparkles : Cpu;
  return (
    <details className="group mb-1 rounded-lg text-xs text-ink-2 open:bg-hover">
      <summary className="flex h-8 items-center gap-2 rounded-lg px-2 hover:bg-hover pointer-coarse:h-11">
        <Icon aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">
          {engine.is_language_model ? engine.name : "Embedded engine answers"}
        </span>
      </summary>
      <p className="px-2 pb-2 text-ink-2">
        {!engine.is_language_model && "Answers come from OmniFy's own embedded engine, not from a language model. "}
        {engine.note}
      </p>
    </details>
  );
}
