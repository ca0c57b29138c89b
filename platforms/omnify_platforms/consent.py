"""Consent: what differs when a person lets us in, platform by platform (OAuth2 as each has it).

An app is what its platform gave us when we registered: its id, its secret, and a few more names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from omnify_core.campaigns import Platform
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Call

App = Mapping[str, str]
Grant = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """`{shop}` in the addresses stands for the shop that is connected.

    `id_name` and `secret_name` are the app's, as stored, and as sent for tokens unless `sent_as` renames
    them; the page on which the person says yes knows the id as `asks_as`.
    `also` are further names of the app that its adapter needs. `lengthen` asks for a token that lasts.
    `revocation` is None where the platform has no way to give a token back.
    """

    platform: Platform
    authorize_url: str
    token_url: str
    base_url: str
    scopes: tuple[str, ...] = ()
    separator: str = " "
    id_name: str = "client_id"
    secret_name: str = "client_secret"  # noqa: S105 - a name
    also: tuple[str, ...] = ()
    asks_as: str = "client_id"
    asked: Mapping[str, str] = field(default_factory=dict)
    code_name: str = "code"
    has_pkce: bool = False
    sent_as: Mapping[str, str] = field(default_factory=dict)
    exchanged: Mapping[str, str] = field(default_factory=lambda: {"grant_type": "authorization_code"})
    sends_redirect: bool = True
    is_json: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    grant_of: Callable[[Grant], Grant] = lambda reply: reply
    kept: tuple[str, ...] = ()
    lengthen: Callable[[Connection], Call] | None = None
    revocation: Callable[[Connection], Call] | None = None
    check: Callable[[App, Mapping[str, str], datetime], None] | None = None
    """Whether an answer is the platform's own. Raises PlatformForbidden."""

    @property
    def needs_shop(self) -> bool:
        return "{shop}" in self.authorize_url

    @property
    def app_names(self) -> tuple[str, ...]:
        return (self.id_name, self.secret_name, *self.also)

    def question(self, app: App, *, state: str, redirect_uri: str, challenge: str) -> dict[str, str]:
        """The query of the page on which the person says yes."""
        query = {self.asks_as: app[self.id_name], "redirect_uri": redirect_uri, "state": state}
        query |= {"scope": self.separator.join(self.scopes)} if self.scopes else {}
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"} if self.has_pkce else {}
        return query | dict(self.asked)

    def exchange(self, app: App, code: str, *, redirect_uri: str, verifier: str, url: str) -> Call:
        """The call that turns the code into tokens; a code is good once, so it is sent once."""
        values = {self.id_name: app[self.id_name], self.secret_name: app[self.secret_name]}
        values |= {self.code_name: code} | dict(self.exchanged)
        values |= {"redirect_uri": redirect_uri} if self.sends_redirect else {}
        values |= {"code_verifier": verifier} if self.has_pkce else {}
        sent = {self.sent_as.get(name, name): value for name, value in values.items() if value}
        if self.is_json:
            return Call(method="POST", path=url, body=sent, headers=self.headers)
        return Call(method="POST", path=url, form=sent, headers=self.headers)
