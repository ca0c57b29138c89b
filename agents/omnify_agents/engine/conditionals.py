"""Messages with a condition: "if Meta CPA is above 60, cut its worst campaign by 20 %, otherwise ..."."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from omnify_agents.engine.comparisons import BUDGET, comparison_in
from omnify_agents.engine.goals import Condition, Goal, Ref, RefKind
from omnify_agents.engine.mentions import Kind, blanked
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.references import refs_in
from omnify_agents.engine.words import COMMANDS, tidied

_OPENER = re.compile(
    r"\b(?P<firm>(?:but )?only (?:if|when)|if|unless|except (?:if|when)|provided(?: that)?|as long as|so long as|on condition that|assuming(?: that)?)\b"
    r"|\b(?P<standing>whenever|every time|each time|as soon as|once|when)\b",
    re.IGNORECASE,
)
_NO_CONDITION = re.compile(
    r"(?:what|even|as|wonder(?:ing)?|know|ask(?:ed|ing)?|see|check|sure|tell me|find out|decide)\s+if\b|\bif (?:possible|you (?:can|could|may|like|want|please|would|don't mind|have time)"
    r"|(?:it(?:'s| is)?|that(?:'s| is)?) (?:possible|ok|okay|fine|alright|allowed|not too much)|need(?:ed)?(?: be)?|necessary|allowed|i (?:may|might|remember|recall)|at all|so\b|anything|any\b|"
    r"(?:policy|the rules?|the limits?) (?:allows?|permits?))",
    re.IGNORECASE,
)
_IF_SO = re.compile(
    r"\b(?:please )?(?:(?:check|see|look|find out|tell me|verify) (?:if|whether)|is|are|does|do|did|has|have)\s+(?P<what>[^.?;]*?(?:\d[.,]\d+[^.?;]*?)?)\s*[.?;,]\s*(?:and |then )*"
    r"(?:if (?:so|yes|it (?:is|does|has)|they (?:are|do)|that(?:'s| is) (?:so|true|the case)|true)|in (?:that|which) case)\b[, ]*(?:then )?",
    re.IGNORECASE,
)
_ELSE = re.compile(r"[.;,]?\s*(?:\bor )?\b(?:otherwise|else|if not)\b[,: ]*", re.IGNORECASE)
_BEHIND = re.compile(
    r"\s*(?:(?:a|per) day|daily|already|right now|now|at the moment|currently|again|or (?:more|less|higher|lower|above|below)|today)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\s*(?:on|for|at|in|over|during|of)?\s*(?:the\s+)?$", re.IGNORECASE)
_JOINT = re.compile(r"^(?:\s|[,;:-])*(?:then\b|please\b|\s|[,;:-])*", re.IGNORECASE)
_TRAILING = re.compile(r"(?:[\s,;:-]|\b(?:but|only|and|then|also)\s*$)+$", re.IGNORECASE)
_NEXT_SENTENCE = re.compile(r"(?<=[.?!;])\s+")
_SMALL = re.compile(
    r"\b(?:account(?:'s)?|accounts|overall|total|blended|our|current|currently|average|avg|still|figures?|numbers?|value|has|have|had|gets?|goes|comes|stays|stands|ours|already|is|are|was|were|"
    r"even|really|actually|too|drops?|falls?|rises?|climbs?|went|sinks?|slips?|below|above|a|the|of|on|for|in|it's|that's|current)\b|'s\b"
)
BACK = (RefKind.PRONOUN,)


@dataclass(frozen=True, slots=True)
class Conditional:
    """A message around its condition; `then` and `otherwise` are carried out by it, the rest in any case."""

    before: str
    condition: Condition
    then: str
    otherwise: str
    after: str
    turned: bool  # "unless"


def conditional_in(text: str) -> Conditional | None:
    """The message's condition. One that we cannot read has no metric: it must be asked about, never skipped."""
    plain = _IF_SO.sub(lambda match: f"if {match['what']}, ", tidied(text))
    whole = read(plain)
    if len(whole.text) != len(plain):
        plain = whole.text  # a letter whose small form has another length
    for opener in _OPENER.finditer(plain):
        if _NO_CONDITION.search(plain, max(0, opener.start() - 12), opener.end() + 24):
            continue
        found = _parsed(plain, whole, opener)
        if found is not None:
            return found
    return None


