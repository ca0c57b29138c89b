"""The rows of each resource that a query may name in FROM."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from omnify_sandbox.catalog import Campaign, Group
from omnify_sandbox.google.constants import geo_target_constants, language_constants
from omnify_sandbox.google.criteria import criteria_of, shown
from omnify_sandbox.google.lists import jobs, user_lists
from omnify_sandbox.google.objects import GoogleObjects, Values
from omnify_sandbox.google.terms import Span, Term, terms_of


class Found(NamedTuple):
    """An object's values and its parents', and the indices of the ads that count for it. `span`: which
    part of their figures, where not all of them."""

    values: Values
    ads: list[int]
    span: Span | None = None


def of_resource(objects: GoogleObjects, resource: str, customer: str) -> list[Found]:
    builders: dict[str, Callable[[_Rows], list[Found]]] = {
        "customer": _Rows.customer,
        "customer_client": _Rows.customer_client,
        "campaign": _Rows.campaign,
        "campaign_budget": _Rows.campaign_budget,
        "campaign_criterion": _Rows.campaign_criterion,
        "ad_group": _Rows.ad_group,
        "ad_group_ad": _Rows.ad_group_ad,
        "ad_group_criterion": _Rows.ad_group_criterion,
        "search_term_view": _Rows.search_term_view,
        "asset": _Rows.asset,
        "video": _Rows.video,
        "user_list": lambda rows: [Found(one | rows.held, []) for one in user_lists(objects)],
        "offline_user_data_job": lambda rows: [Found(one | rows.held, []) for one in jobs(objects)],
        "geo_target_constant": lambda _: [Found(one, []) for one in geo_target_constants()],
        "language_constant": lambda _: [Found(one, []) for one in language_constants()],
    }
    return builders[resource](_Rows(objects, customer))


class _Rows:
    def __init__(self, objects: GoogleObjects, customer: str) -> None:
        self._objects = objects
        self._customer = customer
        self.held = objects.customer(customer)
        self._ads_in: dict[str, list[int]] = {}
        for ad in objects.market.catalog.ads:
            self._ads_in.setdefault(ad.campaign.id, []).append(ad.index)

    def customer(self) -> list[Found]:
        return [Found(self.held, self._under(self._objects.campaigns))]

    def customer_client(self) -> list[Found]:
        below = self._objects.market.advertiser.customers_of(self._customer)
        clients = (self._objects.customer_client(self._customer, id_) for id_ in (self._customer, *below))
        return [Found(client | self.held, []) for client in clients]

    def campaign(self) -> list[Found]:
        return [
            Found(self._parents(c) | self._objects.campaign_budget(c.budget), self._ads_in.get(c.id, []))
            for c in self._objects.campaigns
        ]

    def campaign_budget(self) -> list[Found]:
        return [
            Found(
                self._objects.campaign_budget(b) | self.held,
                self._under([c for c in self._objects.campaigns if c.budget is b]),
            )
            for b in self._objects.budgets
        ]

    def campaign_criterion(self) -> list[Found]:
        return [
            Found(shown(self._objects, one, "campaign_criterion") | self._parents(one.campaign), [])
            for one in criteria_of(self._objects, self._objects.campaigns)
        ]

    def ad_group(self) -> list[Found]:
        return [
            Found(self._with_campaign(g), [a.index for a in self._objects.ads if a.group is g])
            for g in self._objects.groups
        ]

    def ad_group_ad(self) -> list[Found]:
        return [
            Found(self._objects.ad_group_ad(a) | self._with_campaign(a.group), [a.index])
            for a in self._objects.ads
        ]

    def ad_group_criterion(self) -> list[Found]:
        rows = []
        for one in criteria_of(self._objects, self._objects.groups):
            assert isinstance(one.parent, Group), "criteria of ad groups stand below ad groups"
            values = shown(self._objects, one, "ad_group_criterion")
            rows.append(Found(values | self._with_campaign(one.parent), []))
        return rows

    def search_term_view(self) -> list[Found]:
        return [self._term(group, term) for group in self._objects.groups for term in self._terms(group)]

    def asset(self) -> list[Found]:
        made = [self._objects.asset(ad) for ad in self._objects.videos]
        return [Found(one | self.held, []) for one in [*made, self._objects.logo()]]

    def video(self) -> list[Found]:
        return [
            Found(
                self._objects.video(a) | self._objects.ad_group_ad(a) | self._with_campaign(a.group),
                [a.index],
            )
            for a in self._objects.videos
        ]

    def _terms(self, group: Group) -> list[Term]:
        return terms_of(self._objects, group)

    def _term(self, group: Group, term: Term) -> Found:
        name = f"customers/{self._customer}/searchTermViews/{group.campaign.id}~{group.id}~{term.mark}"
        values = {
            "search_term_view.resource_name": name,
            "search_term_view.search_term": term.text,
            "search_term_view.ad_group": self._objects.group_name(group.id),
            "search_term_view.status": term.status,
        }
        ads = [a.index for a in self._objects.ads if a.group is group]
        return Found(values | self._with_campaign(group), ads, term.span)

    def _with_campaign(self, group: Group) -> Values:
        return self._objects.ad_group(group) | self._parents(group.campaign)

    def _parents(self, campaign: Campaign) -> Values:
        return self._objects.campaign(campaign) | self.held

    def _under(self, campaigns: list[Campaign]) -> list[int]:
        return [index for campaign in campaigns for index in self._ads_in.get(campaign.id, [])]
