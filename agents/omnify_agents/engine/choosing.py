"""From a reference to one campaign: by id, by rank, by name, by what was talked about before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omnify_agents.engine.flow import Call, Known, Steps, Stop, ask, call, one
from omnify_agents.engine.goals import Answer, Goal, Ref, RefKind
from omnify_agents.engine.matching import matching
from omnify_agents.engine.outputs import ListedCampaign, Problem, TableOutput, ToolOutput
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.references import refs_in
from omnify_agents.engine.replies import named, problem_reply

EVERY_ROW = 50
MOST_OPTIONS = 6
Filled = Callable[[Ref], Goal]
"""The goal again, with the answered reference in the place of the unclear one."""


def chosen(refs: Sequence[tuple[Ref, Filled]], known: Known) -> Steps[list[ListedCampaign]]:
    """One campaign per reference; all look-ups are asked for at once. Raises Stop with a question."""
    calls = [_lookup(ref, known) for ref, _ in refs]
    outputs = iter((yield tuple(each for each in calls if each is not None)) if any(calls) else ())
    return [
        _picked(ref, filled, None if each is None else next(outputs), known)
        for (ref, filled), each in zip(refs, calls, strict=True)
    ]


def ranked(ref: Ref, count: int) -> Steps[list[ListedCampaign]]:
    """The first `count` campaigns of a ranking. Raises Stop where nothing can be ranked."""
    wanted = _lookup(ref, Known())
    assert wanted is not None, "a ranking is always looked up"
    output = yield from one(Call(wanted.tool, {**wanted.arguments, "limit": count}))
    if isinstance(output, Problem):
        raise Stop(problem_reply(output))
    if not output.campaigns:
        raise ask("I find no campaigns that can be ranked. Which ones do you mean?")
    return output.campaigns[:count]


def _lookup(ref: Ref, known: Known) -> Call | None:
    match ref.kind:
        case RefKind.EXTREME:
            period = "" if ref.period.startswith("other:") else ref.period
            return call(
                "rank_campaigns",
                metric=ref.metric or "roas",
                order=ref.order,
                platform=ref.platform,
                period=period or "last_30_days",
                min_daily_budget=ref.min_budget,
            )
        case RefKind.NAME | RefKind.WORDS if ref.value or ref.words:
            return call("list_campaigns", platform=ref.platform, limit=EVERY_ROW)
        case RefKind.ORDINAL if not known.listed:
            return call("list_campaigns", platform=ref.platform, limit=EVERY_ROW)
    return None


def _picked(ref: Ref, filled: Filled, output: ToolOutput | None, known: Known) -> ListedCampaign:
    if isinstance(output, Problem):
        raise Stop(problem_reply(output))
    match ref.kind:
        case RefKind.ID:
            return next((seen for seen in known.listed if seen.id == ref.value), ListedCampaign(ref.value))
        case RefKind.EXTREME:
            return _extreme(ref, filled, output)
        case RefKind.ORDINAL:
            return _ordinal(ref, filled, known)
        case RefKind.PRONOUN:
            return _only(known.focus, filled, "Which campaign do you mean?")
        case _:
            return _named(ref, filled, output, known)


def _extreme(ref: Ref, filled: Filled, output: ToolOutput | None) -> ListedCampaign:
    assert isinstance(output, TableOutput)
    if not output.campaigns:
        where = f" on {ref.platform}" if ref.platform else ""
        raise _question(
            f"I find no campaign{where} that can be ranked. Which campaign do you mean?", [], filled
        )
    return output.campaigns[0]


def _ordinal(ref: Ref, filled: Filled, known: Known) -> ListedCampaign:
    rows = [seen for seen in known.listed if not ref.platform or seen.platform == ref.platform]
    at = ref.index - 1 if ref.index > 0 else len(rows) - 1
    if 0 <= at < len(rows):
        return rows[at]
    raise _question("I have no list with that many campaigns. Which campaign do you mean?", [], filled)


def _only(candidates: Sequence[ListedCampaign], filled: Filled, question: str) -> ListedCampaign:
    if len(candidates) == 1:
        return candidates[0]
    raise _question(question, candidates, filled)


def _named(ref: Ref, filled: Filled, output: ToolOutput | None, known: Known) -> ListedCampaign:
    if not isinstance(output, TableOutput):
        return _only(known.focus if not ref.platform else (), filled, "Which campaign do you mean?")
    found = matching(ref.value or ref.words, output.campaigns)
    if not found and not ref.value and known.focus and not ref.platform:
        return _only(known.focus, filled, "Which campaign do you mean?")
    if not found and output.is_cut and ref.value:
        return ListedCampaign(ref.value, ref.value)  # not among the rows shown: let the tool look it up
    if not found:
        said = f' called "{ref.value}"' if ref.value else " by those words"
        raise _question(f"I find no campaign{said}. Which campaign do you mean?", [], filled)
    return _only(found, filled, f"{len(found)} campaigns fit that name. Which one do you mean?")


def _question(text: str, candidates: Sequence[ListedCampaign], filled: Filled) -> Stop:
    options = list(candidates[:MOST_OPTIONS])
    lines = [f"{number}. {named(option)}" for number, option in enumerate(options, 1)]
    hint = (
        "Answer with the number, the name or the id."
        if options
        else "Give its id (such as `meta:1201`) or its name."
    )
    return ask("\n".join([text, *lines, hint]), _answering(options, filled))


def _answering(options: Sequence[ListedCampaign], filled: Filled) -> Answer:
    def answer(reading: Reading, _text: str) -> Goal | None:
        refs = refs_in(reading)
        if not refs and reading.text.strip(" .#)").isdigit():
            refs = refs_in(read(f"option {reading.text.strip(' .#)')}"))
        if not refs:
            return None
        ref = refs[0]
        if options and ref.kind is RefKind.ORDINAL and 0 < ref.index <= len(options):
            return filled(Ref(RefKind.ID, options[ref.index - 1].id))
        if options and ref.kind in (RefKind.WORDS, RefKind.NAME, RefKind.PRONOUN):
            found = matching(ref.value or reading.text, options)
            return filled(Ref(RefKind.ID, found[0].id)) if len(found) == 1 else None
        return filled(ref) if ref.kind in (RefKind.ID, RefKind.EXTREME, RefKind.NAME) or not options else None

    return answer
