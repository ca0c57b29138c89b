"""Which open leads are likely to become customers: learned from the CRM's own won and lost ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from omnify_core.business import Kind
from omnify_core.clock import today
from omnify_core.crm import Contact, Opportunity, OpportunityStatus
from omnify_ml.leads import fit_leads, refusal
from omnify_tools.answers import table
from omnify_tools.business import business_freshness, channel_of, records_of
from omnify_tools.customers import CHANNEL
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.history import computed
from omnify_tools.market import limited
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted, percent

# Older open leads are hardly worked on any more.
MOST_DAYS = 180
_CLOSED = {OpportunityStatus.LOST, OpportunityStatus.ABANDONED}


class Standing(NamedTuple):
    """What the CRM says came of a contact: `won` is when, `closed` that it was given up."""

    won: datetime | None
    closed: bool


@tool(Effect.READ)
async def score_leads(ctx: Ctx, limit: int = 20) -> Table:
    """Show open CRM leads by the probability that they become customers, learned from this client's own.

    Args:
        limit: How many leads to show, 1 to 50.
    """
    copilot = ctx.context
    contacts = await records_of(copilot, Kind.CONTACT, Contact)
    deals = await records_of(copilot, Kind.OPPORTUNITY, Opportunity)
    now, zone = today(copilot.clock, copilot.tenant.time_zone), ZoneInfo(copilot.tenant.time_zone)
    frame = lead_frame(contacts, deals, zone)
    reason = refusal(frame)
    rows = [] if reason else await computed(_scored, frame, pd.Timestamp(now))
    fresh, missing = await business_freshness(copilot, [Kind.CONTACT, Kind.OPPORTUNITY])
    return await table(
        copilot,
        "Open leads by their chance",
        f"No scores: {reason}." if reason else _words(rows),
        columns=[
            Column(key="contact_id", label="Contact", unit="id"),
            Column(key="chance", label="P(customer)", unit="share"),
            Column(key="age", label="Days since it came", unit="days"),
            CHANNEL,
            Column(key="campaign", label="Campaign that brought it", untrusted=True),
            Column(key="contactable", label="May be contacted"),
        ],
        rows=rows[: limited(limit)],
        source=f"CRM ({fresh}); learned from {counted(int(frame['converted'].sum()), 'won lead')}",
        warnings=[*missing, "A chance orders the work; it says nothing about a person's worth or character."],
        total_rows=len(rows),
    )


def lead_frame(contacts: Sequence[Contact], deals: Sequence[Opportunity], zone: ZoneInfo) -> pd.DataFrame:
    """A row per contact with what was known when it came; tags and stages are later than that."""
    standing = _standings(deals)
    rows = []
    for one in contacts:
        now = standing.get(one.customer_id, Standing(None, False))
        rows.append(
            {
                "lead": one.id,
                "date": pd.Timestamp(one.at.astimezone(zone).date()),
                "converted": int(now.won is not None),
                "converted_on": pd.Timestamp(now.won.astimezone(zone).date()) if now.won else pd.NaT,
                "closed": now.closed,
                "channel": channel_of(one.first_touch),
                "campaign": one.first_touch.campaign.casefold(),
                "source": one.source.casefold(),
                "came_by": "google" if one.gclid else "facebook" if one.fbclid else "other",
                "weekday": one.at.astimezone(zone).strftime("%a"),
                "contactable": one.may_be_contacted,
            }
        )
    columns = ["lead", "date", "converted", "converted_on", "closed", "channel", "campaign", "source"]
    return pd.DataFrame(rows, columns=[*columns, "came_by", "weekday", "contactable"])


def _standings(deals: Sequence[Opportunity]) -> dict[str, Standing]:
    """By the CRM's customer id: won once is won; closed is who only has deals that were given up."""
    found: dict[str, Standing] = {}
    for deal in deals:
        before = found.get(deal.customer_id)
        won = deal.updated_at if deal.status is OpportunityStatus.WON else None
        gone = deal.status in _CLOSED and (before is None or before.closed)
        moments = [at for at in (before.won if before else None, won) if at is not None]
        found[deal.customer_id] = Standing(min(moments, default=None), gone)
    return found


def _scored(frame: pd.DataFrame, now: pd.Timestamp) -> list[dict[str, Any]]:
    attributes = frame.drop(columns=["closed", "contactable"])
    # A closed deal is a known outcome: it will not convert later.
    scorer = fit_leads(attributes, now=now, final=frame["closed"].to_numpy())
    young = frame["date"] > now - pd.Timedelta(days=MOST_DAYS)
    open_ = frame[(frame["converted"] == 0) & ~frame["closed"] & young].reset_index(drop=True)
    if open_.empty:
        return []
    chance = scorer.remaining(open_, now)
    return [
        {
            "contact_id": open_["lead"].iloc[i],
            "chance": round(float(chance[i]), 4),
            "age": int((now - open_["date"].iloc[i]).days),
            "channel": open_["channel"].iloc[i],
            "campaign": open_["campaign"].iloc[i],
            "contactable": "yes" if open_["contactable"].iloc[i] else "no",
        }
        for i in (-chance).argsort(kind="stable")
    ]


def _words(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return f"No lead of the last {MOST_DAYS} days is open."
    first = rows[0]
    tenth = rows[: max(len(rows) // 10, 1)]
    share = sum(row["chance"] for row in tenth) / max(sum(row["chance"] for row in rows), 1e-9)
    return (
        f"{counted(len(rows), 'open lead')}. First: {first['contact_id']}, {percent(first['chance'])} likely "
        f"to become a customer. The best tenth holds {percent(share)} of what is expected."
    )
