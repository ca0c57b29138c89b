"""The demo's first tenant: a software maker that sells through leads, trials and a sales team."""

from __future__ import annotations

from collections.abc import Mapping

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import Account, Advertiser, Manager, Trade
from omnify_sandbox.advertisers import techflow as main
from omnify_sandbox.advertisers import techflow_more as more

_GOODS = (
    *(("Desk pad", 3_490), ("Planner", 2_790), ("Focus timer", 4_190), ("Notebook set", 1_990)),
    *(("Pen roll", 1_490), ("Cable kit", 2_490), ("Laptop stand", 5_490), ("Mug", 1_290)),
    *(("Tote", 1_890), ("Poster", 1_590), ("Sticker pack", 990), ("Hoodie", 5_990)),
)


def _held(named: Mapping[str, str]) -> tuple[Account, ...]:
    return tuple(Account(id_, name, main.TECHFLOW) for id_, name in named.items())


SAAS = Advertiser(
    slug="",
    name="TechFlow",
    zone="America/New_York",
    brands=(main.TECHFLOW,),
    accounts={
        Platform.GOOGLE: _held(main.GOOGLE_CUSTOMERS),
        Platform.META: _held(main.META_ACCOUNTS),
        Platform.LINKEDIN: _held(more.LINKEDIN_ACCOUNTS),
        Platform.TIKTOK: _held(more.TIKTOK_ADVERTISERS),
        Platform.YOUTUBE: _held(more.YOUTUBE_CUSTOMERS),
    },
    plans={
        Platform.GOOGLE: main.GOOGLE_PLANS,
        Platform.META: main.META_PLANS,
        Platform.LINKEDIN: more.LINKEDIN_PLANS,
        Platform.TIKTOK: more.TIKTOK_PLANS,
        Platform.YOUTUBE: more.YOUTUBE_PLANS,
    },
    trade=Trade(
        line="Workspace",
        currency="USD",
        one_in=30.0,
        organic_a_day=1.5,
        shop_domain="techflow-store.myshopify.com",
        goods=_GOODS,
        order=6_000,
        plans=(("Starter", 4_900), ("Team", 19_900), ("Business", 49_900)),
        subscribing_share=0.62,
        trial_days=14,
    ),
    business=(Platform.GOHIGHLEVEL, Platform.SHOPIFY, Platform.STRIPE),
    managers={
        Platform.GOOGLE: Manager(main.GOOGLE_MANAGER, "TechFlow (manager)"),
        Platform.YOUTUBE: Manager(more.YOUTUBE_MANAGER, "TechFlow Video (manager)"),
    },
    channel=more.YOUTUBE_CHANNEL,
    organization=more.LINKEDIN_ORGANIZATION,
)
