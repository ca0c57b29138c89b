"""Pictures of creatives, as the other rooms ask for them."""

from __future__ import annotations

from typing import Protocol


class Pictures(Protocol):
    async def picture(self, address: str) -> bytes:
        """Raises BadInput for an address that may not be asked, PlatformUnavailable without a picture."""
        ...
