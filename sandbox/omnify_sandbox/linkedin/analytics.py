"""`adAnalytics`: figures by pivot and time, without paging."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from omnify_sandbox.catalog import Ad
from omnify_sandbox.figures import Figures, Sums, level_audience, reach
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.linkedin.call import Call
from omnify_sandbox.linkedin.contract import metric_names
from omnify_sandbox.linkedin.errors import bad_param, bad_request, unpermitted
from omnify_sandbox.linkedin.objects import Fields, group_of, urn
from omnify_sandbox.linkedin.restli import Value, text_of, texts_of
from omnify_sandbox.stage import Stage

_MAX_FIELDS = 20
_MAX_ROWS = 15_000
_GRAINS = ("ALL", "DAILY", "MONTHLY", "YEARLY")
_PLACES: dict[str, Callable[[Ad], str]] = {
    "ACCOUNT": lambda ad: urn("Account", ad.campaign.account),
    "CAMPAIGN_GROUP": lambda ad: urn("CampaignGroup", group_of(ad.campaign).id),
    "CAMPAIGN": lambda ad: urn("Campaign", ad.campaign.id),
    "CREATIVE": lambda ad: urn("Creative", ad.id),
}
_FACETS = {
    "accounts": "ACCOUNT",
    "campaignGroups": "CAMPAIGN_GROUP",
    "campaigns": "CAMPAIGN",
    "creatives": "CREATIVE",
}


class Question(NamedTuple):
    pivots: list[str]
    grain: str
    since: date
    until: date
    facets: dict[str, set[str]]
    fields: list[str]


class Delivery(NamedTuple):
    """From `first` to `last`; `leads` is the part of `total` that came through lead forms."""

    first: date
    last: date
    total: Sums
    leads: Sums


def read_question(call: Call, today: date) -> Question:
    """Raises LinkedInProblem where the finder would."""
    finder = text_of(call.query, "q")
    names = {"analytics": "pivot", "statistics": "pivots"}
    if finder not in names:
        raise bad_param("q")
    call.permit("q", names[finder], "timeGranularity", "dateRange", *_FACETS)
    pivots = [_word(call, "pivot")] if finder == "analytics" else texts_of(call.query, "pivots")
    for place, pivot in enumerate(pivots):
        if pivot not in _PLACES:
            raise bad_param("pivot" if finder == "analytics" else f"pivots_{place}")
    if not 1 <= len(pivots) <= 3:
        raise bad_param("pivots", "One to three pivots are required")
    grain = _word(call, "timeGranularity")
    if grain not in _GRAINS:
        raise bad_param("timeGranularity")
    since, until = _range(call.query.get("dateRange"), today)
    facets = {_FACETS[name]: set(texts_of(call.query, name)) for name in _FACETS if name in call.query}
    if not any(facets.values()):
        raise bad_param("accounts", "At least one facet is required")
    return Question(pivots, grain, since, until, facets, _fields(text_of(call.query, "fields")))


def answer(stage: Stage, question: Question) -> dict[str, Any]:
    """Objects of strangers have no rows; nothing says so."""
    ads = [ad for ad in stage.catalog.ads if _is_meant(ad, question)]
    buckets: dict[tuple[str, ...], list[Ad]] = {}
    for ad in ads:
        buckets.setdefault(tuple(_PLACES[pivot](ad) for pivot in question.pivots), []).append(ad)
    figures = stage.figures(question.since, question.until)
    elements = [
        _element(stage, question, key, held, delivery)
        for key, held in buckets.items()
        for delivery in _deliveries(question.grain, figures, held)
    ]
    if len(elements) > _MAX_ROWS:
        raise bad_request("Request would return too many entities. ")
    return {"paging": {"start": 0, "count": 10, "links": []}, "elements": elements}


def _is_meant(ad: Ad, question: Question) -> bool:
    return all(_PLACES[pivot](ad) in urns for pivot, urns in question.facets.items())


def _deliveries(grain: str, figures: Figures, ads: list[Ad]) -> Iterator[Delivery]:
    """Stretches of days with delivery."""
    lead_ads = [ad.index for ad in ads if KINDS[ad.campaign.kind].channel == "LEAD_GENERATION"]
    of_all, of_leads = figures.by_day([ad.index for ad in ads]), figures.by_day(lead_ads)
    buckets: dict[tuple[int, ...], list[int]] = {}
    for place, day in enumerate(figures.days):
        parts = {"ALL": (), "YEARLY": (day.year,), "MONTHLY": (day.year, day.month)}
        buckets.setdefault(parts.get(grain, (day.toordinal(),)), []).append(place)
    for places in buckets.values():
        total = _sum([of_all[place] for place in places])
        if total.impressions:
            leads = _sum([of_leads[place] for place in places])
            yield Delivery(figures.days[places[0]], figures.days[places[-1]], total, leads)


def _sum(parts: list[Sums]) -> Sums:
    return Sums(*(sum(column) for column in zip(*parts, strict=True)))


def _element(
    stage: Stage, question: Question, key: tuple[str, ...], ads: list[Ad], delivery: Delivery
) -> Fields:
    is_whole = question.grain == "ALL"
    start, end = (question.since, question.until) if is_whole else delivery[:2]
    known: Fields = {
        "pivotValues": list(key),
        "dateRange": {"start": _parts(start), "end": _parts(end)},
        **_metrics(delivery),
    }
    if "approximateMemberReach" in question.fields:
        people = sum(float(stage.world.traits.audience[ad.campaign.index]) for ad in ads) / len(ads)
        days = (delivery.last - delivery.first).days + 1
        seen = reach(delivery.total.impressions, level_audience(people, len(ads)), days)
        known["approximateMemberReach"] = seen
    return {name: known.get(name, 0) for name in question.fields}


def _metrics(delivery: Delivery) -> Fields:
    total, leads = delivery.total, delivery.leads
    website = total.conversions - leads.conversions
    cost = f"{total.spend_micros / 1e6:.3f}"
    return {
        "impressions": total.impressions,
        "clicks": total.clicks,
        "landingPageClicks": total.clicks * 4 // 5,
        "costInLocalCurrency": cost,
        "costInUsd": cost,
        "externalWebsiteConversions": website,
        "externalWebsitePostClickConversions": website,
        "conversionValueInLocalCurrency": f"{(total.value_cents - leads.value_cents) / 100:.2f}",
        "oneClickLeads": leads.conversions,
        "oneClickLeadFormOpens": leads.conversions * 3,
        "likes": total.clicks // 9,
        "reactions": total.clicks // 8,
        "comments": total.clicks // 60,
        "shares": total.clicks // 75,
        "follows": total.clicks // 50,
        "totalEngagements": total.clicks + total.clicks // 7,
    }


def _fields(text: str) -> list[str]:
    fields = text.split(",") if text else ["impressions", "clicks"]
    if len(fields) > _MAX_FIELDS:
        raise bad_param("fields", f"At most {_MAX_FIELDS} fields may be requested")
    strange = [name for name in fields if name not in metric_names() | {"pivotValues", "dateRange"}]
    if strange:
        raise unpermitted("PARAMETER", [f"fields/{name}" for name in strange])
    return fields


def _word(call: Call, name: str) -> str:
    """An enum's word, plain or as `(value:WORD)`."""
    value = call.query.get(name, "")
    if isinstance(value, dict) and set(value) == {"value"}:
        value = value["value"]
    if not isinstance(value, str):
        raise bad_param(name)
    return value


def _range(value: Value | None, today: date) -> tuple[date, date]:
    if not isinstance(value, dict) or "start" not in value or not set(value) <= {"start", "end"}:
        raise bad_param("dateRange")
    since = _day(value["start"])
    until = _day(value["end"]) if "end" in value else today
    if since > until:
        raise bad_param("dateRange", "Start date can't be set to a date after end date")
    return since, until


def _day(value: Value) -> date:
    if not isinstance(value, dict) or set(value) != {"year", "month", "day"}:
        raise bad_param("dateRange")
    parts = [text_of(value, name) for name in ("year", "month", "day")]
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        raise bad_param("dateRange") from None


def _parts(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
