"""The market as a server of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from omnify_sandbox import create_sandbox, credentials, serve
from tests.builders.sandbox_wire import ACCOUNT, sandbox_config


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(sandbox_config(), port=0, on_ready=ready.set_result))
    try:
        async with asyncio.timeout(10):
            yield await ready
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_it_takes_a_free_port_and_answers_there() -> None:
    async with served() as url, httpx.AsyncClient(base_url=url) as http:
        assert (await http.get("/")).json()["control"] == f"{url}/_control"


async def test_a_cut_reply_breaks_the_connection() -> None:
    token = {"access_token": credentials(sandbox_config())["meta"]["access_token"]}
    async with served() as url, httpx.AsyncClient(base_url=url) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(
                f"/meta-ads/v26.0/{ACCOUNT}/campaigns", params=token, headers={"x-sandbox-fault": "cut_reply"}
            )
        assert (await http.get(f"/meta-ads/v26.0/{ACCOUNT}", params=token)).status_code == 200


async def test_a_client_that_hangs_up_frees_the_held_reply() -> None:
    token = {"access_token": credentials(sandbox_config())["meta"]["access_token"]}
    async with served() as url, httpx.AsyncClient(base_url=url, timeout=0.3) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get(
                f"/meta-ads/v26.0/{ACCOUNT}", params=token, headers={"x-sandbox-fault": "timeout_before;600"}
            )


async def test_it_can_be_mounted_under_a_prefix() -> None:
    app = Starlette(routes=[Mount("/sandbox", create_sandbox(sandbox_config()))])
    token = {"access_token": credentials(sandbox_config())["meta"]["access_token"]}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://host.test") as http:
        reply = await http.get(
            f"/sandbox/meta-ads/v26.0/{ACCOUNT}/ads",
            params={**token, "limit": "1", "fields": "creative{image_url}"},
        )
        page = reply.json()
        assert (await http.get(page["paging"]["next"])).status_code == 200
        assert (await http.get(page["data"][0]["creative"]["image_url"])).status_code == 200