def applied(goal: Goal, condition: Condition, *, when: bool) -> Goal:
    """The goal under the condition; who "its worst campaign" and "it" are is settled between the two."""
    slots = goal.slots
    is_bare = not (condition.of_campaign or condition.platform or condition.other_platform)
    if is_bare and slots.refs and slots.refs[0].kind in (RefKind.ID, RefKind.NAME):
        condition = replace(condition, of_campaign=True)  # "unless ROAS is at least 3, pause meta:1201"
    if condition.platform and not slots.platforms:
        slots = replace(
            slots,
            refs=tuple(_on(ref, condition.platform) for ref in slots.refs),
            source=slots.source and _on(slots.source, condition.platform),
            target=slots.target and _on(slots.target, condition.platform),
        )
    own = [ref for ref in slots.refs if ref.kind not in BACK and (ref.kind is not RefKind.WORDS or ref.words)]
    if condition.ref is not None and not own:
        slots, condition = replace(slots, refs=(condition.ref,)), replace(condition, ref=None)
    return replace(goal, slots=slots, condition=condition, when=when)


def _parsed(plain: str, whole: Reading, opener: re.Match[str]) -> Conditional | None:
    compared = comparison_in(whole, opener.end())
    turned = opener[0].lower().startswith(("unless", "except"))
    if compared is None or re.search(r"[.?!;]\s", plain[opener.end() : compared.start]):
        if opener["standing"]:
            return None
        words = plain[opener.start() :].strip(" .?!")
        return Conditional(plain, Condition(words), "", "", "", turned)
    end = _extended(whole, compared.end)
    subject = whole.part(opener.end(), compared.start)
    condition = _about(compared.condition, subject, whole.part(compared.end, end))
    condition = replace(condition, words=plain[opener.end() : end].strip(" ,.;:"), is_standing=bool(opener["standing"]) and opener[0].lower() != "when")  # fmt: skip
    rest, otherwise, after = _split(plain[end:])
    before = _TRAILING.sub("", plain[: opener.start()])
    return Conditional(before, condition, rest, otherwise, after, turned)


def _split(rest: str) -> tuple[str, str, str]:
    """What follows the condition, what follows "otherwise", and the sentences behind."""
    cut = _ELSE.search(rest)
    then, otherwise = (rest[: cut.start()], rest[cut.end() :]) if cut else (rest, "")
    main = otherwise if cut else then
    first, *more = _NEXT_SENTENCE.split(main, maxsplit=1) or [""]
    after = more[0] if more else ""
    if cut:
        otherwise = first
    else:
        then = first
    return _JOINT.sub("", then).strip(), _JOINT.sub("", otherwise).strip(), after.strip()


def _extended(whole: Reading, end: int) -> int:
    """Behind "a day", "already", "on Meta", "last week"."""
    while True:
        if match := _BEHIND.match(whole.text, end):
            end = match.end()
            continue
        following = next(
            (
                mention
                for mention in whole.mentions
                if mention.kind in (Kind.PERIOD, Kind.PLATFORM, Kind.METRIC)
                and mention.start >= end
                and _PREPOSITION.fullmatch(whole.text[end : mention.start])
            ),
            None,
        )
        if following is None:
            return end
        end = following.end


def _about(condition: Condition, subject: Reading, behind: Reading) -> Condition:
    """Whose figure it is: a platform's, a campaign's, or that of everything."""
    mentions = [*subject.mentions, *behind.mentions]
    platforms = [str(mention.value) for mention in mentions if mention.kind is Kind.PLATFORM]
    periods = [str(mention.value) for mention in mentions if mention.kind is Kind.PERIOD]
    platform = platforms[0] if platforms else ""
    ref = _campaign(subject)
    of_campaign = ref is not None or condition.metric == BUDGET
    pointed = ref if ref is not None and ref.kind not in BACK else None
    return replace(
        condition,
        platform=platform,
        period=periods[0] if periods else "",
        ref=pointed,
        of_campaign=of_campaign,
    )


def _campaign(subject: Reading) -> Ref | None:
    cleaned = Reading(_SMALL.sub(lambda match: " " * len(match[0]), subject.text), subject.mentions)
    ref = next(iter(refs_in(cleaned)), None)
    if ref is None or ref.kind is not RefKind.WORDS:
        pronoun = re.search(
            r"\b(?:it|its|that one|this one|(?:the|that|this) campaign(?:'s)?)\b", subject.text
        )
        return ref or (Ref(RefKind.PRONOUN) if pronoun else None)
    words = [word for word in blanked(cleaned.text, cleaned.mentions).split() if word not in COMMANDS]
    named = [word for word in words if word in cleaned.residue]
    return replace(ref, words=" ".join(named)) if named else None


def _on(ref: Ref, platform: str) -> Ref:
    """ "If Meta's CPA is above 60, cut the worst campaign": the worst one there."""
    return replace(ref, platform=ref.platform or platform) if ref.kind is RefKind.EXTREME else ref
