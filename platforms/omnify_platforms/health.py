"""Whether a connection works, found out the way that its users would: by listing its accounts."""

from __future__ import annotations

from omnify_core.business_ports import BusinessPlatform
from omnify_core.clock import Clock
from omnify_core.errors import PlatformError, ReconnectNeeded
from omnify_core.platform_ports import AdPlatform, Health


async def health_of(ads: AdPlatform | BusinessPlatform, clock: Clock) -> Health:
    """Says what is wrong instead of raising it."""
    try:
        count = len(await ads.accounts())
    except PlatformError as error:
        return Health(
            platform=ads.platform,
            ok=False,
            message=str(error),
            checked_at=clock.now(),
            needs_person=isinstance(error, ReconnectNeeded),
        )
    message = f"{ads.platform.label} answers; {count} account(s) reachable"
    if not count:
        message = f"{ads.platform.label} answers but shows no account; give the connected user access to one"
    return Health(platform=ads.platform, ok=count > 0, message=message, checked_at=clock.now())
