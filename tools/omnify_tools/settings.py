"""Proposals about what campaigns, ad groups and ads are called, bid, and are shown to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from omnify_core.campaigns import AdGroup, Campaign, Status
from omnify_core.errors import BadInput
from omnify_core.legs import BidLeg, FieldLeg, NameLeg, TargetingLeg
from omnify_core.money import Money
from omnify_core.specs import Gender, Targeting
from omnify_guardrails.wanted import WantedStatus
from omnify_tools.budgets import changed_by, propose_change
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.entities import currency_of, find_entity, standing
from omnify_tools.tables import ProposalCard
from omnify_tools.untrusted import clean, quoted

ANY = {"any", "all", "none", "everybody"}


@tool(Effect.PROPOSE)
async def propose_name(ctx: Ctx, entity_id: str, name: str) -> ProposalCard:
    """Propose to rename a campaign, ad group or ad; a person decides.

    Args:
        entity_id: E.g. "meta:1201" or the id of an ad group or ad; a campaign also by unambiguous name.
        name: The new name.
    """
    found = await find_entity(ctx.context, entity_id)
    leg = NameLeg(ref=found.ref, name=found.name, after=words(name, "name"))
    return await propose_legs(ctx, [leg], title=f"Rename {_short(found.name)} to {clean(name, length=60)}")


@tool(Effect.PROPOSE)
async def propose_bid(ctx: Ctx, entity_id: str, amount: str) -> ProposalCard:
    """Propose a new bid, the most that is paid per click, for an ad group or campaign; a person decides.

    Args:
        entity_id: The ad group's id as list_ad_groups prints it; a campaign where bids sit on campaigns.
        amount: In the account's currency, e.g. "1.20"; or a change with its sign: "+10%", "-0.15".
    """
    found = await find_entity(ctx.context, entity_id)
    currency = await currency_of(ctx.context, found.ref)
    wish = BidLeg(ref=found.ref, name=found.name, after=Money(1, currency))
    now = await standing(ctx.context, wish)
    after = changed_by(
        amount, now if isinstance(now, Money) else None, currency, what=f"the bid of {found.id}"
    )
    leg = wish.model_copy(update={"after": after})
    return await propose_legs(ctx, [leg], title=f"Set the bid of {_short(found.name)} to {after}")


@tool(Effect.PROPOSE)
async def propose_targeting(
    ctx: Ctx,
    entity_id: str,
    countries: str,
    excluded_countries: str,
    languages: str,
    ages: str,
    genders: str,
    audiences: str,
    excluded_audiences: str,
) -> ProposalCard:
    """Propose who may see the ads of a campaign or ad group; what is left empty stays as it is.

    Args:
        entity_id: A campaign or ad group, by id; a campaign also by unambiguous name.
        countries: ISO codes separated by ";", e.g. "US; CA"; "any" lifts the restriction.
        excluded_countries: As countries.
        languages: ISO codes such as "en; de"; "any" for all.
        ages: E.g. "25-54" or "18-65"; "any" for all.
        genders: "female", "male" or "any".
        audiences: Audience ids to include, separated by ";"; "any" for none in particular.
        excluded_audiences: Audience ids to leave out, separated by ";".
    """
    found = await find_entity(ctx.context, entity_id)
    if not isinstance(found, Campaign | AdGroup):
        raise BadInput(f"{found.id} is an ad; targeting is set on its ad group, {found.ad_group_id}")
    wish = TargetingLeg(ref=found.ref, name=found.name, after=Targeting())
    now = await standing(ctx.context, wish)
    lists = {
        "countries": codes(countries, r"[A-Z]{2}", "countries", upper=True),
        "excluded_countries": codes(excluded_countries, r"[A-Z]{2}", "excluded_countries", upper=True),
        "languages": codes(languages, r"[a-z]{2}", "languages"),
        "audiences": codes(audiences, r"[\w:.-]+", "audiences", keep=True),
        "excluded_audiences": codes(excluded_audiences, r"[\w:.-]+", "excluded_audiences", keep=True),
        "genders": _genders(genders),
    }
    change = {name: value for name, value in lists.items() if value is not None} | _ages(ages)
    if not change:
        raise BadInput("say what to change: countries, languages, ages, genders or audiences")
    base = now if isinstance(now, Targeting) else Targeting()
    after = Targeting.model_validate(base.model_dump() | change)
    leg = wish.model_copy(update={"after": after})
    return await propose_legs(ctx, [leg], title=f"Change who sees {_short(found.name)}")


@tool(Effect.PROPOSE)
async def propose_removal(ctx: Ctx, entity_id: str) -> ProposalCard:
    """Propose to remove a campaign, ad group or ad for good, which cannot be undone; pausing can.

    Args:
        entity_id: By id; a campaign also by unambiguous name.
    """
    found = await find_entity(ctx.context, entity_id)
    wanted = WantedStatus(entity_id=found.id, status=Status.REMOVED)
    warning = "Removing cannot be undone on any platform; pausing stops it as well and can."
    return await propose_change(
        ctx, [wanted], title=f"Remove {_short(found.name)} for good", touched=[], warnings=[warning]
    )


async def propose_legs(
    ctx: Ctx, legs: Sequence[FieldLeg], *, title: str, warnings: Sequence[str] = ()
) -> ProposalCard:
    return await propose_change(ctx, list(legs), title=title, touched=[], warnings=warnings)


def listed(text: str) -> list[str]:
    """Parts separated by ";" or line breaks, without blanks and repetitions."""
    parts = (part.strip() for part in text.replace("\n", ";").split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def codes(
    text: str, pattern: str, field: str, *, upper: bool = False, keep: bool = False
) -> tuple[str, ...] | None:
    """None where nothing was said, () where the restriction is lifted."""
    if not text.strip():
        return None
    if text.strip().lower() in ANY:
        return ()
    parts = listed(text.replace(",", ";"))
    codes = parts if keep else [part.upper() if upper else part.lower() for part in parts]
    if wrong := [code for code in codes if not re.fullmatch(pattern, code)]:
        shape = "US or DE" if upper else "en or de" if not keep else "an id as list_audiences prints it"
        raise BadInput(f"{field}: {wrong[0]!r} is not a code such as {shape}")
    return tuple(sorted(codes))


def _genders(text: str) -> tuple[Gender, ...] | None:
    key = text.strip().lower()
    if not key:
        return None
    if key in ANY or key in {"female; male", "male; female", "both"}:
        return ()
    try:
        return (Gender({"women": "female", "men": "male"}.get(key, key)),)
    except ValueError as error:
        raise BadInput(f"genders must be female, male or any, not {text!r}") from error


def _ages(text: str) -> dict[str, int | None]:
    key = text.strip().lower()
    if not key:
        return {}
    if key in ANY:
        return {"age_min": None, "age_max": None}
    found = re.fullmatch(r"(\d{2})\s*(?:-|to|–)\s*(\d{2})\+?", key) or re.fullmatch(r"(\d{2})\+()", key)
    if not found:
        raise BadInput(f"ages must be a span such as 25-54, not {text!r}")
    low, high = int(found[1]), int(found[2] or 65)
    if not 13 <= low <= high <= 65:
        raise BadInput(f"ages run from 13 to 65 (which means 65 and above), not {text!r}")
    return {"age_min": low, "age_max": high}


def words(text: str, field: str) -> str:
    plain = clean(text, length=255)
    if not plain:
        raise BadInput(f"{field} must not be empty")
    return plain


def _short(name: str) -> str:
    return quoted(name, length=60)
