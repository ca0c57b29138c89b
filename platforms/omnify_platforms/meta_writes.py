"""Meta's writes: one form to one node or edge, but for two creations that take two calls.

An ad is its creative and the ad that shows it; a customer list is made, then filled. The creative is looked
for first by its name, which ends in a digest of what it says: where an earlier attempt got only that far,
it is used and not made again. What is left over from a second call that failed spends nothing and reaches
nobody, and a look does not take it for the whole.
"""

from __future__ import annotations

import json
from dataclasses import replace

from omnify_core.campaigns import EntityRef, Level, Status
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformError, PlatformNotFound, Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AnyLeg,
    AudienceLeg,
    BidLeg,
    BudgetLeg,
    CampaignLeg,
    NameLeg,
    StatusLeg,
    TargetingLeg,
    natural_key,
)
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec
from omnify_platforms import meta_specs as specs
from omnify_platforms.legs import not_offered
from omnify_platforms.meta_graph import META, MetaGraph, account_node, node_id
from omnify_platforms.meta_looks import BIDS, EDGES, Created, MetaLooks, check_ad_set, check_capped
from omnify_platforms.meta_promoted import page_of, pixel_of
from omnify_platforms.meta_targeting import targeting_form, targeting_of
from omnify_platforms.refusals import UNSETTLED
from omnify_platforms.rows import Row, same_currency
from omnify_platforms.transport import Call
from omnify_platforms.units import meta_units

_WORDS = {Status.ENABLED: "ACTIVE", Status.PAUSED: "PAUSED", Status.REMOVED: "DELETED"}
_DELETED = {"status": "DELETED"}
_PARENT = "objective,bid_strategy,daily_budget,lifetime_budget"


