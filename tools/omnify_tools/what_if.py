"""What another budget would bring, from the campaign's learned response; nothing is proposed."""

from __future__ import annotations

from typing import Any

from omnify_core.campaigns import Campaign
from omnify_core.errors import BadInput, Unsupported
from omnify_core.money import Money
from omnify_ml.interval import Interval
from omnify_ml.response import ResponseModel, fit_response
from omnify_tools.answers import CAMPAIGN, CAMPAIGN_ID, campaign_cells, source_named, table
from omnify_tools.budgets import percentage
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.history import campaign_frame, computed, history_of, money
from omnify_tools.market import find_campaign
from omnify_tools.opportunities import CORRELATIONAL
from omnify_tools.periods import Period
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted

_BEYOND = "{} a day lies beyond anything that {} has spent: read the estimate as a guess."
COLUMNS = [
    CAMPAIGN_ID,
    CAMPAIGN,
    Column(key="case", label="Case"),
    Column(key="daily", label="Daily spend", unit="money"),
    Column(key="conversions_p10", label="Conversions P10", unit="count"),
    Column(key="conversions_p50", label="P50", unit="count"),
    Column(key="conversions_p90", label="P90", unit="count"),
    Column(key="revenue_p10", label="Revenue P10", unit="money"),
    Column(key="revenue_p50", label="P50", unit="money"),
    Column(key="revenue_p90", label="P90", unit="money"),
]


@tool(Effect.READ)
async def what_if_budget(ctx: Ctx, campaign_id: str, amount: str, days: int = 7) -> Table:
    """Estimate what another daily budget would bring in conversions and revenue; nothing is proposed.

    Args:
        campaign_id: As list_campaigns prints it, e.g. "meta:1201", or a name that fits only one campaign.
        amount: Daily budget in the account's own currency to try, e.g. "150.00"; or a change of
            today's with its sign: "+20%", "-15%", "+50.00".
        days: How many days ahead, 1 to 30.
    """
    campaign = await find_campaign(ctx.context, campaign_id)
    now = _budget(campaign)
    wanted = _wanted(amount, now, campaign)
    model, window = await _model(ctx.context, days)
    rows = [_case(model, campaign, case, one, days) for case, one in (("today", now), ("if changed", wanted))]
    more = _middle(model, campaign, wanted, days), _middle(model, campaign, now, days)
    return await _table(
        ctx.context,
        f"If {campaign.id} had {wanted} a day, next {days} days",
        f"{quoted(campaign.name, length=60)} ({campaign.id}) at {wanted} a day in place of {now}: "
        f"{_change(more[0], more[1], campaign)} over {days} days, {_cost(now, wanted, days)}.",
        rows,
        window,
        [*_notes(model, campaign, wanted)],
    )


@tool(Effect.READ)
async def what_if_move(
    ctx: Ctx, from_campaign_id: str, to_campaign_id: str, amount: str, days: int = 7
) -> Table:
    """Estimate what moving daily budget between two campaigns would bring; nothing is proposed.

    Args:
        from_campaign_id: The campaign that gives, by id or unambiguous name.
        to_campaign_id: The campaign that receives, by id or unambiguous name.
        amount: How much a day to move, e.g. "100.00".
        days: How many days ahead, 1 to 30.
    """
    giver, taker = (
        await find_campaign(ctx.context, from_campaign_id),
        await find_campaign(ctx.context, to_campaign_id),
    )
    if giver.id == taker.id or giver.currency != taker.currency:
        raise BadInput("name two different campaigns whose accounts use the same currency")
    moved = _amount(amount, giver)
    low, high = _budget(giver) - moved, _budget(taker) + moved
    if low.minor <= 0:
        raise BadInput(f"{giver.id} has {_budget(giver)} a day; {moved} cannot be taken from it")
    model, window = await _model(ctx.context, days)
    cases = [(giver, "today", _budget(giver)), (giver, "if moved", low)]
    cases += [(taker, "today", _budget(taker)), (taker, "if moved", high)]
    after = [_middle(model, giver, low, days), _middle(model, taker, high, days)]
    before = [_middle(model, giver, _budget(giver), days), _middle(model, taker, _budget(taker), days)]
    sums = [{key: sum(one[key] for one in side) for key in before[0]} for side in (after, before)]
    return await _table(
        ctx.context,
        f"If {moved} a day moved from {giver.id} to {taker.id}, next {days} days",
        f"Moving {moved} a day from {quoted(giver.name, length=60)} to {quoted(taker.name, length=60)}: "
        f"{_change(sums[0], sums[1], giver)} in all over {days} days, at the same budget.",
        [_case(model, campaign, case, at, days) for campaign, case, at in cases],
        window,
        [*_notes(model, giver, low), *_notes(model, taker, high)],
    )


