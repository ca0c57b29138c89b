"""Who and what campaigns and ad groups are shown to: keywords, places, languages, ages, lists."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from omnify_sandbox.book import Key, ObjectKind
from omnify_sandbox.catalog import Campaign, Group
from omnify_sandbox.google.constants import COUNTRIES
from omnify_sandbox.google.message import Made
from omnify_sandbox.google.objects import GoogleObjects, Values, channel

KINDS = {
    "keyword": ("KEYWORD", ("keyword.text", "keyword.match_type")),
    "location": ("LOCATION", ("location.geo_target_constant",)),
    "language": ("LANGUAGE", ("language.language_constant",)),
    "age_range": ("AGE_RANGE", ("age_range.type",)),
    "gender": ("GENDER", ("gender.type",)),
    "user_list": ("USER_LIST", ("user_list.user_list",)),
}
NEW_KINDS: tuple[ObjectKind, ...] = ("campaign", "group")
_AGES = ("18_24", "25_34", "35_44", "45_54", "55_64", "65_UP")
_FIXED = {f"AGE_RANGE_{name}": 503_001 + at for at, name in enumerate(_AGES)}
_FIXED["AGE_RANGE_UNDETERMINED"] = 503_999
_GENDERS = {"MALE": 10, "FEMALE": 11, "UNDETERMINED": 20}
_SOLD_IN = {
    "US": ("US",),
    "CA": ("CA",),
    "UK": ("GB",),
    "UK+EU": ("DE", "ES", "FR", "GB", "IT", "NL"),
    "EU": ("DE", "ES", "FR", "IT", "NL"),
    "DACH": ("AT", "CH", "DE"),
    "Nordics": ("DK", "FI", "NO", "SE"),
    "ANZ": ("AU", "NZ"),
}
_IDS = {c.code: c.id for c in COUNTRIES}


class Criterion(NamedTuple):
    """`made` holds values by path below the resource."""

    parent: Campaign | Group
    id: str
    made: Made

    @property
    def key(self) -> Key:
        return key_of(self.parent.id, self.id)

    @property
    def is_negative(self) -> bool:
        return bool(self.made.get("negative"))

    @property
    def campaign(self) -> Campaign:
        return _campaign_of(self.parent)


def key_of(parent_id: str, id_: str) -> Key:
    return Key("criterion", f"{parent_id}~{id_}", "status")


def kind_of(made: Made) -> str | None:
    """The one kind of criterion that the values name."""
    kinds = {path.split(".")[0] for path in made} & set(KINDS)
    return next(iter(kinds)) if len(kinds) == 1 else None


def id_of(made: Made) -> str:
    """The same for the same keyword, place or age everywhere, as Google's criterion ids are."""
    match kind_of(made):
        case "location" | "language" | "user_list":
            path = KINDS[kind_of(made) or ""][1][0]
            return str(made[path]).rpartition("/")[2]
        case "age_range":
            return str(_FIXED[made["age_range.type"]])
        case "gender":
            return str(_GENDERS[made["gender.type"]])
        case _:
            words = f"{made['keyword.match_type']}/{made['keyword.text'].lower()}"
            return str(10**9 + int.from_bytes(hashlib.blake2b(words.encode(), digest_size=4).digest(), "big"))


def criteria_of(objects: GoogleObjects, parents: list[Campaign] | list[Group]) -> Iterator[Criterion]:
    """Those that stood there from the beginning, then those that were made; removed ones, too."""
    born: dict[str, list[Made]] = {}
    for thing in objects.market.things("criterion"):
        if objects.market.exists("criterion", thing.id, objects.as_of):
            raw = objects.market.read(Key("criterion", thing.id, "made"))
            born.setdefault(thing.parent, []).append(orjson.loads(str(raw)))
    new = {thing.id for kind in NEW_KINDS for thing in objects.market.things(kind)}
    for parent in parents:
        first = [] if {parent.id, _campaign_of(parent).id} & new else _first(parent)
        held = {id_of(made): made for made in [*first, *born.get(parent.id, [])]}
        yield from (Criterion(parent, id_, made) for id_, made in held.items())


def _campaign_of(parent: Campaign | Group) -> Campaign:
    return parent.campaign if isinstance(parent, Group) else parent


def _first(parent: Campaign | Group) -> list[Made]:
    return _first_of_campaign(parent) if isinstance(parent, Campaign) else _first_of_group(parent)


def _first_of_campaign(campaign: Campaign) -> list[Made]:
    suffix = campaign.name.rpartition("|")[2].strip()
    places = [_IDS[code] for code in _SOLD_IN.get(suffix, ("US",))]
    made: list[Made] = [{"location.geo_target_constant": f"geoTargetConstants/{id_}"} for id_ in places]
    made.append({"language.language_constant": "languageConstants/1000"})
    if campaign.kind == "search":
        words = (("free", "BROAD"), ("jobs", "BROAD"), ("what is", "PHRASE"))
        made += [{"negative": True, **keyword(text, match)} for text, match in words]
    return made


def _first_of_group(group: Group) -> list[Made]:
    if channel(group.campaign) != "SEARCH":
        return []
    topic = topic_of(group)
    words: tuple[tuple[str, str], ...] = (
        (topic, "EXACT"),
        (f"{topic} software", "PHRASE"),
        (f"best {topic} tools", "BROAD"),
        (f"{topic} pricing", "PHRASE"),
    )
    if group.name.endswith("Expansion"):
        words = ((f"{topic} platform", "PHRASE"), (f"{topic} for teams", "BROAD"), (f"{topic} demo", "EXACT"))
    return [keyword(text, match) for text, match in words]


def topic_of(group: Group) -> str:
    """What people search for when they mean the campaign."""
    if group.campaign.kind == "brand":
        return group.campaign.brand.name.lower()
    parts = [part.strip() for part in re.split(r"[|_]", group.campaign.name) if part.strip()]
    named = [part for part in parts if part.lower() not in _PLAIN and part not in _SOLD_IN]
    return (named[-1] if named else group.campaign.name).lower()


def keyword(text: str, match: str) -> Made:
    return {"keyword.text": text, "keyword.match_type": match}


def shown(objects: GoogleObjects, one: Criterion, resource: str) -> Values:
    """By GAQL path, of `ad_group_criterion` or `campaign_criterion`."""
    plural = "adGroupCriteria" if resource == "ad_group_criterion" else "campaignCriteria"
    get = objects.market.get
    status = str(get(one.key, "enabled", objects.as_of)).upper()
    values: dict[str, Any] = {
        "resource_name": f"customers/{objects.customer_id}/{plural}/{one.parent.id}~{one.id}",
        "criterion_id": int(one.id),
        "status": status,
        "type": KINDS[kind_of(one.made) or ""][0],
        "negative": one.is_negative,
        **one.made,
    }
    if resource == "ad_group_criterion":
        values["ad_group"] = objects.group_name(one.parent.id)
        bid = get(
            one.key._replace(field="cpc_bid_micros"), one.made.get("cpc_bid_micros") or 0, objects.as_of
        )
        values["cpc_bid_micros"] = bid or None
    else:
        values["campaign"] = objects.campaign_name(one.parent.id)
    return {f"{resource}.{path}": value for path, value in values.items()}


_PLAIN = {"tf", "search", "brand", "core", "expansion"}
