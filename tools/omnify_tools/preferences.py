"""How the person wants to be talked to: said by them, or counted in their own questions if they agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Any, NamedTuple

from omnify_core.clock import Clock
from omnify_core.conversations import RunRecord
from omnify_core.people import Actor
from omnify_core.ports import ThreadStore
from omnify_core.preferences import CHOICES, Aspect, Preferences, PreferenceStore, Stated, aspect_named
from omnify_tools.answers import table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted, percent

OBSERVED_DAYS, LEAST_QUESTIONS = 90, 15
_MOST_THREADS = 30
_FEW_WORDS, _MANY_WORDS, _OFTEN_WHY = 7, 25, 0.25
_WHY = ("why", "how come", "what caused", "what is behind", "explain")
NO_PERSONALITY = "No personality is inferred, and none is stored: only what was said and what can be counted."


class Wish(NamedTuple):
    """One aspect as it is in force. `basis`: stated, observed or default; `evidence` says why."""

    aspect: Aspect
    value: str
    basis: str
    evidence: str

    @property
    def is_default(self) -> bool:
        return self.basis == "default"


class PreferenceBook:
    """Each person reads and changes only their own."""

    def __init__(self, store: PreferenceStore, threads: ThreadStore, clock: Clock) -> None:
        self._store = store
        self._threads = threads
        self._clock = clock

    async def kept(self, actor: Actor) -> Preferences:
        found = await self._store.get(actor.tenant_id, actor.user_id)
        return found or Preferences(tenant_id=actor.tenant_id, user_id=actor.user_id)

    async def wishes(self, actor: Actor) -> list[Wish]:
        """Every aspect: what was said goes before what was counted, and that before the usual."""
        kept = await self.kept(actor)
        said = {one.aspect: _said(one) for one in kept.stated}
        counted_ = observed(await self._questions(actor)) if kept.observed_since else {}
        usual = {aspect: Wish(aspect, values[0], "default", "") for aspect, values in CHOICES.items()}
        return [said.get(aspect) or counted_.get(aspect) or usual[aspect] for aspect in Aspect]

    async def state(self, actor: Actor, aspect: Aspect, value: str, *, origin: str) -> None:
        """Raises BadInput, Conflict."""
        wish = Stated(aspect=aspect, value=value, at=self._clock.now(), origin=origin)
        await self._store.replace((await self.kept(actor)).with_wish(wish))

    async def clear(self, actor: Actor, aspect: Aspect) -> None:
        await self._store.replace((await self.kept(actor)).without(aspect))

    async def consent(self, actor: Actor, *, agreed: bool) -> None:
        """Only a person at an interface calls this; no tool does."""
        kept = await self.kept(actor)
        since = (kept.observed_since or self._clock.now()) if agreed else None
        await self._store.replace(kept.model_copy(update={"observed_since": since}))

    async def forget(self, actor: Actor) -> None:
        await self._store.drop(actor.tenant_id, actor.user_id)

    async def _questions(self, actor: Actor) -> list[RunRecord]:
        since = self._clock.now() - timedelta(days=OBSERVED_DAYS)
        threads = await self._threads.of_user(actor.tenant_id, actor.user_id, limit=_MOST_THREADS)
        runs = [
            run
            for thread in threads
            if thread.updated_at >= since
            for run in await self._threads.runs(actor.tenant_id, thread.id)
        ]
        return [run for run in runs if run.user_id == actor.user_id and run.started_at >= since]


def observed(runs: Sequence[RunRecord]) -> dict[Aspect, Wish]:
    """What a person's own questions suggest; nothing from a handful of them, or where they are mixed."""
    if len(runs) < LEAST_QUESTIONS:
        return {}
    found: dict[Aspect, Wish] = {}
    words = median(len(run.utterance.split()) for run in runs)
    if words <= _FEW_WORDS or words >= _MANY_WORDS:
        value = "brief" if words <= _FEW_WORDS else "detailed"
        evidence = f"median of {words:.0f} words over {counted(len(runs), 'question')}"
        found[Aspect.LENGTH] = Wish(Aspect.LENGTH, value, "observed", evidence)
    why = sum(any(mark in run.utterance.casefold() for mark in _WHY) for run in runs) / len(runs)
    if why >= _OFTEN_WHY:
        evidence = f"asked for the reason in {percent(why)} of {counted(len(runs), 'question')}"
        found[Aspect.REASONS] = Wish(Aspect.REASONS, "always", "observed", evidence)
    return found


def in_words(wishes: Sequence[Wish]) -> str:
    """For an agent's instructions; empty where all is as usual."""
    said = [f"{one.aspect.value}: {one.value} ({one.basis})" for one in wishes if not one.is_default]
    return f"How they want to be answered: {'; '.join(said)}." if said else ""


def _said(one: Stated) -> Wish:
    return Wish(one.aspect, one.value, "stated", f"{one.origin}, {one.at.date()}")


@tool(Effect.READ)
async def communication_preferences(ctx: Ctx) -> Table:
    """Show how this person wants to be answered: what they said, what was observed with their consent."""
    copilot = ctx.context
    wishes = await copilot.preferences.wishes(copilot.actor)
    kept = await copilot.preferences.kept(copilot.actor)
    return await _shown(copilot, wishes, _words(wishes, agreed=kept.observed_since is not None))


@tool(Effect.READ)
async def set_communication_preference(ctx: Ctx, aspect: str, value: str) -> Table:
    """Keep how this person wants to be answered, because they said so. It never changes a limit or a budget.

    Args:
        aspect: length, tone, figures, reasons, decisions or contact.
        value: length: brief, balanced, detailed. tone: plain, formal, friendly. figures: in words, as a
            table, as a chart. reasons: on request, always. decisions: one recommendation, options to choose
            from. contact: only when needed, weekly, daily. Empty to drop the wish.
    """
    copilot = ctx.context
    which, wanted = aspect_named(aspect), value.strip().lower()
    if wanted:
        await copilot.preferences.state(copilot.actor, which, wanted, origin="said in a conversation")
    else:
        await copilot.preferences.clear(copilot.actor, which)
    wishes = await copilot.preferences.wishes(copilot.actor)
    now = next(one for one in wishes if one.aspect is which)
    return await _shown(copilot, wishes, f"From now on, {which.value}: {now.value} ({now.basis}).")


def _words(wishes: Sequence[Wish], *, agreed: bool) -> str:
    said = [f"{one.aspect.value} {one.value} ({one.basis})" for one in wishes if not one.is_default]
    first = f"You prefer {', '.join(said)}." if said else "You have not said how you want to be answered."
    if agreed:
        return first
    return f"{first} Your own questions are not looked at for this: you can allow it under Settings."


async def _shown(copilot: Copilot, wishes: Sequence[Wish], headline: str) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "aspect": one.aspect.value,
            "value": one.value,
            "basis": one.basis,
            "evidence": one.evidence,
            "choices": ", ".join(CHOICES[one.aspect]),
        }
        for one in wishes
    ]
    return await table(
        copilot,
        "How you want to be answered",
        headline,
        columns=[
            Column(key="aspect", label="Aspect"),
            Column(key="value", label="In force"),
            Column(key="basis", label="Rests on"),
            Column(key="evidence", label="Evidence"),
            Column(key="choices", label="Can be"),
        ],
        rows=rows,
        source="This person's own words and questions",
        warnings=[NO_PERSONALITY],
    )
