"""Arguments of proposals that make something new or set a field: one reader per argument name."""

from __future__ import annotations

import re
from collections.abc import Callable

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.changes import change_in
from omnify_agents.engine.choosing import chosen
from omnify_agents.engine.flow import Known, Steps
from omnify_agents.engine.goals import By, Goal, RefKind
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.plans import places, wording
from omnify_agents.engine.plans.amounts import as_argument, clear_change
from omnify_agents.engine.plans.records import RECORD_QUESTIONS, RECORDS
from omnify_agents.engine.reading import read
from omnify_agents.engine.words import fold

OBJECTIVES = {
    "awareness": r"awareness|reach|visibility", "traffic": r"traffic|visits?|visitors", "engagement": r"engagement",
    "leads": r"leads?|lead generation|sign-?ups?|demos?", "sales": r"sales|conversions?|purchases?|revenue|orders?",
}  # fmt: skip
_MATCH = re.compile(r"\b(exact|phrase|broad)\b")
_FOR_CLICK = re.compile(r"\b(?:bids?|cpc|per click|a click)\b")
_NEAR = 28
_NEW = ("propose_campaign", "propose_ad_group")
_TAGGED = re.compile(r"\b(?:tagged|with the tag|tag)\s+[\"'“]?(?P<tag>[\w-]+)", re.IGNORECASE)


def entity(goal: Goal, known: Known) -> Steps[str]:
    """What is changed: by id, by the name that is no other part of the wish, by rank, or what was talked about."""
    reading = read(goal.text)
    ids = reading.all(Kind.ENTITY)
    if ids:
        return str(ids[0])
    said = {
        fold(part)
        for part in [_name(goal), *_keywords(goal).split("; "), *wording.quotes(goal.text)[1:]]
        if part
    }
    named = [str(name) for kind in (Kind.NAME, Kind.QUOTED) for name in reading.all(kind)]
    if free := [name for name in named if name not in said]:
        return free[0]
    refs = [ref for ref in goal.slots.refs if ref.kind in (RefKind.EXTREME, RefKind.ORDINAL)]
    if refs:
        return (yield from chosen([(refs[0], lambda ref: goal.with_slots(refs=(ref,)))], known))[0].id
    points = re.search(r"\b(?:it|its|that one|this one|(?:that|this|the) campaign)\b", reading.text)
    return known.focus[0].id if points and len(known.focus) == 1 else ""


def _name(goal: Goal) -> str:
    return wording.renamed(goal.text) if goal.intent == "propose_name" else wording.called(goal.text)


def _ad_name(goal: Goal) -> str:
    headlines = wording.labelled(goal.text, r"headlines?|titles?")
    return wording.called(goal.text) or headlines.partition(";")[0]


def _keywords(goal: Goal) -> str:
    return (
        wording.keywords(goal.text)
        if "keyword" in goal.text.lower() or "negativ" in goal.text.lower()
        else ""
    )


def _match(goal: Goal) -> str:
    """As said; phrase where nothing was, which the card shows before anybody says yes."""
    found = _MATCH.search(read(goal.text).text)
    return found[1] if found else "phrase"


def _amount(goal: Goal) -> str:
    """A new bid or a change of it, without doubt about the direction. Raises Stop with a question."""
    change = change_in(read(goal.text))
    if change is None:
        return ""
    sure = clear_change(goal.with_slots(change=change))
    return as_argument(sure).partition(" ")[0] if sure.by is not By.FACTOR else as_argument(sure)


def _money(goal: Goal, *, for_click: bool) -> str:
    """The amount that is said for a click, or the one that is not."""
    reading = read(_without_names(goal))
    for mention in reading.mentions:
        if mention.kind is Kind.MONEY and isinstance(mention.value, Amount):
            near = reading.text[max(0, mention.start - _NEAR) : mention.end + 10]
            if bool(_FOR_CLICK.search(near)) == for_click:
                return f"{mention.value.value:.2f}"
    return ""


def _objective(goal: Goal) -> str:
    text = re.sub(re.escape(fold(wording.called(goal.text)) or "\x00"), " ", read(goal.text).text)
    return next((name for name, words in OBJECTIVES.items() if re.search(rf"\b(?:{words})\b", text)), "")


def _ad_group(goal: Goal) -> str:
    """The first ad group's name as said; where a platform targets on ad groups only, that of the campaign."""
    group = re.search(r"\bad ?(?:group|set)\b(?P<rest>.*)$", goal.text, re.IGNORECASE | re.DOTALL)
    named = (wording.called(group["rest"]) or wording.first_name(group["rest"])) if group else ""
    on_groups = bool({"meta", "tiktok"} & set(goal.slots.platforms))
    return named or (_name(goal) if on_groups else "")


def _without_names(goal: Goal) -> str:
    """ "TechFlow US" is no country, and an account's number no amount."""
    text = goal.text
    for name in (wording.called(text), wording.account(text)):
        text = text.replace(name, " ") if name else text
    return text


def _tag(goal: Goal) -> str:
    match = _TAGGED.search(goal.text)
    return match["tag"] if match else ""


DICTATED: dict[str, Callable[[Goal], object]] = {
    **RECORDS,
    "name": lambda goal: _ad_name(goal) if goal.intent == "propose_ad" else _name(goal),
    "keywords": lambda goal: _keywords(goal) if goal.intent in _NEW else wording.keywords(goal.text),
    "match": _match,
    "amount": _amount,
    "bid": lambda goal: _money(goal, for_click=True),
    "daily_budget": lambda goal: _money(goal, for_click=False),
    "objective": _objective,
    "countries": lambda goal: places.countries_in(_without_names(goal)),
    "excluded_countries": lambda goal: places.excluded_in(_without_names(goal)),
    "languages": lambda goal: places.languages_in(goal.text),
    "ages": lambda goal: places.ages_in(goal.text),
    "genders": lambda goal: places.genders_in(goal.text),
    "headlines": lambda goal: wording.labelled(goal.text, r"headlines?|titles?"),
    "descriptions": lambda goal: wording.labelled(goal.text, r"descriptions?|texts?|body"),
    "url": lambda goal: wording.address(goal.text),
    "tag": _tag,
    "account": lambda goal: wording.account(goal.text),
    "ad_group": _ad_group,
    **dict.fromkeys(("image", "video", "brand", "audiences", "excluded_audiences"), lambda _goal: ""),
}
NEEDED = {
    **RECORD_QUESTIONS,
    "entity_id": "Of what? Give the id or the name of the campaign, ad group or ad.",
    "ad_group_id": "In which ad group? Give its id, as the list of ad groups shows it.",
    "platform": "On which platform?",
    "name": 'What is it to be called? For example: called "Spring Trials US".',
    "keywords": "Which keywords? Write them behind a colon, separated by commas.",
    "amount": 'Which bid? For example "to 1.20" or "by 10 %".',
    "objective": "With which objective: awareness, traffic, engagement, leads or sales?",
    "daily_budget": "With which daily budget? For example 80 a day.",
    "countries": "In which countries?",
    "headlines": "Which headlines? Write them as: headlines: First; Second.",
    "url": "Which landing page? Give the whole address with https://.",
}
