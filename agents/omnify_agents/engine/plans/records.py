"""Arguments of proposals about single records: ids, addresses and labelled parts, as they were written."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from omnify_agents.engine.goals import Goal
from omnify_agents.engine.plans import wording

_ADDRESS = re.compile(r"[^\s@,;:<>\"']+@[^\s@,;:<>\"']+\.[^\s@,;:<>\"'.]+")
_LABELS = (
    r"first name|last name|phone|source|tags?|e-?mail|channel|utm[ _](?:campaign|source|medium)|variant|location|"
    r"price|stage|workflow|quantity"
)
_QUANTITY = re.compile(
    r"(?:\bto|\bby|\bat|:)?\s*(?P<number>[+-]?\d[\d,]*)\s*(?:seats?|pieces?|units?|users?)?\b"
)
_UNITS = re.compile(r"\b(?P<number>\d+)\s*(?:seats?|users?|licen[cs]es?)\b|\bto (?P<plain>\d+)\b")
_PRICE = re.compile(r"\bprice_\w+\b")
_TAKES_OFF = re.compile(r"\b(?:remove|take|drop|delete|off|out of)\b")
_ENDS = re.compile(r"\b(?:end|cancel|stop|expire)\b")
_GOES_ON = re.compile(r"\b(?:continue|keep|resume|go on)\b|\b(?:not|never) (?:end|cancel)\b")
_TAGS = re.compile(r"\btags?\b:?\s+(?P<tags>.+?)(?=\s+(?:to|from|off|of)\s|[.\n]|$)", re.IGNORECASE)
_NAMED = r"\b{word}\b:?\s+(?:called |named )?(?:\"([^\"]+)\"|“([^”]+)”|'([^']+)'|([A-Z][\w ]*\w))"
_KINDS = {
    "opportunities": r"opportunit\w+|deals?",
    "workflows": r"workflows?",
    "subscriptions": r"subscriptions?",
    "products": r"products?",
    "contacts": r"contacts?",
}


def _id(goal: Goal, kind: str) -> str:
    """Such as `stripe:subscription:sub_1`."""
    match = re.search(rf"\b[a-z]+:{kind}:[\w-]+", goal.text)
    return match[0] if match else ""


def _label(goal: Goal, label: str) -> str:
    match = re.search(
        rf"\b(?:{label})\s*:\s*(.+?)(?=[.;,]?\s*\b(?:{_LABELS})\s*:|[.,;]\s|[.;]?\s*$)",
        goal.text,
        re.IGNORECASE | re.DOTALL,
    )
    return match[1].strip(" \"'“”.,") if match else ""


def _email(goal: Goal) -> str:
    match = _ADDRESS.search(goal.text)
    return match[0].lower() if match else ""


def _tags(goal: Goal, *, off: bool) -> str:
    if bool(_TAKES_OFF.search(goal.text.lower())) != off:
        return ""
    match = _TAGS.search(goal.text)
    return wording.joined(match["tags"]) if match else "; ".join(wording.quotes(goal.text))


def _named(goal: Goal, word: str) -> str:
    match = re.search(_NAMED.format(word=word), goal.text)
    return next((group for group in match.groups() if group), "") if match else _label(goal, word)


def _quantity(goal: Goal) -> str:
    """Pieces of a stock, or seats of a subscription; a sign is kept."""
    rest = re.sub(r"\b\w+:\w+:[\w-]+|\bprice_\w+", " ", goal.text)
    if goal.intent == "propose_subscription_change":
        found = _UNITS.search(rest)
        return (found["number"] or found["plain"]) if found else ""
    numbers = _QUANTITY.findall(rest)
    return numbers[-1].replace(",", "") if numbers else ""


def _end(goal: Goal) -> str:
    text = goal.text.lower()
    if _GOES_ON.search(text):
        return "continue"
    return "end" if _ENDS.search(text) else ""


def _price(goal: Goal) -> str:
    match = _PRICE.search(goal.text)
    return match[0] if match else ""


def record_kind(goal: Goal) -> str:
    text = goal.text.lower()
    return next((kind for kind, words in _KINDS.items() if re.search(rf"\b(?:{words})\b", text)), "contacts")


def record_search(goal: Goal) -> str:
    """What is quoted, or the tag that is named."""
    quoted = wording.quotes(goal.text)
    tagged = re.search(r"\b(?:tagged|with the tag|tag)\s+[\"'“]?([\w-]+)", goal.text, re.IGNORECASE)
    return quoted[0] if quoted else tagged[1] if tagged else ""


RECORDS: dict[str, Callable[[Goal], object]] = {
    **{
        f"{kind}_id": partial(_id, kind=kind)
        for kind in ("contact", "opportunity", "product", "subscription")
    },
    "email": _email,
    "first_name": partial(_label, label="first name"),
    "last_name": partial(_label, label="last name"),
    "phone": partial(_label, label="phone"),
    "source": partial(_label, label="source"),
    "tags": partial(_label, label="tags?"),
    "add": partial(_tags, off=False),
    "remove": partial(_tags, off=True),
    "stage": partial(_named, word="stage"),
    "workflow": partial(_named, word="workflow"),
    "action": lambda goal: "remove" if _TAKES_OFF.search(goal.text.lower()) else "add",
    "variant": partial(_label, label="variant"),
    "location": partial(_label, label="location"),
    "quantity": _quantity,
    "channel": partial(_label, label="channel"),
    "utm_campaign": partial(_label, label="utm[ _]campaign"),
    "utm_source": partial(_label, label="utm[ _]source"),
    "utm_medium": partial(_label, label="utm[ _]medium"),
    "price_id": _price,
    "at_period_end": _end,
}
RECORD_QUESTIONS = {
    "contact_id": "Which contact? Give its id, such as `gohighlevel:contact:c1`; I can list the contacts.",
    "opportunity_id": "Which deal? Give its id, such as `gohighlevel:opportunity:o1`; I can list them.",
    "product_id": "Which product? Give its id, such as `shopify:product:7`; I can list the products.",
    "subscription_id": "Which subscription? Give its id, such as `stripe:subscription:sub_1`; I can list them.",
    "email": "With which e-mail address?",
    "stage": 'Into which stage? For example: stage "Demo booked".',
    "workflow": 'Which workflow? For example: workflow "Welcome sequence".',
    "quantity": "How many pieces? For example: to 40, or by +10.",
    "channel": "In which channel? Write it as channel: search, social, display, email or referral.",
    "utm_campaign": "With which UTM campaign? Write it as utm campaign: spring-sale.",
    "utm_source": "With which UTM source? Write it as utm source: google.",
    "utm_medium": "With which UTM medium? Write it as utm medium: cpc.",
}
