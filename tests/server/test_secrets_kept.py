"""No secret stands outside the vault: in no file, log line, prompt or answer, and in no spelling."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from omnify_core.campaigns import Platform
from omnify_server.seeding import DEMO_TENANT
from tests.builders.house import House, open_house

# Keys are kept there on purpose, readable by their owner only.
_VAULT = "keys.json"
_SHORTEST = 12


def spellings(secret: str) -> Iterator[bytes]:
    """As it is, and as it would hide: base64 wherever it begins, hex, and as part of an address."""
    raw = secret.encode()
    yield raw
    yield quote(secret, safe="").encode()
    yield raw.hex().encode()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        yield text[4 * (before > 0) : -4]
        yield text[4 * (before > 0) : -4].replace(b"+", b"-").replace(b"/", b"_")


def leaks(secrets: dict[str, str], place: str, content: bytes) -> list[str]:
    return [
        f"{name} in {place}"
        for name, secret in secrets.items()
        if any(one in content for one in spellings(secret))
    ]


async def secrets_of(house: House) -> dict[str, str]:
    found = {"demo password": house.services.keys.demo_password}
    found["session"] = house.api.headers["authorization"].removeprefix("Bearer ")
    for platform in Platform:
        connection = await house.services.platforms.connection(DEMO_TENANT, platform)
        for name, secret in (connection.secrets if connection else {}).items():
            value = secret.get_secret_value()
            if len(value) >= _SHORTEST and not name.endswith("_id"):
                found[f"{platform.value} {name}"] = value
    return found


def _files(folder: Path) -> list[tuple[str, bytes]]:
    return [(file.name, file.read_bytes()) for file in folder.rglob("*") if file.is_file()]


def test_a_secret_is_found_in_every_spelling() -> None:
    secret, told = {"token": "s3cret-Token/of+ours?"}, b"x" * 5
    for spelling in (
        b"s3cret-Token/of+ours?",
        b"s3cret-Token%2Fof%2Bours%3F",
        b"s3cret-Token/of+ours?".hex().encode(),
        base64.b64encode(b"ab" + b"s3cret-Token/of+ours?" + b"c"),
        base64.urlsafe_b64encode(b"s3cret-Token/of+ours?"),
    ):
        assert leaks(secret, "here", told + spelling + told), spelling
    assert not leaks(secret, "here", b"s3cret-Token")


async def test_no_secret_stands_anywhere_after_work_and_after_failures(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    said: list[tuple[str, bytes]] = []
    async with open_house(tmp_path) as house:
        secrets = await secrets_of(house)
        runs = [await house.ask("How did we do last week?"), await house.ask("Pause meta:120214000280196")]
        for kind in ("revoked", "expired_token"):
            for platform in ("google", "meta"):
                await house.control("POST", "faults", {"kind": kind, "platform": platform})
            await house.services.sync.run(DEMO_TENANT)
            runs.append(await house.ask("How did we do yesterday?"))
            await house.control("DELETE", "faults")
        await house.api.delete("/api/integrations/google")
        secrets |= await secrets_of(house)  # what was refreshed meanwhile
        document = (await house.api.get("/openapi.json")).json()
        for path, methods in document["paths"].items():
            if "get" in methods and "{" not in path:
                said.append((path, (await house.api.get(path)).content))
        said += [("a run", json.dumps(run).encode()) for run in runs]
    said += _files(tmp_path)
    said.append(("the log", caplog.text.encode()))
    kept = [(place, content) for place, content in said if place != _VAULT]
    assert len(secrets) > 5, sorted(secrets)
    assert [found for place, content in kept for found in leaks(secrets, place, content)] == []
