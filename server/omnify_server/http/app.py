"""The HTTP application: routes over services, the built front end, and the work in the background."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from omnify_core.errors import NotFound
from omnify_server.background import background_work
from omnify_server.http.headers import ReplyHeaders
from omnify_server.http.problems import install_problems
from omnify_server.http.routes.approvals import approvals
from omnify_server.http.routes.auth import auth
from omnify_server.http.routes.business import business_routes
from omnify_server.http.routes.campaigns import campaigns
from omnify_server.http.routes.chat import chat
from omnify_server.http.routes.delegations import delegations
from omnify_server.http.routes.experts import experts
from omnify_server.http.routes.integrations import integration_routes
from omnify_server.http.routes.memory import memories
from omnify_server.http.routes.mfa import mfa
from omnify_server.http.routes.models import models
from omnify_server.http.routes.policy import policy_routes
from omnify_server.http.routes.preferences import preferences
from omnify_server.http.routes.system import system
from omnify_server.http.routes.timeline import timeline
from omnify_server.http.routes.value import value
from omnify_server.http.routes.webhooks import webhook_routes
from omnify_server.http.sandbox_proxy import sandbox_proxy
from omnify_server.services import Services, open_services
from omnify_server.settings import Settings
from omnify_server.version import VERSION

_HERE = Path(__file__).resolve()
_STATIC = (_HERE.parents[1] / "static", _HERE.parents[3] / "chat_ui" / "dist")

Ready = Callable[[Services], Awaitable[None]]


def create_app(settings: Settings, on_ready: Ready | None = None) -> FastAPI:
    """`on_ready` runs once everything is open, before the first request is served."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_services(settings, lasting=True) as services:
            app.state.services = services
            if on_ready is not None:
                await on_ready(services)
            async with background_work(services):
                yield

    app = FastAPI(title="OmniFy Cloud Connect", version=VERSION, lifespan=lifespan)
    install_problems(app)
    app.add_middleware(ReplyHeaders)
    for router in (
        system,
        auth,
        chat,
        approvals,
        delegations,
        value,
        campaigns,
        integration_routes,
        memories,
        mfa,
        models,
        policy_routes,
        preferences,
        timeline,
        experts,
        webhook_routes,
        business_routes,
        sandbox_proxy,
    ):
        app.include_router(router)
    _serve_front_end(app)
    return app


def _serve_front_end(app: FastAPI) -> None:
    built = next((folder for folder in _STATIC if (folder / "index.html").exists()), None)
    if built is None:
        return
    app.mount("/assets", StaticFiles(directory=built / "assets"), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    async def front_end(path: str) -> FileResponse:
        """A file of the build, else the shell: the browser's router knows the page."""
        if path.startswith(("api/", "sandbox/")):
            raise NotFound(f"there is no {path!r} here; see /docs")
        file = (built / path).resolve()
        found = bool(path) and file.is_file() and file.is_relative_to(built)
        headers = {} if found else {"Cache-Control": "no-cache"}
        return FileResponse(file if found else built / "index.html", headers=headers)