async def _model(copilot: Copilot, days: int) -> tuple[ResponseModel, Period]:
    if not 1 <= days <= 30:
        raise BadInput(f"days must be between 1 and 30, not {days}")
    rows, window = await history_of(copilot)
    if not rows:
        raise BadInput("there is no delivery to learn from; import the accounts first")
    return await computed(fit_response, campaign_frame(rows), as_of=window.until), window


async def _table(
    copilot: Copilot, title: str, headline: str, rows: list[dict[str, Any]], window: Period, notes: list[str]
) -> Table:
    return await table(
        copilot,
        title,
        headline,
        columns=COLUMNS,
        rows=rows,
        period=window,
        source=source_named(None, "response learned from daily campaign figures"),
        warnings=[
            "The estimate takes the whole budget as spent.",
            CORRELATIONAL,
            *dict.fromkeys(notes),
        ],
    )


def _wanted(text: str, now: Money, campaign: Campaign) -> Money:
    change = text.strip()
    if change.endswith("%"):
        wanted = now.times(1 + percentage(change))
    elif change[:1] in {"+", "-"}:
        step = _amount(change[1:], campaign)
        wanted = now + step if change[0] == "+" else now - step
    else:
        return _amount(change, campaign)
    if wanted.minor <= 0:
        raise BadInput(f"{campaign.id} has {now} a day; {text!r} would leave nothing")
    return wanted


def _amount(text: str, campaign: Campaign) -> Money:
    wanted = Money.parse(text.replace(",", "").removesuffix(campaign.currency).strip(), campaign.currency)
    if wanted.minor <= 0:
        raise BadInput(f"amount must be above 0, not {text!r}")
    return wanted


def _budget(campaign: Campaign) -> Money:
    if campaign.daily_budget is None:
        raise Unsupported(f"{campaign.id} has no daily budget of its own; choose one that has")
    return campaign.daily_budget


def _predicted(model: ResponseModel, campaign: Campaign, daily: Money, days: int) -> dict[str, Interval]:
    return model.predict(campaign.id, float(daily.units), horizon_days=days)


def _middle(model: ResponseModel, campaign: Campaign, daily: Money, days: int) -> dict[str, float]:
    found = _predicted(model, campaign, daily, days)
    return {key: found[key].p50 for key in ("conversions", "revenue")}


def _case(model: ResponseModel, campaign: Campaign, case: str, daily: Money, days: int) -> dict[str, Any]:
    found = _predicted(model, campaign, daily, days)
    cells: dict[str, Any] = {**campaign_cells(campaign), "case": case, "daily": daily}
    for part in ("p10", "p50", "p90"):
        cells[f"conversions_{part}"] = round(getattr(found["conversions"], part), 1)
        cells[f"revenue_{part}"] = money(getattr(found["revenue"], part), campaign.currency)
    return cells


def _change(after: dict[str, float], before: dict[str, float], campaign: Campaign) -> str:
    conversions = after["conversions"] - before["conversions"]
    revenue = money(after["revenue"] - before["revenue"], campaign.currency)
    return f"about {conversions:+,.1f} conversions and {'+' if revenue.minor >= 0 else ''}{revenue} revenue"


def _cost(now: Money, wanted: Money, days: int) -> str:
    more = Money((wanted - now).minor * days, now.currency)
    return f"at {more} more budget" if more.minor >= 0 else f"saving {-more}"


def _notes(model: ResponseModel, campaign: Campaign, daily: Money) -> list[str]:
    note = model.note(campaign.id)
    said = [] if note in CORRELATIONAL or note.startswith("Observed") else [note]
    if model.extrapolates(campaign.id, float(daily.units)):
        said.append(_BEYOND.format(daily, campaign.id))
    return said
