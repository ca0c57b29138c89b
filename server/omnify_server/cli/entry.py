"""What the commands share: settings with overrides, services with a ready demo, who is acting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, NotFound
from omnify_core.people import Actor
from omnify_core.ports import SyncState
from omnify_server.demo_tenants import ensure_imported, ensure_tenants
from omnify_server.seeding import OWNER_EMAIL, ensure_demo
from omnify_server.services import Services, open_services
from omnify_server.settings import Settings

Result = TypeVar("Result")
out = Console()
err = Console(stderr=True)

data_dir_option = click.option(
    "--data-dir", type=click.Path(file_okay=False, path_type=Path), help="Where the embedded stores live."
)
as_option = click.option("--as", "email", default="", help="Act as this user (e-mail); default: the owner.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def settings_with(**overrides: Any) -> Settings:
    """Settings from the environment with what the command line says on top. Raises BadInput."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise BadInput(f"OMNIFY_{name}: {first['msg']}") from error


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


@asynccontextmanager
async def ready_services(settings: Settings) -> AsyncIterator[Services]:
    """Services for one command; in sandbox mode the demo's tenants are there, the first one imported."""
    async with open_services(settings) as services:
        if services.sandbox is not None:
            with import_progress() as progress:
                await ensure_demo(services, progress)
            await ensure_tenants(services)
        yield services


class import_progress:  # noqa: N801 - reads as a statement: `with import_progress() as progress`
    """A bar per platform, shown once an import takes place; silent where there is no terminal."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("importing {task.description}"), BarColumn(), TimeElapsedColumn(), console=err
        )
        self._tasks: dict[Platform, TaskID] = {}

    def __enter__(self) -> Callable[[SyncState], None]:
        return self._show

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _show(self, state: SyncState) -> None:
        if not err.is_terminal:
            return
        if not self._tasks:
            self._bars.start()
        if state.platform not in self._tasks:
            self._tasks[state.platform] = self._bars.add_task(state.platform.label, total=1.0)
        self._bars.update(self._tasks[state.platform], completed=state.share)


async def asking(services: Services, email: str) -> Actor:
    """As `acting`, for one who asks about the accounts: what was never imported is imported first."""
    actor = await acting(services, email)
    if services.sandbox is not None:
        with import_progress() as progress:
            await ensure_imported(services, actor.tenant_id, progress)
    return actor


async def acting(services: Services, email: str) -> Actor:
    """The person behind this terminal. Raises NotFound for an unknown address.

    Whoever can read the data directory holds its keys already, so the terminal asks for no password.
    """
    user = await services.stores.people.user_by_email((email or OWNER_EMAIL).strip().lower())
    if user is None:
        raise NotFound(f"there is no user {email or OWNER_EMAIL!r}; name one with --as")
    return Actor(tenant_id=user.tenant_id, user_id=user.id, name=user.name, role=user.role)
