"""Where a person lets an app in: each platform's consent page, and the codes that it hands out."""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

_LIFE = timedelta(minutes=10)
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{label} (sandbox)</title>
<body><main><h1>{label} of the sandbox market</h1>
<p>Allow this app to read and change this advertiser's accounts? Nothing here is real.</p>
<form method="post"><button name="answer" value="allow">Allow</button>
<button name="answer" value="deny">Deny</button></form></main></body></html>"""


class _Asked(NamedTuple):
    redirect_uri: str
    challenge: str
    until: datetime


class Codes:
    """Each is good once, for ten minutes, and with the address and the verifier that it was asked with."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._open: dict[str, _Asked] = {}

    def mint(self, redirect_uri: str, challenge: str) -> str:
        code = f"sbx-{secrets.token_urlsafe(24)}"
        self._open[code] = _Asked(redirect_uri, challenge, self._now() + _LIFE)
        return code

    def redeem(self, code: str, *, redirect_uri: str | None, verifier: str = "") -> bool:
        """`redirect_uri` is None where the platform does not ask for it again."""
        asked = self._open.pop(code, None)
        if asked is None or self._now() >= asked.until:
            return False
        if redirect_uri is not None and redirect_uri != asked.redirect_uri:
            return False
        return not asked.challenge or _challenge(verifier) == asked.challenge


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """GET shows it; its form's POST sends the person back to where the app said."""

    label: str
    path: str
    client_id: str
    codes: Codes
    id_name: str = "client_id"
    code_name: str = "code"
    needed: Mapping[str, str] | None = None
    """Parameters with their only allowed value."""
    sign: Callable[[Mapping[str, str]], Mapping[str, str]] = dict
    """Adds what the platform adds to its answer."""

    def route(self) -> Route:
        return Route(self.path, self._answer, methods=["GET", "POST"])

    async def _answer(self, request: Request) -> Response:
        query = dict(request.query_params)
        wrong = self._wrong(query)
        if wrong:
            return HTMLResponse(f"<h1>{html.escape(wrong)}</h1>", status_code=400)
        if request.method == "GET":
            return HTMLResponse(_PAGE.format(label=html.escape(self.label)))
        answer = {"state": query.get("state", "")}
        if (await request.form()).get("answer") == "allow":
            code = self.codes.mint(query["redirect_uri"], query.get("code_challenge", ""))
            answer |= {self.code_name: code}
        else:
            answer |= {"error": "access_denied", "error_description": "The person said no"}
        joint = "&" if urlsplit(query["redirect_uri"]).query else "?"
        return RedirectResponse(
            f"{query['redirect_uri']}{joint}{urlencode(self.sign(answer))}", status_code=302
        )

    def _wrong(self, query: Mapping[str, str]) -> str:
        if query.get(self.id_name) != self.client_id:
            return f"{self.id_name} is not known"
        if not query.get("redirect_uri", "").startswith(("https://", "http://127.0.0.1", "http://localhost")):
            return "redirect_uri must be https, or of this machine"
        for name, value in (self.needed or {}).items():
            if query.get(name) != value:
                return f"{name} must be {value}"
        return "" if query.get("code_challenge_method", "S256") == "S256" else "only S256 is supported"
