"""The sandbox market as one ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from omnify_core.campaigns import Platform
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
from omnify_sandbox.wire import json_response
from omnify_sandbox.youtube import errors as youtube_errors
from omnify_sandbox.youtube.routes import YouTubeRoutes


def create_sandbox(config: SandboxConfig) -> Starlette:
    """Every platform under its own prefix, control under `/_control`; `app.state.market` is the market."""
    return app_of(Market(config), page_rows=config.page_rows)


def app_of(market: Market, *, page_rows: int) -> Starlette:
    """The same over a market that stands already."""
    plan = FaultPlan(market.seed)
    people, outbox = People(market), Outbox(plan)
    video_access = GoogleAccess(market, plan, Platform.YOUTUBE)
    routes = {
        "google": GoogleRoutes(market, GoogleAccess(market, plan), page_rows).routes(),
        "meta": MetaRoutes(market, MetaAccess(market, plan)).routes(),
        "linkedin": LinkedInRoutes(market, LinkedInAccess(market, plan)).routes(),
        "tiktok": TikTokRoutes(market, TikTokAccess(market.seed, plan)).routes(),
        "youtube": YouTubeRoutes(market, video_access, page_rows).routes(),
        "gohighlevel": HighLevelRoutes(market, plan, people, outbox).routes(),
        "shopify": ShopifyRoutes(market, plan, people, outbox).routes(),
        "stripe": StripeRoutes(market, plan, people, outbox).routes(),
    }
    app = Starlette(
        routes=[
            Route("/", _index),
            *(_mounted(name, own, plan) for name, own in routes.items()),
            Mount("/_control", routes=ControlRoutes(market, plan, outbox).routes()),
        ]
    )
    app.state.market = market
    app.state.faults = plan
    app.state.outbox = outbox
    return app


_REFUSALS: dict[str, Refuse] = {
    "google": google_errors.refuse,
    "meta": meta_errors.refuse,
    "linkedin": linkedin_errors.refuse,
    "tiktok": tiktok_errors.refuse,
    "youtube": youtube_errors.refuse,
    "gohighlevel": gohighlevel_errors.refuse,
    "shopify": shopify_errors.refuse,
    "stripe": stripe_errors.refuse,
}


def _mounted(name: str, own: list[Route], plan: FaultPlan) -> Mount:
    """A platform below its prefix, where faults may meet it."""
    return Mount(f"/{Platform(name).slug}", Faulty(Starlette(routes=own), name, plan, _REFUSALS[name]))


async def _index(request: Request) -> Response:
    base = str(request.base_url).rstrip("/")
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
