"""Rest.li calls of one connection: finders page by page, nodes, creations, partial updates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.errors import OutcomeUnknown, PlatformNotFound
from omnify_platforms import linkedin_rows as restli
from omnify_platforms.refusals import UNSETTLED
from omnify_platforms.rows import Row, digits
from omnify_platforms.transport import Call, Transport

LINKEDIN = Platform.LINKEDIN


class LinkedInCalls:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._accounts: dict[str, Row] = {}

    async def accounts(self) -> AsyncIterator[Row]:
        async for row in self.elements(find("/adAccounts", restli.ACCOUNTS)):
            self._accounts[row.id("id")] = row
            yield row

    async def account(self, account_id: str) -> Row:
        """Raises PlatformNotFound."""
        if account_id not in self._accounts:
            async for _ in self.accounts():
                pass
        if account_id not in self._accounts:
            raise PlatformNotFound(
                f"LinkedIn Ads shows no account {account_id}; connect a user who has it",
                platform=LINKEDIN.value,
            )
        return self._accounts[account_id]

    async def currency(self, account_id: str) -> str:
        return (await self.account(account_id)).required("currency")

    async def elements(self, call: Call) -> AsyncIterator[Row]:
        """Page by page; no page is held once its rows are used."""
        token = ""
        while True:
            path = f"{call.path}&pageToken={restli.encoded(token)}" if token else call.path
            page = Row(LINKEDIN, await self._transport.read(replace(call, path=path)))
            for row in page.rows("elements"):
                yield row
            following = page.text("metadata.nextPageToken")
            if not following or following == token:
                return
            token = following

    async def read(self, call: Call) -> Row:
        return Row(LINKEDIN, await self._transport.read(call))

    async def node(self, ref: EntityRef) -> Row:
        """Raises PlatformNotFound."""
        return await self.read(_node(ref, "GET", method="GET"))

    async def patch(self, ref: EntityRef, change: Mapping[str, Any]) -> None:
        call = replace(_node(ref, "PARTIAL_UPDATE", method="POST"), body={"patch": {"$set": change}})
        await self._write(call)

    async def delete(self, ref: EntityRef) -> None:
        await self._write(_node(ref, "DELETE", method="DELETE"))

    async def create(self, account_id: str, collection: str, body: Mapping[str, Any]) -> None:
        """LinkedIn answers with the new id in a header alone; it is found by reading."""
        account_id = digits(account_id, "LinkedIn ad account id")
        await self._write(
            Call(
                method="POST",
                path=f"/adAccounts/{account_id}/{collection}",
                account=account_id,
                headers={"x-restli-method": "CREATE"},
                body=body,
            )
        )

    async def _write(self, call: Call) -> None:
        if await self._transport.write(call) is not None:  # 201 and 204 confirm, and have no body
            raise OutcomeUnknown(
                f"LinkedIn Ads answered without confirming. {UNSETTLED}", platform=LINKEDIN.value
            )


def find(path: str, query: str) -> Call:
    """The query stays in the path: encoded as parameters, Rest.li's brackets would not be understood."""
    return Call(method="GET", path=f"{path}?{query}", headers={"x-restli-method": "FINDER"})


def find_in(account_id: str, collection: str, query: str) -> Call:
    account_id = digits(account_id, "LinkedIn ad account id")
    return replace(find(f"/adAccounts/{account_id}/{collection}", query), account=account_id)


def _node(ref: EntityRef, restli_method: str, *, method: str) -> Call:
    account_id = digits(ref.account_id, "LinkedIn ad account id")
    node = digits(ref.native_id, "LinkedIn id")
    tail = f"creatives/{restli.encoded(restli.CREATIVE_URN + node)}"
    if ref.level is not Level.AD:
        tail = f"adCampaigns/{node}"
    return Call(
        method=method,
        path=f"/adAccounts/{account_id}/{tail}",
        account=account_id,
        headers={"x-restli-method": restli_method},
    )
