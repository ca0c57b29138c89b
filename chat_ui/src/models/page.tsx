import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { GraduationCap, Target } from "lucide-react";
import { learnAgain, modelsQuery } from "@/api/models";
import { useUser } from "@/api/session";
import { percent } from "@/fmt";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";
import { ProblemNote } from "@/ui/problem-note";
import { ModelCard } from "./model-card";
import { Value } from "./value";

/** What the models learned from this account, and whether their forecasts came true. */
export function ModelsPage() {
  const queries = useQueryClient();
  const models = useQuery(modelsQuery);
  const { role } = useUser();
  const learning = useMutation({ mutationFn: learnAgain, onSettled: () => void queries.invalidateQueries({ queryKey: modelsQuery.queryKey }) });
  const step = models.data?.under_way;
  return (
    <Page
      title="Track record"
      note="Every forecast is written down when it is made and held against what came."
      actions={
        role !== "viewer" && (
          <Button size="sm" busy={learning.isPending} onClick={() => learning.mutate()}>
            <GraduationCap aria-hidden className="size-3.5" /> Learn anew
          </Button>
        )
      }
    >
      <div className="scrollbar-thin min-h-0 flex-1 overflow-y-auto p-4 md:p-6">
        <div className="mx-auto max-w-[880px] space-y-4">
          {step && (
            <p role="status" className="rounded-lg bg-accent-soft px-3 py-2 text-sm text-accent-ink">
              Learning: {step.doing}, {percent(step.share, 0)}
            </p>
          )}
          {learning.isError && <ProblemNote failed="Learning did not start" error={learning.error} />}
          {models.isError && <ProblemNote failed="The models could not be read" error={models.error} onRetry={() => void models.refetch()} />}
          <Value />
          {models.isPending && <div aria-hidden className="h-40 skeleton rounded-xl" />}
          {models.data?.items.length === 0 && (
            <Empty icon={<Target />} title="Nothing is learned yet">
              The models learn in the background after an import, once a day.
            </Empty>
          )}
          {models.data?.items.map((model) => <ModelCard key={model.model} model={model} />)}
        </div>
      </div>
    </Page>
  );
}
