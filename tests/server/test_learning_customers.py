"""Customer value and leads learn by themselves: under a cut, refused with a reason, and scored later."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from omnify_core.business import Kind
from omnify_core.business_ports import ImportState
from omnify_core.campaigns import Platform
from omnify_core.learned import Forecast
from omnify_core.people import Tenant
from omnify_server.learning.business import Business, business_until
from omnify_server.learning.customers import learn_leads, learn_value, score_customers
from omnify_server.learning.history import History
from omnify_server.learning.models import filed
from omnify_server.learning.said import Learned
from tests.builders.copilot import NOON, OURS, a_client
from tests.tools.test_customer_models import contacts, deals, orders

CUT = (NOON - timedelta(days=40)).date()


def business() -> Business:
    return Business(ZoneInfo("UTC"), "USD", orders(), contacts(), deals(), {})


def learned_at(cut: date, known: Business) -> History:
    return History(cut, [], [], business=known)


def forecasts(model: str, learned: Learned) -> list[Forecast]:
    def forecast(**said: object) -> Forecast:
        return Forecast(
            tenant_id=OURS,
            model=model,
            version="1",
            made_at=NOON,
            training_cut=CUT,
            first_day=CUT + timedelta(days=1),
            source="daily fit",
            **said,  # type: ignore[arg-type]
        )

    return [filed(said, forecast) for said in learned.said]


def test_what_customers_buy_is_foretold_by_campaign_and_scored_from_the_orders() -> None:
    known = business()
    learned = learn_value(learned_at(CUT, known))
    assert not learned.refused
    assert learned.metrics["customer_rmse"] is not None
    made = forecasts("ltv", learned)
    assert {one.entity_id for one in made} == {"loyal", "once"}
    came = score_customers(made, known)
    for one in made:
        outcome = came[one.id]
        assert isinstance(outcome, float)
        assert one.p10 is not None
        assert one.p90 is not None
        assert one.p10 < one.p90
        # Counted by hand: later orders of those who had bought by the cut.
        first: dict[str, date] = {}
        for order in sorted(known.orders, key=lambda order: order.at):
            first.setdefault(order.customer_id, order.at.date())
        by_hand = sum(
            float(order.total.units)
            for order in known.orders
            if order.first_visit.campaign.casefold() == one.entity_id
            and first[order.customer_id] <= CUT
            and one.first_day <= order.at.date() <= one.last_day
        )
        assert outcome == pytest.approx(by_hand)

    there = {one.customer_id for one in known.orders if one.at.date() <= CUT}
    assert learned.parameters["customers"] == len(there)
    loyal = next(one for one in made if one.entity_id == "loyal")
    outcome = came[loyal.id]
    assert loyal.p10 is not None
    assert loyal.p90 is not None
    assert isinstance(outcome, float)
    assert loyal.p10 * 0.7 < outcome < loyal.p90 * 1.4


def test_open_leads_that_will_be_won_are_foretold_and_counted() -> None:
    known = business()
    learned = learn_leads(learned_at(CUT, known))
    assert not learned.refused
    assert learned.metrics["auc"] is not None
    (made,) = forecasts("leads", learned)
    assert (made.entity_id, made.unit) == ("spring", "conversions")
    outcome = score_customers([made], known)[made.id]
    assert isinstance(outcome, float)
    assert made.p10 is not None
    assert made.p90 is not None
    assert 0 < made.p10 - 3 <= outcome <= made.p90 + 3


def test_nothing_after_the_cut_teaches() -> None:
    whole = business()
    cut_off = Business(
        whole.zone,
        whole.currency,
        [one for one in whole.orders if one.at.date() <= CUT],
        [one for one in whole.contacts if one.at.date() <= CUT],
        [one for one in whole.deals if one.updated_at.date() <= CUT],
        {},
    )
    for learn in (learn_value, learn_leads):
        assert learn(learned_at(CUT, whole)).said == learn(learned_at(CUT, cut_off)).said


def test_too_little_and_nothing_at_all_are_refused_with_a_reason() -> None:
    assert learn_value(learned_at(CUT, Business())).refused == "no shop is connected"
    assert learn_leads(learned_at(CUT, Business())).refused == "no CRM is connected"
    few = Business(ZoneInfo("UTC"), "USD", orders(customers=20), contacts(20), deals(20), {})
    assert "repeat buyers" in learn_value(learned_at(CUT, few)).refused
    assert "insufficient data" in learn_leads(learned_at(CUT, few)).refused
    none = Business(ZoneInfo("UTC"), "USD", [], [], [], {})
    assert learn_value(learned_at(CUT, none)).refused
    assert learn_leads(learned_at(CUT, none)).refused


async def test_an_import_that_does_not_reach_the_cut_is_no_zero() -> None:
    async with a_client() as client:
        store, tenant = (
            client.stores.business,
            Tenant(id=OURS, name="Ours", base_currency="USD", time_zone="UTC"),
        )
        await store.save(OURS, orders())
        state = ImportState(platform=Platform.SHOPIFY, kind=Kind.ORDER, through=NOON)
        await store.save_import(OURS, state)
        there = await business_until(store, tenant, CUT)
        assert "ltv" not in there.missing
        assert len(there.orders) == len(orders())
        assert there.missing["leads"] == "no CRM is connected"
        behind = await business_until(store, tenant, NOON.date())
        assert "not imported up to" in behind.missing["ltv"]
        made = forecasts("ltv", learn_value(learned_at(CUT, there)))
        assert "not imported" in str(score_customers(made, behind)[made[0].id])
