"""`omnify demo`: everything embedded on one port."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import click
import uvicorn

from omnify_core.errors import BadInput
from omnify_server.cli.entry import data_dir_option, import_progress, out, settings_with
from omnify_server.demo_tenants import FIRST, OTHERS, DemoTenant, ensure_tenants
from omnify_server.http.app import create_app
from omnify_server.seeding import OWNER_EMAIL, ensure_demo
from omnify_server.services import Services
from omnify_server.settings import Settings

_OURS = ("omnify.sqlite3", "keys.json", "sandbox.jsonl")


@click.command("demo")
@click.option("--port", type=int, help="Port; 0 takes a free one.")
@data_dir_option
@click.option("--fresh", is_flag=True, help="Throw the demo's data directory away first.")
@click.option(
    "--ready-file", type=click.Path(path_type=Path), help="Write {url, sign_in} here once the demo answers."
)
def command(port: int | None, data_dir: Path | None, fresh: bool, ready_file: Path | None) -> None:
    """Start everything embedded on one port: sandbox market, demo tenant, browser UI."""
    settings = settings_with(port=port, data_dir=data_dir or Path("var/demo"), platforms="sandbox")
    if fresh:
        _throw_away(settings.data_dir)
    with _listener(settings) as listener:
        url = settings.public_url or f"http://localhost:{listener.getsockname()[1]}"

        async def announce(services: Services) -> None:
            with import_progress() as progress:
                await ensure_demo(services, progress)
            # Their imports follow in the background: nobody waits for them.
            await ensure_tenants(services)
            await _announce(services, url, ready_file)

        app = create_app(settings, announce)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def _listener(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), reuse_port=False)
    except OSError as error:
        raise BadInput(f"port {settings.port} is taken ({error}); choose another with --port") from error


async def _announce(services: Services, url: str, ready_file: Path | None) -> None:
    links = {tenant.id: await _link(services, tenant, url) for tenant in (FIRST, *OTHERS)}
    out.print(f"\n[bold]OmniFy is ready:[/bold] {url}", highlight=False)
    out.print(f"  open signed in (once, 30 minutes): {links[FIRST.id]}", highlight=False, soft_wrap=True)
    password = services.keys.demo_password
    out.print(f"  or sign in as {OWNER_EMAIL} with {password}", highlight=False)
    for tenant in OTHERS:
        out.print(
            f"  {tenant.advertiser.name} ({tenant.what}): {tenant.owner_email}, or {links[tenant.id]}",
            highlight=False,
            soft_wrap=True,
        )
    out.print(f"  {services.chosen.note}", highlight=False)
    out.print("  stop with Ctrl-C; the market and your decisions are kept\n")
    if ready_file is not None:
        scratch = ready_file.with_suffix(".writing")
        tenants = [
            {"tenant": one.id, "email": one.owner_email, "sign_in": links[one.id]} for one in (FIRST, *OTHERS)
        ]
        ready = {
            "url": url,
            "sign_in": links[FIRST.id],
            "email": OWNER_EMAIL,
            "password": password,
            "tenants": tenants,
        }
        scratch.write_text(json.dumps(ready))
        scratch.rename(ready_file)


async def _link(services: Services, tenant: DemoTenant, url: str) -> str:
    owner = await services.stores.people.user(tenant.id, tenant.owner_id)
    return f"{url}/api/auth/link/{await services.identity.one_time_link(owner)}"


def _throw_away(folder: Path) -> None:
    """Only what looks like a demo's folder is removed."""
    if folder.exists() and any(folder.iterdir()) and not any((folder / name).exists() for name in _OURS):
        raise BadInput(f"{folder} does not look like a demo's data directory; remove it yourself")
    shutil.rmtree(folder, ignore_errors=True)
