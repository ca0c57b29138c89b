"""Reading the imported picture: campaigns by id or name, figures of a period, how fresh they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from omnify_core.campaigns import Campaign, DailyMetrics, Level, Platform, Status
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_tools.context import Copilot
from omnify_tools.periods import Period
from omnify_tools.untrusted import quoted

MOST_ROWS = 50


def platform_named(name: str) -> Platform | None:
    """None for all of them. Raises BadInput."""
    key = name.strip().lower().removesuffix(" ads").removesuffix("-ads")
    if key in {"", "all"}:
        return None
    try:
        return Platform(key)
    except ValueError as error:
        known = ", ".join(platform.value for platform in Platform)
        raise BadInput(f"platform {name!r} is not known; use one of {known}, or leave it empty") from error


def status_named(name: str) -> Status | None:
    """None for all of them. Raises BadInput."""
    key = {"active": "enabled", "on": "enabled", "off": "paused", "all": ""}.get(
        name.strip().lower(), name.strip().lower()
    )
    if not key:
        return None
    try:
        return Status(key)
    except ValueError as error:
        raise BadInput(f"status {name!r} is not known; use enabled, paused or removed") from error


def limited(limit: int) -> int:
    """Between 1 and the most rows that a table shows."""
    if limit < 1:
        raise BadInput(f"limit must be at least 1, not {limit}")
    return min(limit, MOST_ROWS)


async def campaigns_of(
    copilot: Copilot, platform: Platform | None = None, status: Status | None = None
) -> dict[EntityId, Campaign]:
    found = await copilot.market.campaigns(copilot.tenant.id, platform)
    return {campaign.id: campaign for campaign in found if status is None or campaign.status is status}


async def figures_of(
    copilot: Copilot, period: Period, *, level: Level = Level.CAMPAIGN, platform: Platform | None = None
) -> list[DailyMetrics]:
    rows = await copilot.market.metrics(copilot.tenant.id, level, period.since, period.until)
    return rows if platform is None else [row for row in rows if row.platform is platform]


def by_entity(rows: Iterable[DailyMetrics]) -> dict[EntityId, list[DailyMetrics]]:
    grouped: dict[EntityId, list[DailyMetrics]] = defaultdict(list)
    for row in rows:
        grouped[row.entity_id].append(row)
    return grouped


def within(rows: Iterable[DailyMetrics], since: date, until: date) -> list[DailyMetrics]:
    return [row for row in rows if since <= row.day <= until]


async def find_campaign(copilot: Copilot, named: str) -> Campaign:
    """By id, the platform's own id, or a name that fits only one. Raises BadInput listing candidates."""
    everything = list((await campaigns_of(copilot)).values())
    wanted = named.strip().strip("«»\"'").strip()
    if not wanted:
        raise BadInput("name the campaign by its id, such as 'meta:1201', or by its name")
    for fits in (_same_id, _same_name, _all_words):
        found = [campaign for campaign in everything if fits(campaign, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput(f"{quoted(wanted)} fits {len(found)} campaigns: {_candidates(found)}; use the id")
    raise BadInput(f"no campaign is called {quoted(wanted)}; list_campaigns shows names and ids")


def _same_id(campaign: Campaign, wanted: str) -> bool:
    return wanted.lower() in {campaign.id.lower(), campaign.ref.native_id.lower()}


def _same_name(campaign: Campaign, wanted: str) -> bool:
    return campaign.name.strip().casefold() == wanted.casefold()


def _all_words(campaign: Campaign, wanted: str) -> bool:
    name = campaign.name.casefold()
    words = "".join(char if char.isalnum() else " " for char in wanted.casefold()).split()
    return bool(words) and all(word in name for word in words)


def _candidates(found: Sequence[Campaign]) -> str:
    shown = "; ".join(f"{campaign.id} {quoted(campaign.name)}" for campaign in found[:8])
    return shown if len(found) <= 8 else f"{shown}; and {len(found) - 8} more"


async def freshness_of(copilot: Copilot) -> tuple[str, list[str]]:
    """How old the picture is in words, and the warnings that follow from it."""
    said, warnings = [], []
    for state in await copilot.market.sync_states(copilot.tenant.id):
        label = state.platform.label
        if state.synced_at is None:
            said.append(f"{label} not imported yet")
        else:
            minutes = int((copilot.clock.now() - state.synced_at).total_seconds() // 60)
            said.append(f"{label} synced {_ago(minutes)}")
            if minutes > 24 * 60:
                warnings.append(f"{label} was last synced {_ago(minutes)}: newer days are missing.")
        if state.running:
            warnings.append(
                f"{label} is being imported now ({state.share:.0%} done): figures may be incomplete."
            )
        if state.error:
            warnings.append(f"The last import from {label} failed: {state.error}")
    return "; ".join(said) or "nothing imported yet", warnings


def _ago(minutes: int) -> str:
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days ago"
