"""What is made while the market runs: campaigns, groups and ads that join the world, and other things.

A new object is like its siblings on the same platform, with chances of its own from the same seed, so
that what was there before keeps its own to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import orjson

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.book import ObjectKind, Value
from omnify_sandbox.catalog import Ad, Budget, Campaign, Catalog, Group
from omnify_sandbox.config import HISTORY_DAYS
from omnify_sandbox.traits import Traits, draw_traits, wear_of

GROUPLESS = frozenset({Platform.LINKEDIN})
CREATED = "created"
"""The field under which the log notes that an object was made."""
_STEPS: Mapping[ObjectKind, int] = {"budget": 7_919, "campaign": 10_007, "group": 10_009, "ad": 10_037}
# Far from the ids of what the world holds, and as long as those.
_FAR: Mapping[ObjectKind, int] = {
    "keyword": 310_000_019,
    "negative": 410_000_023,
    "audience": 510_000_007,
    "creative": 610_000_031,
    "folder": 710_000_033,
    "job": 810_000_023,
}
_SLOTS = 4
_OF_AD = frozenset({"campaign_of", "slot", "appeal", "fit", "favor", "wear", "first_exposures"})
_NOMINAL_UNITS = 50


class Birth(NamedTuple):
    """One object to be made, below `parent` or, where that is '', directly in its account.

    `fields` are its first values in the book, `daily_budget` of a campaign in minor units. `response`:
    which of the world's kinds a campaign is like. `budget_id`: of a budget that stands by itself.
    An `id` of '' is given by the platform.
    """

    kind: ObjectKind
    account: str
    parent: str = ""
    fields: Mapping[str, Value] = {}
    response: str = ""
    budget_id: str = ""
    id: str = ""

    def text(self, name: str) -> str:
        return str(self.fields.get(name, ""))

    def written(self) -> str:
        """As the log keeps it: JSON text."""
        return orjson.dumps(self._asdict() | {"fields": dict(self.fields)}).decode()

    @classmethod
    def read(cls, written: str) -> Birth:
        return cls(**orjson.loads(written))


class Thing(NamedTuple):
    """An object that was made at `at`; those that are no campaign, group or ad deliver nothing."""

    kind: ObjectKind
    id: str
    platform: Platform
    account: str
    parent: str
    at: datetime


def named(birth: Birth, platform: Platform, catalog: Catalog, things: Sequence[Thing]) -> Birth:
    """The birth with its id."""
    if birth.id:
        return birth
    held = catalog.of(platform)
    if birth.kind in _FAR:
        first = max(int(ad.id) for ad in held.ads) + _FAR[birth.kind]
        known = [int(t.id) for t in things if t.kind == birth.kind and t.platform is platform]
        return birth._replace(id=str(max([first, *known]) + 1))
    rows: Mapping[str, Sequence[Campaign | Group | Ad]] = {
        "campaign": held.campaigns,
        "group": held.groups,
        "ad": held.ads,
    }
    return birth._replace(id=_next_id([row.id for row in rows[birth.kind]], birth.kind))


def with_budget_id(birth: Birth, platform: Platform, catalog: Catalog) -> Birth:
    """The birth of a campaign with the id of its budget: its own where the platform has no budgets."""
    budgets = catalog.of(platform).budgets
    apart = any(budget.id not in {c.id for c in catalog.campaigns} for budget in budgets)
    if birth.kind != "campaign" or birth.budget_id:
        return birth
    return birth._replace(budget_id=_next_id([b.id for b in budgets], "budget") if apart else birth.id)


def _next_id(ids: Sequence[str], kind: ObjectKind) -> str:
    return str(max(int(id_) for id_ in ids) + _STEPS[kind])


def joined(catalog: Catalog, birth: Birth, platform: Platform, today: date) -> Catalog:
    """The catalog with a campaign, group or ad more."""
    match birth.kind:
        case "campaign":
            grown = _with_campaign(catalog, birth, platform, today)
            return grown if platform not in GROUPLESS else _with_hidden_group(grown, platform)
        case "group":
            campaign = next(c for c in catalog.campaigns if c.id == birth.parent)
            return _with_group(catalog, birth.id, campaign, birth.text("name"))
        case "ad":
            return replace(catalog, ads=(*catalog.ads, _new_ad(catalog, birth, today)))
        case _:
            return catalog


def _with_campaign(catalog: Catalog, birth: Birth, platform: Platform, today: date) -> Catalog:
    siblings = [c for c in catalog.campaigns if c.platform is platform]
    like = next((c for c in siblings if c.account == birth.account), siblings[0])
    budgets = catalog.budgets
    budget = next((b for b in budgets if b.id == birth.budget_id and b.platform is platform), None)
    if budget is None:
        budget = replace(
            like.budget,
            id=birth.budget_id,
            index=len(budgets),
            number=1 + max(b.number for b in budgets if b.seed == like.budget.seed),
            account=birth.account,
            name=birth.text("name"),
            cents=int(birth.fields.get("daily_budget", 0)),
            is_shared=False,
        )
        budgets = (*budgets, budget)
    campaign = replace(
        like,
        id=birth.id,
        index=len(catalog.campaigns),
        number=1 + max(c.number for c in catalog.campaigns if c.seed == like.seed),
        account=birth.account,
        name=birth.text("name"),
        kind=birth.response,
        budget=budget,
        started=today,
        paused_since=None,
    )
    return replace(catalog, budgets=budgets, campaigns=(*catalog.campaigns, campaign))


def _with_hidden_group(catalog: Catalog, platform: Platform) -> Catalog:
    """The world knows ads by their group; the platform does not show it."""
    id_ = _next_id([group.id for group in catalog.of(platform).groups], "group")
    return _with_group(catalog, id_, catalog.campaigns[-1], catalog.campaigns[-1].name)


def _with_group(catalog: Catalog, id_: str, campaign: Campaign, name: str) -> Catalog:
    group = Group(id_, len(catalog.groups), campaign, name)
    return replace(catalog, groups=(*catalog.groups, group))


def _new_ad(catalog: Catalog, birth: Birth, today: date) -> Ad:
    group = next(g for g in catalog.groups if g.id == birth.parent)
    seed = group.campaign.seed
    return Ad(
        id=birth.id,
        index=len(catalog.ads),
        number=1 + max(a.number for a in catalog.ads if a.campaign.seed == seed),
        slot=sum(a.campaign is group.campaign for a in catalog.ads) % _SLOTS,
        group=group,
        creative_id=birth.text("creative_id"),
        name=birth.text("name"),
        headline=birth.text("headline"),
        body=birth.text("body"),
        started=today,
        paused_since=None,
    )


def grown_traits(traits: Traits, catalog: Catalog, today: date) -> Traits:
    """Traits of the catalog that `traits` were drawn for, and of what was added to its end."""
    for campaign in catalog.campaigns[len(traits.cpm) :]:
        traits = _extended(traits, _alone(campaign, None, today), of_ad=False)
        if campaign.budget.index == traits.budget_path.shape[1]:
            path = np.pad(traits.budget_path, ((0, 0), (0, 1)), constant_values=1.0)
            traits = replace(traits, budget_path=path)
        traits.budget_of[campaign.index] = campaign.budget.index
    for ad in catalog.ads[len(traits.slot) :]:
        drawn = replace(_alone(ad.campaign, ad, today), wear=wear_of(ad))
        traits = _extended(traits, drawn, of_ad=True)
        traits.campaign_of[ad.index] = ad.campaign.index
        traits.first_exposures[ad.index] = 0.0
    return traits


def _alone(campaign: Campaign, ad: Ad | None, today: date) -> Traits:
    """Drawn as if the campaign, with one ad, were all there is."""
    cents = campaign.budget.cents or _NOMINAL_UNITS * minor_per_unit(campaign.currency)
    budget: Budget = replace(campaign.budget, index=0, cents=cents)
    alone = replace(campaign, index=0, budget=budget)
    group = Group("", 0, alone, "")
    shown = ad or Ad("", 0, 0, 0, group, "", "", "", "", today, None)
    return draw_traits(
        Catalog((budget,), (alone,), (group,), (replace(shown, index=0, group=group),)), today, HISTORY_DAYS
    )


def _extended(traits: Traits, drawn: Traits, *, of_ad: bool) -> Traits:
    """Every array over campaigns, or over ads, with one entry more."""
    names = [field.name for field in fields_of(Traits) if field.name != "budget_path"]
    return replace(
        traits,
        **{n: _appended(getattr(traits, n), getattr(drawn, n)) for n in names if (n in _OF_AD) is of_ad},
    )


def _appended(held: Any, one: Any) -> Any:
    if isinstance(held, tuple):  # curves and wear are tuples of arrays
        return type(held)(*(_appended(a, b) for a, b in zip(held, one, strict=True)))
    return np.concatenate([held, one])
