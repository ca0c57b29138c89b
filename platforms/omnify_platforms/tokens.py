"""Access tokens: renewed once for all who wait, and stored before anybody uses them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from omnify_core.clock import Clock
from omnify_core.errors import PlatformError
from omnify_platforms.connections import Connection

_log = logging.getLogger(__name__)

Renew = Callable[[Connection], Awaitable[Connection]]
Keep = Callable[[Connection, Connection], Awaitable[Connection]]
"""Stores the second in place of the first and returns what is in force: the second, or what somebody
else stored meanwhile. Raises ReconnectNeeded where the connection is gone."""


class TokenKeeper:
    """One connection's tokens. `ahead` is how long before its end a token is renewed."""

    def __init__(
        self, connection: Connection, *, renew: Renew, keep: Keep, clock: Clock, ahead: timedelta
    ) -> None:
        self._connection = connection
        self._renew = renew
        self._keep = keep
        self._clock = clock
        self._ahead = ahead
        self._one_at_a_time = asyncio.Lock()
        self._tried_at: datetime | None = None

    async def current(self) -> Connection:
        """With a token that should be accepted now."""
        connection = self._connection
        if not connection.has("access_token"):
            return await self.replace(connection)
        if self._lasts(connection, self._ahead):
            return connection
        if self._lasts(connection, timedelta(0)) and self._tried_lately():
            return connection
        return await self._renew_early(connection)

    async def replace(self, rejected: Connection) -> Connection:
        """With another token than the rejected one; callers that come together share one renewal."""
        async with self._one_at_a_time:
            if _token(self._connection) == _token(rejected):
                self._connection = await self._renewed(rejected)
            if not self._connection.has("access_token"):  # somebody connected anew meanwhile
                self._connection = await self._renewed(self._connection)
            return self._connection

    async def _renewed(self, rejected: Connection) -> Connection:
        self._tried_at = self._clock.now()
        return await self._keep(rejected, await self._renew(rejected))

    def _tried_lately(self) -> bool:
        # A platform that grants less than `ahead` must not be asked before every call.
        return self._tried_at is not None and self._clock.now() - self._tried_at < timedelta(minutes=10)

    async def _renew_early(self, connection: Connection) -> Connection:
        try:
            return await self.replace(connection)
        except PlatformError as error:
            if not self._lasts(connection, timedelta(0)):
                raise
            _log.warning("the access token that ends at %s was not renewed: %s", connection.expires_at, error)
            return connection

    def _lasts(self, connection: Connection, ahead: timedelta) -> bool:
        return connection.expires_at is None or self._clock.now() + ahead < connection.expires_at


def _token(connection: Connection) -> str:
    return connection.secret("access_token") if connection.has("access_token") else ""
