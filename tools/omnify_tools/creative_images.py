"""What can be measured in the pictures of ads, and whether this client's own tests say that it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from omnify_core.campaigns import Creative, Level, Status
from omnify_core.errors import BadInput, OmnifyError
from omnify_ml.creative.image_effects import ImageEffects, fit_images
from omnify_ml.creative.images import LOOK_ALIKE_BITS, ImageFacts, bits_apart, facts_of
from omnify_tools.answers import CAMPAIGN_ID, source_named, table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.fatigue import CREATIVE, CREATIVE_ID
from omnify_tools.history import computed
from omnify_tools.market import by_entity, figures_of, find_campaign, limited, platform_named
from omnify_tools.periods import last_days
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted, percent

MOST_PICTURES, AT_ONCE, TIMEOUT_S = 160, 12, 60.0
MEASURED = (
    "Lettering is an estimate. Faces, products and meaning are not looked at. Measures describe a picture; "
    "they do not make it good or bad."
)


class Seen(NamedTuple):
    """An ad whose picture could be read."""

    ad: Creative
    facts: ImageFacts
    impressions: int
    clicks: int

    @property
    def ctr(self) -> float | None:
        return self.clicks / self.impressions if self.impressions else None


@tool(Effect.READ, timeout_s=TIMEOUT_S)
async def creative_images(ctx: Ctx, platform: str = "", campaign_id: str = "", limit: int = 20) -> Table:
    """Measure the pictures of enabled ads (brightness, contrast, color, lettering, look-alikes); says whether
    own tests show that looks matter for clicks here.

    Args:
        platform: google, meta or another platform; empty for all of them.
        campaign_id: Only the ads of this campaign (id or unambiguous name); empty for all.
        limit: How many ads to show, 1 to 50.
    """
    copilot = ctx.context
    ads = await _with_picture(copilot, platform, campaign_id)
    everything, failures = await _measured(copilot, ads[:MOST_PICTURES])
    # Ads that run no longer teach too; what is shown is what runs.
    effects = await computed(_effects, everything)
    seen = [one for one in everything if one.ad.status is Status.ENABLED]
    alike = _look_alikes(seen)
    window = last_days(90, copilot.clock, copilot.tenant.time_zone)
    return await table(
        copilot,
        "Pictures of ads",
        _words(seen, effects, alike),
        columns=[
            CREATIVE_ID,
            CREATIVE,
            CAMPAIGN_ID,
            Column(key="size", label="Pixels"),
            Column(key="brightness", label="Brightness", unit="share"),
            Column(key="contrast", label="Contrast", unit="share"),
            Column(key="saturation", label="Saturation", unit="share"),
            Column(key="lettering", label="Area with lettering", unit="share"),
            Column(key="main_color", label="Main color"),
            Column(key="ctr", label="CTR, 90 days", unit="share"),
            Column(key="lift", label="Expected CTR against the others"),
            Column(key="like", label="Looks like", unit="id"),
        ],
        rows=[_row(one, seen, effects, alike) for one in seen[: limited(limit)]],
        period=window,
        source=source_named(platform_named(platform), "pictures of ads, fetched now; clicks per ad"),
        warnings=[
            *([effects.unvalidated.capitalize() + "."] if effects.unvalidated else []),
            MEASURED,
            *failures,
        ],
        total_rows=len(seen),
    )


async def _with_picture(copilot: Copilot, platform: str, campaign_id: str) -> list[Creative]:
    chosen = platform_named(platform)
    campaign = (await find_campaign(copilot, campaign_id)).id if campaign_id.strip() else None
    found = await copilot.market.creatives(copilot.tenant.id, campaign)
    ads = [ad for ad in found if ad.image_url and chosen in {None, ad.ref.platform}]
    ads.sort(key=lambda ad: ad.status is not Status.ENABLED)
    if not ads or ads[0].status is not Status.ENABLED:
        raise BadInput("no enabled ad here has a picture of its own; list_creatives shows their texts")
    return ads


async def _measured(copilot: Copilot, ads: Sequence[Creative]) -> tuple[list[Seen], list[str]]:
    """Each picture once, a few at a time; one that cannot be read is counted, not fatal."""
    room = asyncio.Semaphore(AT_ONCE)

    async def look(address: str) -> ImageFacts | str:
        async with room:
            try:
                return await computed(facts_of, await copilot.pictures.picture(address))
            except OmnifyError as error:
                return str(error)

    addresses = list(dict.fromkeys(ad.image_url for ad in ads))
    found = dict(zip(addresses, await asyncio.gather(*map(look, addresses)), strict=True))
    window = last_days(90, copilot.clock, copilot.tenant.time_zone)
    rows = by_entity(await figures_of(copilot, window, level=Level.AD))
    seen = []
    for ad in ads:
        facts = found[ad.image_url]
        if isinstance(facts, ImageFacts):
            mine = rows.get(ad.id, [])
            seen.append(
                Seen(ad, facts, sum(one.impressions for one in mine), sum(one.clicks for one in mine))
            )
    why = sorted({one for one in found.values() if isinstance(one, str)})
    lost = len(ads) - len(seen)
    return seen, [f"{counted(lost, 'picture')} could not be read: {why[0]}."] if lost else []


def _effects(seen: Sequence[Seen]) -> ImageEffects:
    """Ads of one ad group compete for the same people: each group is a test of its pictures."""
    groups = {name: number for number, name in enumerate(dict.fromkeys(one.ad.ad_group_id for one in seen))}
    return fit_images(
        [one.facts for one in seen],
        np.array([groups[one.ad.ad_group_id] for one in seen], dtype=np.int64),
        np.array([one.impressions for one in seen], dtype=np.float64),
        np.array([one.clicks for one in seen], dtype=np.float64),
    )


def _look_alikes(seen: Sequence[Seen]) -> dict[str, str]:
    """By ad, another one of the same campaign that looks like it."""
    found: dict[str, str] = {}
    for one, other in combinations(seen, 2):
        same = one.ad.campaign_id == other.ad.campaign_id
        if same and bits_apart(one.facts, other.facts) <= LOOK_ALIKE_BITS:
            found.setdefault(other.ad.id, one.ad.id)
            found.setdefault(one.ad.id, other.ad.id)
    return found


def _unvalidated(effects: ImageEffects) -> list[str]:
    return [f"{effects.unvalidated.capitalize()}."] if effects.unvalidated else []


def _words(seen: Sequence[Seen], effects: ImageEffects, alike: dict[str, str]) -> str:
    said = f"{counted(len(seen), 'picture')} of enabled ads measured"
    said += (
        f", {len(alike)} of them look like another of the same campaign." if alike else ", no look-alikes."
    )
    if effects.unvalidated:
        return f"{said}. Whether looks matter for clicks here is {effects.unvalidated}."
    name, size = effects.drivers()[0]
    way = "more" if size > 0 else "fewer"
    return f"{said}. On {effects.n_tests} own tests, {name} went with {way} clicks (an association)."


def _row(one: Seen, seen: Sequence[Seen], effects: ImageEffects, alike: dict[str, str]) -> dict[str, Any]:
    facts = one.facts
    return {
        "creative_id": one.ad.id,
        "creative": one.ad.name,
        "campaign_id": one.ad.campaign_id,
        "size": f"{facts.width} x {facts.height}",
        "brightness": round(facts.brightness, 3),
        "contrast": round(facts.contrast, 3),
        "saturation": round(facts.saturation, 3),
        "lettering": round(facts.lettering, 3),
        "main_color": facts.main_color,
        "ctr": None if one.ctr is None else round(one.ctr, 5),
        "lift": _lift(one, seen, effects),
        "like": alike.get(one.ad.id),
    }


def _lift(one: Seen, seen: Sequence[Seen], effects: ImageEffects) -> str:
    if effects.unvalidated:
        return "unvalidated"
    others = [other.facts for other in seen if other.ad.campaign_id == one.ad.campaign_id]
    lift = effects.lift(one.facts, others)
    return f"{percent(lift.p50)} ({percent(lift.p10)} to {percent(lift.p90)})"