class MetaWrites:
    """Everything is read and checked before the first byte of a write leaves."""

    def __init__(self, graph: MetaGraph, looks: MetaLooks) -> None:
        self._graph = graph
        self._looks = looks

    async def dry_run(self, leg: AnyLeg) -> str:
        """By `validate_only` where Meta takes it, else by reading. Raises PlatformRejected, Unsupported."""
        if isinstance(leg, AudienceLeg):
            return await self._rehearsed_audience(leg)
        call = await self._call(leg)
        form = dict(call.form or {}) | {"execution_options": json.dumps(["validate_only"])}
        await self._graph.transport.read(replace(call, form=form))
        what = f"{leg.before} → {leg.after}" if leg.before is not None else f"a new {leg.kind}"
        if isinstance(leg, AdLeg) and leg.after is not None:
            what = "the creative of the new ad"
        if isinstance(leg, CampaignLeg) and leg.after is not None:
            what += " of no special ad category"
        return f"Meta Ads validated {what} (validate_only); nothing was carried out"

    async def write(self, leg: AnyLeg) -> None:
        call = await self._call(leg)
        if isinstance(leg, AdLeg) and leg.after is not None:
            await self._write_ad(leg.ref, leg.after, call)
            return
        made = await self._send(call)
        if isinstance(leg, AudienceLeg) and leg.after is not None and leg.after.members:
            await self._fill(made, leg.ref.account_id, leg.after)

    async def _call(self, leg: AnyLeg) -> Call:
        """The first call of a leg. Raises BadInput, Unsupported, PlatformError: nothing was sent."""
        match leg:
            case BudgetLeg() | StatusLeg() | NameLeg() | BidLeg() | TargetingLeg():
                return _post(f"/{node_id(leg.ref)}", leg.ref, await self._setting(leg))
            case (
                CampaignLeg(after=None) | AdGroupLeg(after=None) | AdLeg(after=None) | AudienceLeg(after=None)
            ):
                return await self._removal(leg)
            case CampaignLeg() | AdGroupLeg() | AdLeg() | AudienceLeg():
                edge = "adcreatives" if isinstance(leg, AdLeg) else EDGES[leg.kind]
                return _post(
                    f"/{account_node(leg.ref.account_id)}/{edge}", leg.ref, await self._creation(leg)
                )
        raise not_offered(META, leg)

    async def _setting(self, leg: BudgetLeg | StatusLeg | NameLeg | BidLeg | TargetingLeg) -> specs.Form:
        match leg:
            case BudgetLeg():
                return await self._budget(leg)
            case StatusLeg():
                return {"status": _WORDS[leg.after]}
            case NameLeg():
                await self._graph.node(leg.ref, "id")
                return {"name": leg.after}
            case BidLeg():
                check_ad_set(leg)
                check_capped(await self._graph.node(leg.ref, BIDS))
                return {"bid_amount": await self._units(leg.after, leg.ref.account_id)}
            case TargetingLeg():
                check_ad_set(leg)
                row = await self._graph.node(leg.ref, "targeting")
                targeting_of(row, None)  # what cannot be read in our words is not written over
                return {"targeting": json.dumps(targeting_form(leg.after, row))}

    async def _budget(self, leg: BudgetLeg) -> specs.Form:
        if leg.ref.level is Level.AD:
            raise Unsupported("Meta Ads has no daily budget on an ad; change its campaign's or ad set's")
        if leg.budget_key != leg.ref.native_id:
            raise BadInput(
                f"budget_key must be {leg.ref.native_id!r}, as it was read, not {leg.budget_key!r}"
            )
        return {"daily_budget": await self._units(leg.after, leg.ref.account_id)}

    async def _creation(self, leg: Created) -> specs.Form:
        match leg.after:
            case CampaignSpec() as spec:
                return specs.campaign_form(spec, await self._units(spec.daily_budget, leg.ref.account_id))
            case AdGroupSpec() as spec:
                return await self._ad_set(leg.ref, spec)
            case AdSpec() as spec:
                specs.check_ad(spec)
                await self._graph.node(leg.ref, "id")
                return specs.creative_form(spec, await page_of(self._graph, leg.ref)).form
            case AudienceSpec() as spec:
                return specs.audience_form(spec)
            case None:
                raise AssertionError("a removal creates nothing")

    async def _ad_set(self, ref: EntityRef, spec: AdGroupSpec) -> specs.Form:
        targeting = {"targeting": json.dumps(targeting_form(spec.targeting))}
        campaign = await self._graph.node(ref, _PARENT)
        money = await self._ad_set_money(ref, spec, campaign)
        goal = specs.goal_of(campaign.text("objective"))
        promoted = ""
        if goal.needs:
            promoted = await (page_of if goal.needs == "page_id" else pixel_of)(self._graph, ref)
        return specs.ad_set_form(spec, ref.native_id, goal, promoted) | targeting | money

    async def _ad_set_money(self, ref: EntityRef, spec: AdGroupSpec, campaign: Row) -> specs.Form:
        """The budget stands on the campaign or on its ad sets, never on both; so does the bid strategy."""
        shared = bool(campaign.count("daily_budget") or campaign.count("lifetime_budget"))
        if shared and spec.daily_budget:
            raise BadInput("daily_budget: the campaign has the budget; leave it out for the ad set")
        if not (shared or spec.daily_budget):
            raise BadInput("daily_budget: the campaign has no budget of its own; name one for the ad set")
        capped = campaign.text("bid_strategy") in specs.CAPPED
        if shared and capped != bool(spec.bid):
            needed = "needs a bid for each ad set" if capped else "bids without a cap; leave the bid out"
            raise BadInput(f"bid: the campaign {needed}")
        form = {}
        if spec.daily_budget:
            form["daily_budget"] = await self._units(spec.daily_budget, ref.account_id)
            form["bid_strategy"] = specs.CAPPED[0] if spec.bid else "LOWEST_COST_WITHOUT_CAP"
        return form | ({"bid_amount": await self._units(spec.bid, ref.account_id)} if spec.bid else {})

    async def _removal(self, leg: Created) -> Call:
        """Found by name, as it was created; what stands below it goes with it."""
        found = await self._looks.find(leg)
        if not found:
            raise PlatformNotFound(
                f"Meta Ads has no {leg.kind} called {natural_key(leg)!r} there; nothing was removed",
                platform=META.value,
            )
        if isinstance(leg, AudienceLeg):
            return Call(method="DELETE", path=f"/{found}", account=leg.ref.account_id)
        return _post(f"/{found}", leg.ref, _DELETED)

    async def _write_ad(self, ref: EntityRef, spec: AdSpec, creative: Call) -> None:
        account = ref.model_copy(update={"level": Level.ACCOUNT})
        name = (creative.form or {})["name"]
        made = await self._graph.named(account, "adcreatives", name) or await self._send(creative)
        form = specs.ad_form(spec, ref.native_id, made)
        await self._send(_post(f"/{account_node(ref.account_id)}/ads", ref, form))

    async def _fill(self, audience_id: str, account_id: str, spec: AudienceSpec) -> None:
        form = specs.members_form(spec)
        call = Call(method="POST", path=f"/{audience_id}/users", account=account_id, form=form)
        try:
            reply = Row(META, await self._graph.transport.write(call))
        except PlatformError as error:
            # The list is there, so this is no plain refusal.
            raise OutcomeUnknown(
                f"Meta Ads made the customer list {audience_id}, but it was not filled: {error}",
                platform=META.value,
                request_id=error.request_id,
            ) from error
        if reply.raw("num_received") is None:
            raise _unconfirmed()

    async def _rehearsed_audience(self, leg: AudienceLeg) -> str:
        """Meta has no `validate_only` for customer lists."""
        await self._call(leg)
        if leg.after is None:
            return f"Meta Ads has the customer list {leg.name!r} (read); nothing was carried out"
        if await self._looks.find(leg):
            raise BadInput(f"name: Meta Ads has a customer list called {leg.after.name!r} already")
        return f"Meta Ads has no customer list called {leg.after.name!r} (read); nothing was carried out"

    async def _send(self, call: Call) -> str:
        """The id of what was created, '' where nothing was. Raises OutcomeUnknown without a clear yes."""
        reply = Row(META, await self._graph.transport.write(call))
        if reply.raw("success") is True:
            return ""
        if str(reply.raw("id") or "").isdigit():
            return reply.id("id")
        raise _unconfirmed()

    async def _units(self, money: Money, account_id: str) -> str:
        same_currency(money, await self._graph.currency(account_id), account_id=account_id)
        return str(meta_units(money))


def _post(path: str, ref: EntityRef, form: specs.Form) -> Call:
    return Call(method="POST", path=path, account=ref.account_id, form=form)


def _unconfirmed() -> OutcomeUnknown:
    return OutcomeUnknown(f"Meta Ads answered without confirming. {UNSETTLED}", platform=META.value)
