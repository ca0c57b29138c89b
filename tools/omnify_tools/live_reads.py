"""What is asked of the platforms themselves, account by account, when a question needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from omnify_core.campaigns import AdAccount, Platform
from omnify_core.errors import PlatformError, Unsupported
from omnify_core.platform_ports import AdPlatform
from omnify_tools.context import Copilot

T = TypeVar("T")
MOST_READ = 5_000


@dataclass
class Gathered(Generic[T]):
    """Rows of all accounts that have them, and in words what could not be read."""

    rows: list[T] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


async def gathered(
    copilot: Copilot,
    platform: Platform | None,
    read: Callable[[AdPlatform, AdAccount], AsyncIterator[T]],
) -> Gathered[T]:
    """From every connected platform, or the one named, which then must have it. Raises Unsupported."""
    found: Gathered[T] = Gathered()
    for account in await copilot.market.accounts(copilot.tenant.id):
        adapter = (await copilot.platforms.of(copilot.tenant.id)).get(account.platform)
        if adapter is None or platform not in (None, account.platform):
            continue
        try:
            async for row in read(adapter, account):
                found.rows.append(row)
                if len(found.rows) >= MOST_READ:
                    found.warnings.append(f"Only the first {MOST_READ:,} rows were read; narrow it down.")
                    return found
        except Unsupported:
            if platform is not None:
                raise
        except PlatformError as error:
            found.warnings.append(f"{account.platform.label} could not be read now: {error}")
    return found
