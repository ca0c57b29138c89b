"""The clock of the market we act in: the machine's, or the sandbox's, which can be moved ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from omnify_core.errors import PlatformUnavailable


class MarketClock:
    """The machine's time plus the sandbox's lead; `refresh` asks the sandbox anew."""

    def __init__(self) -> None:
        self._lead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._lead

    async def refresh(self, http: httpx.AsyncClient, sandbox_url: str, control_token: str) -> None:
        """Raises PlatformUnavailable where the sandbox does not answer."""
        try:
            reply = await http.get(
                f"{sandbox_url}/_control/clock", headers={"Authorization": f"Bearer {control_token}"}
            )
            reply.raise_for_status()
        except httpx.HTTPError as error:
            raise PlatformUnavailable(
                f"the sandbox market at {sandbox_url} does not answer; is it running?"
            ) from error
        self._lead = datetime.fromisoformat(reply.json()["now"]) - datetime.now(UTC)
