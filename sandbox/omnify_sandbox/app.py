"""The sandbox market as one ASGI application."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import Advertiser
from omnify_sandbox.advertisers import ADVERTISERS
from omnify_sandbox.business.people import People
from omnify_sandbox.business.webhooks import Outbox
from omnify_sandbox.config import SandboxConfig
from omnify_sandbox.control import ControlRoutes
from omnify_sandbox.faults import FaultPlan, Faulty, Refuse
from omnify_sandbox.gohighlevel import errors as gohighlevel_errors
from omnify_sandbox.gohighlevel.routes import HighLevelRoutes
from omnify_sandbox.google import errors as google_errors
from omnify_sandbox.google.access import GoogleAccess
from omnify_sandbox.google.routes import GoogleRoutes
from omnify_sandbox.linkedin import errors as linkedin_errors
from omnify_sandbox.linkedin.access import LinkedInAccess
from omnify_sandbox.linkedin.routes import LinkedInRoutes
from omnify_sandbox.market import Market
from omnify_sandbox.meta import errors as meta_errors
from omnify_sandbox.meta.access import MetaAccess
from omnify_sandbox.meta.routes import MetaRoutes
from omnify_sandbox.shopify import errors as shopify_errors
from omnify_sandbox.shopify.routes import ShopifyRoutes
from omnify_sandbox.stripe import errors as stripe_errors
from omnify_sandbox.stripe.routes import StripeRoutes
from omnify_sandbox.tiktok import errors as tiktok_errors
from omnify_sandbox.tiktok.access import TikTokAccess
from omnify_sandbox.tiktok.routes import TikTokRoutes
from omnify_sandbox.wire import json_response, root_url
from omnify_sandbox.youtube import errors as youtube_errors
from omnify_sandbox.youtube.routes import YouTubeRoutes


def create_sandbox(config: SandboxConfig) -> Starlette:
    """Every platform under its own prefix, control under `/_control`; `app.state.market` is the market.

    The other advertisers' stand the same way, each below its name; they open when they are first asked for.
    """
    market = Market(config)
    app = app_of(market, page_rows=config.page_rows)
    for advertiser in ADVERTISERS:
        if advertiser.slug:
            app.routes.append(Mount(f"/{advertiser.slug}", Sister(config, market, advertiser)))
    return app


class Sister:
    """Another advertiser's sandbox: a world and a log of its own, and the same clock."""

    def __init__(self, config: SandboxConfig, first: Market, advertiser: Advertiser) -> None:
        self._config = config
        self._first = first
        self._advertiser = advertiser

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    @cached_property
    def app(self) -> Starlette:
        path = self._config.path
        own = path.with_name(f"{path.stem}-{self._advertiser.slug}{path.suffix}") if path else None
        config = replace(self._config, path=own, today=self._first.first_today)
        market = Market(config, self._advertiser, self._first.time)
        return app_of(market, page_rows=config.page_rows)


def app_of(market: Market, *, page_rows: int) -> Starlette:
    """The same over one market that stands already."""
    plan = FaultPlan(market.seed)
    people, outbox = People(market), Outbox(plan)
    video_access = GoogleAccess(market, plan, Platform.YOUTUBE)
    routes = {
        Platform.GOOGLE: GoogleRoutes(market, GoogleAccess(market, plan), page_rows).routes(),
        Platform.META: MetaRoutes(market, MetaAccess(market, plan)).routes(),
        Platform.LINKEDIN: LinkedInRoutes(market, LinkedInAccess(market, plan)).routes(),
        Platform.TIKTOK: TikTokRoutes(market, TikTokAccess(market, plan)).routes(),
        Platform.YOUTUBE: YouTubeRoutes(market, video_access, page_rows).routes(),
        Platform.GOHIGHLEVEL: HighLevelRoutes(market, plan, people, outbox).routes(),
        Platform.SHOPIFY: ShopifyRoutes(market, plan, people, outbox).routes(),
        Platform.STRIPE: StripeRoutes(market, plan, people, outbox).routes(),
    }
    app = Starlette(
        routes=[
            Route("/", _index),
            *(_mounted(name, routes[name], plan) for name in market.advertiser.platforms),
            Mount("/_control", routes=ControlRoutes(market, plan, outbox).routes()),
        ]
    )
    app.state.market = market
    app.state.faults = plan
    app.state.outbox = outbox
    return app


_REFUSALS: dict[Platform, Refuse] = {
    Platform.GOOGLE: google_errors.refuse,
    Platform.META: meta_errors.refuse,
    Platform.LINKEDIN: linkedin_errors.refuse,
    Platform.TIKTOK: tiktok_errors.refuse,
    Platform.YOUTUBE: youtube_errors.refuse,
    Platform.GOHIGHLEVEL: gohighlevel_errors.refuse,
    Platform.SHOPIFY: shopify_errors.refuse,
    Platform.STRIPE: stripe_errors.refuse,
}


def _mounted(platform: Platform, own: list[Route], plan: FaultPlan) -> Mount:
    """A platform below its prefix, where faults may meet it."""
    faulty = Faulty(Starlette(routes=own), platform.value, plan, _REFUSALS[platform])
    return Mount(f"/{platform.slug}", faulty)


async def _index(request: Request) -> Response:
    base = root_url(request)
    return json_response(
        200,
        {
            "google_ads": f"{base}/google-ads/v26",
            "google_token": f"{base}/google-ads/token",
            "meta_ads": f"{base}/meta-ads/v26.0",
            "linkedin_ads": f"{base}/linkedin-ads/rest",
            "linkedin_token": f"{base}/linkedin-ads/oauth/v2/accessToken",
            "tiktok_ads": f"{base}/tiktok-ads/open_api/v1.3",
            "tiktok_token": f"{base}/tiktok-ads/open_api/v1.3/oauth2/access_token/",
            "youtube_ads": f"{base}/youtube-ads/v26",
            "youtube_data": f"{base}/youtube-ads/youtube/v3",
            "youtube_analytics": f"{base}/youtube-ads/v2",
            "youtube_token": f"{base}/youtube-ads/token",
            "gohighlevel": f"{base}/gohighlevel",
            "shopify": f"{base}/shopify/admin/api/2026-10/graphql.json",
            "stripe": f"{base}/stripe",
            "control": f"{base}/_control",
        },
    )
