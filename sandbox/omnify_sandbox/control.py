"""The judge's door: clock, log of effective writes, faults, and edits made in the platforms' own UI."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import httpx
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, NotFound, OmnifyError
from omnify_core.money import Money
from omnify_sandbox.book import Change, Key
from omnify_sandbox.business.webhooks import Outbox
from omnify_sandbox.catalog import Campaign
from omnify_sandbox.faults import Fault, FaultPlan
from omnify_sandbox.market import Market
from omnify_sandbox.response import Form
from omnify_sandbox.stage import Stage
from omnify_sandbox.truth import shown_response
from omnify_sandbox.wire import json_response, new_request_id
from omnify_sandbox.world import World

_LOOPBACK = {"127.0.0.1", "::1", "localhost", "testclient", ""}
_STATUSES = ("enabled", "paused", "removed", "archived")


class ControlRoutes:
    """All routes but none of the platforms' credentials: they want the control token, from this machine."""

    def __init__(self, market: Market, plan: FaultPlan, outbox: Outbox) -> None:
        self._market = market
        self._outbox = outbox
        self._plan = plan
        self._credentials = market.credentials

    def routes(self) -> list[Route]:
        return [
            Route("/credentials", self._guarded(self._show_credentials), methods=["GET"]),
            Route("/clock", self._guarded(self._clock), methods=["GET"]),
            Route("/advance", self._guarded(self._advance), methods=["POST"]),
            Route("/writes", self._guarded(self._writes), methods=["GET"]),
            Route("/ui-edit", self._guarded(self._ui_edit), methods=["POST"]),
            Route("/faults", self._guarded(self._faults), methods=["GET", "POST", "DELETE"]),
            Route("/truth", self._guarded(self._truth), methods=["GET"]),
            Route("/response", self._guarded(self._response), methods=["GET"]),
            Route("/webhooks", self._guarded(self._webhooks), methods=["GET", "POST"]),
        ]

    def _guarded(
        self, handler: Callable[[Request], Awaitable[Any]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            host = request.client.host if request.client else ""
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if host not in _LOOPBACK:
                return json_response(403, {"error": "control is for this machine only"})
            if not hmac.compare_digest(token.encode(), self._credentials["control_token"].encode()):
                return json_response(401, {"error": "send the control token as Authorization: Bearer …"})
            try:
                return json_response(200, await handler(request))
            except OmnifyError as error:
                return json_response(error.http_status, {"error": str(error)})

        return endpoint

    async def _show_credentials(self, _request: Request) -> Any:
        return self._credentials

    async def _clock(self, _request: Request) -> Any:
        return {"now": self._market.now().isoformat(), "today": self._market.today().isoformat()}

    async def _advance(self, request: Request) -> Any:
        days = (await _body(request)).get("days")
        if isinstance(days, bool) or not isinstance(days, int | float):
            raise BadInput(f"days must be a number, not {days!r}")
        return {"now": self._market.advance(days).isoformat(), "today": self._market.today().isoformat()}

    async def _writes(self, request: Request) -> Any:
        after = request.query_params.get("after", "0")
        if not after.isdigit():
            raise BadInput(f"after must be a sequence number, not {after!r}")
        writes = self._market.journal.writes
        return {"items": [asdict(write) for write in writes[int(after) :]], "last": len(writes)}

    async def _ui_edit(self, request: Request) -> Any:
        body = await _body(request)
        if not set(body) <= {"platform", "campaign_id", "daily_budget", "status"}:
            raise BadInput("an edit has platform, campaign_id, and daily_budget or status")
        stage = self._stage(body.get("platform"))
        campaign = next(
            (
                c
                for c in stage.catalog.campaigns
                if c.id == str(body.get("campaign_id")) and c.platform.value == body.get("platform")
            ),
            None,
        )
        if campaign is None:
            raise NotFound(f"no campaign {body.get('campaign_id')!r} on {body.get('platform')!r}")
        changes = []
        if "daily_budget" in body:
            budget = Money.parse(str(body["daily_budget"]), campaign.currency)
            if budget.minor <= 0:
                raise BadInput("daily_budget must be above 0")
            changes.append(Change(Key("budget", campaign.budget.id, "daily_budget"), budget.minor))
        if "status" in body:
            if body["status"] not in _STATUSES:
                raise BadInput(f"status must be one of {_STATUSES}, not {body['status']!r}")
            changes.append(Change(Key("campaign", campaign.id, "status"), body["status"]))
        if not changes:
            raise BadInput("an edit changes daily_budget or status")
        stage.commit(changes, request_id=new_request_id(), origin="ui")
        return {"items": [asdict(write) for write in self._market.journal.writes[-len(changes) :]]}

    async def _faults(self, request: Request) -> Any:
        if request.method == "DELETE":
            self._plan.faults.clear()
        if request.method == "POST":
            body = await _body(request)
            raw = body.get("faults", [body] if "kind" in body else [])
            self._plan.faults += [Fault.read(item) for item in raw]
            if body.get("clear"):
                self._plan.faults = [Fault.read(item) for item in raw]
        return {"faults": [asdict(fault) for fault in self._plan.faults]}

    async def _response(self, request: Request) -> Any:
        """Of one campaign: what each `spend` in USD truly brings on the open day, in expectation."""
        asked = request.query_params
        stage = self._stage(asked.get("platform"))
        return shown_response(stage, asked.get("campaign_id", ""), asked.get("spend", ""))

    async def _webhooks(self, request: Request) -> Any:
        """GET: what waits. POST: sends it, and says what each receiver answered.

        A body of `platform` and `url` sets where an app's webhooks go instead (GoHighLevel, Shopify).
        """
        if request.method == "GET":
            waiting = self._outbox.waiting
            return {"waiting": [{"platform": n.platform, "topic": n.topic, "url": n.url} for n in waiting]}
        body = await _body(request)
        if body:
            if set(body) != {"platform", "url"} or body["platform"] not in ("gohighlevel", "shopify"):
                raise BadInput("give platform (gohighlevel or shopify) and url, or no body to send")
            self._outbox.addresses[body["platform"]] = str(body["url"])
            return {"addresses": self._outbox.addresses}
        async with httpx.AsyncClient(timeout=10.0) as http:
            sent = await self._outbox.send(http, self._market.now())
        return {"sent": [delivery._asdict() for delivery in sent]}

    def _stage(self, platform: Any) -> Stage:
        return self._market.on(Platform(platform)) if platform in list(Platform) else self._market

    async def _truth(self, request: Request) -> Any:
        """What no platform tells: each campaign's response, each ad's wear, and the shocks of today.

        Of all, or of the `platform` that the query names.
        """
        stage = self._stage(request.query_params.get("platform"))
        world, catalog = stage.world, stage.catalog
        day = stage.today()
        stage.figures(day, day)
        return {
            "campaigns": [_response(world, campaign) for campaign in catalog.campaigns],
            "ads": [
                {
                    "id": ad.id,
                    "campaign_id": ad.campaign.id,
                    "exposures": round(float(world.exposures()[ad.index]), 4),
                    "drop_at_four": round(float(world.traits.wear.drop_at_four[ad.index]), 4),
                }
                for ad in catalog.ads
            ],
            "shocks": [
                {"campaign_id": world.catalog.campaigns[shock.campaign].id, "kind": shock.kind}
                for shock in world.shocks.active(day.toordinal())
                if world.catalog.campaigns[shock.campaign] in catalog.campaigns
            ],
        }


def _response(world: World, campaign: Campaign) -> dict[str, Any]:
    """Money in USD a day; rates are those at the reference spend. `true_share`: of what is claimed."""
    t, place = world.traits, campaign.index
    numbers = {
        "reference_spend": t.reference,
        "capacity": t.capacity,
        "bend": t.curves.bend,
        "slope": t.curves.slope,
        "cpm": t.cpm,
        "ctr": t.ctr,
        "cvr": t.cvr,
        "order_value": t.order_value,
        "true_share": t.true_share,
    }
    shown = {name: round(float(values[place]), 6) for name, values in numbers.items()}
    return {"id": campaign.id, "form": Form(int(t.curves.form[place])).name.lower(), **shown}


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadInput("the body must be JSON") from error
    if not isinstance(body, dict):
        raise BadInput("the body must be a JSON object")
    return body
