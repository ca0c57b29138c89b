"""Tests: how long one must run, and what one says so far."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Any

from omnify_core.campaigns import Level
from omnify_core.errors import BadInput
from omnify_ml.experiments import Verdict, plan
from omnify_tools.answers import source_named, table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import Totals
from omnify_tools.market import by_entity, figures_of, find_campaign
from omnify_tools.periods import Period, last_days, period_named
from omnify_tools.scopes import Scope, rows_of
from omnify_tools.tables import Column, Table
from omnify_tools.trials import Side, judged, several, split_words, trial_words
from omnify_tools.words import percent

NOT_RANDOM = (
    "The platform decides who sees which ad: without a split test of its own, a difference may come from "
    "the people, not from the ad."
)
_ARMS = 2


@tool(Effect.READ)
async def plan_experiment(ctx: Ctx, campaign_id: str, smallest_effect: str, metric: str = "cvr") -> Table:
    """Plan a two-arm test in a campaign: how many clicks or impressions per arm, and how many days.

    Args:
        campaign_id: Where the test runs, by id or unambiguous name.
        smallest_effect: The smallest relative improvement worth finding, e.g. "10%".
        metric: cvr (conversions per click) or ctr (clicks per impression).
    """
    copilot = ctx.context
    lift = _lift(smallest_effect)
    campaign = await find_campaign(copilot, campaign_id)
    window = last_days(30, copilot.clock, copilot.tenant.time_zone)
    rows = await rows_of(copilot, Scope(campaign.ref.platform, campaign), window)
    side = _side(campaign.id, campaign.name, Totals.of(rows, campaign.currency), metric)
    if not side.events:
        raise BadInput(f"{campaign.id} had none of these events in 30 days, so there is no rate to plan from")
    found = plan(baseline=side.rate, smallest_lift=lift)
    daily = side.units / max(len({row.day for row in rows}), 1)
    lines = [
        {"design": name, "units": units, "days": ceil(units * _ARMS / daily)}
        for name, units in (
            ("one look at the end", found.fixed),
            ("daily looks, fixed end", found.planned_looks),
            ("stop at any time", found.any_time),
        )
    ]
    unit = _unit(metric)
    return await table(
        copilot,
        f"Plan of a test in {campaign.id}",
        f"At {percent(side.rate)} {metric.upper()}, finding a change of {smallest_effect} takes "
        f"{lines[0]['units']:,} {unit} per arm, about {lines[0]['days']} days if looked at once, "
        f"{lines[2]['days']} days if it may be stopped at any time.",
        columns=[
            Column(key="design", label="Design"),
            Column(key="units", label=f"{unit.capitalize()} per arm", unit="count"),
            Column(key="days", label="Days at today's volume", unit="days"),
        ],
        rows=lines,
        period=window,
        source=source_named(
            campaign.ref.platform, "volume and rate of the last 30 days; 5% error, 80% power"
        ),
        warnings=["More than 60 days: people and market change; test a bolder idea."]
        if int(str(lines[0]["days"])) > 60
        else [],
    )


@tool(Effect.READ)
async def experiment_verdict(
    ctx: Ctx,
    control_id: str,
    treatment_id: str,
    metric: str = "cvr",
    period: str = "last_30_days",
    split: str = "",
) -> Table:
    """Say which of two or more ads or campaigns has the better rate; may be looked at any day.

    Args:
        control_id: Creative id or campaign id of the control, e.g. "meta:a1201".
        treatment_id: Creative id or campaign id of the variant; several separated by commas.
        metric: cvr (conversions per click) or ctr (clicks per impression).
        period: When the test ran, as in performance_summary, e.g. last_14_days.
        split: How a split test was to divide the people, control first, e.g. "50/50"; empty for no such test.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    control = await _measured(copilot, control_id, window, metric)
    named = [name for name in treatment_id.split(",") if name.strip()]
    treatments = [await _measured(copilot, name, window, metric) for name in named]
    sides = [control, *treatments]
    if len({side.id for side in sides}) < max(len(sides), _ARMS):
        raise BadInput(f"{control.id} is named twice or nothing else is; name different ads or campaigns")
    trial = judged(control, treatments)
    return await table(
        copilot,
        f"Test by {metric.upper()}, {window.label}",
        trial_words(trial, control, treatments),
        columns=[
            Column(key="id", label="Id", unit="id"),
            Column(key="name", label="Name", untrusted=True),
            Column(key="role", label="Role"),
            Column(key="units", label=_unit(metric).capitalize(), unit="count"),
            Column(key="events", label="Events", unit="count"),
            Column(key="rate", label=metric.upper(), unit="share"),
            Column(key="verdict", label="Verdict"),
        ],
        rows=[_row(control, "control"), *map(_variant, treatments, trial)],
        period=window,
        source=source_named(None, "daily figures; always-valid sequential test at 5%"),
        warnings=[split_words(split, sides) if split.strip() else NOT_RANDOM, *several(treatments)],
    )


def _lift(text: str) -> float:
    try:
        value = Decimal(text.strip().lstrip("+").removesuffix("%")) / 100
    except InvalidOperation as error:
        raise BadInput(f"smallest_effect {text!r} is not a percentage; write it as '10%'") from error
    if not 0 < value <= 10:
        raise BadInput(f"smallest_effect must be above 0%, not {text!r}")
    return float(value)


def _unit(metric: str) -> str:
    units = {"cvr": "clicks", "ctr": "impressions"}
    if metric not in units:
        raise BadInput(f"metric must be cvr or ctr, not {metric!r}")
    return units[metric]


def _side(id_: str, name: str, totals: Totals, metric: str) -> Side:
    if _unit(metric) == "clicks":
        return Side(id_, name, float(totals.clicks), totals.conversions, float(totals.impressions))
    return Side(id_, name, float(totals.impressions), float(totals.clicks), float(totals.impressions))


async def _measured(copilot: Copilot, named: str, window: Period, metric: str) -> Side:
    wanted = named.strip().casefold()
    ads = await copilot.market.creatives(copilot.tenant.id)
    ad = next((ad for ad in ads if wanted in {ad.id.casefold(), ad.name.strip().casefold()}), None)
    if ad is not None:
        rows = by_entity(await figures_of(copilot, window, level=Level.AD)).get(ad.id, [])
        currency = rows[0].spend.currency if rows else copilot.tenant.base_currency
        return _side(ad.id, ad.name, Totals.of(rows, currency), metric)
    campaign = await find_campaign(copilot, named)
    rows = await rows_of(copilot, Scope(campaign.ref.platform, campaign), window)
    return _side(campaign.id, campaign.name, Totals.of(rows, campaign.currency), metric)


def _row(side: Side, role: str) -> dict[str, Any]:
    cells = {"units": side.units, "events": side.events, "rate": round(side.rate, 6)}
    return {"id": side.id, "name": side.name, "role": role, **cells}


def _variant(side: Side, verdict: Verdict) -> dict[str, Any]:
    return {**_row(side, "treatment"), "verdict": verdict.decision}
