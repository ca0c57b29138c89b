"""The customers behind a Google Ads connection: how each is reached, asked and written to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from omnify_core.campaigns import AdAccount, Platform
from omnify_core.errors import OutcomeUnknown
from omnify_platforms import google_rows as gaql
from omnify_platforms.connections import Connection
from omnify_platforms.refusals import UNSETTLED
from omnify_platforms.rows import Row, digits
from omnify_platforms.transport import Call, Transport

Scope = Callable[[str, str], Awaitable[str]]
"""From an account and a query to the query of what this connection holds there."""
Operation = dict[str, Any]
"""As `googleAds:mutate` takes it: `{"campaignOperation": {"create": …}}`."""


class GoogleCustomers:
    """Queries go page by page; writes are one atomic request each."""

    def __init__(
        self, platform: Platform, transport: Transport, connection: Connection, scope: Scope
    ) -> None:
        self.platform = platform
        self._transport = transport
        self._scope = scope
        self._manager = connection.secret("login_customer_id") if connection.has("login_customer_id") else ""
        self._managers: dict[str, str] = {}  # account -> the manager that reaches it
        self._currencies: dict[str, str] = {}

    async def accounts(self) -> list[AdAccount]:
        found: dict[str, AdAccount] = {}
        for root in [self._manager] if self._manager else await self._reachable():
            async for row in self.rows(root, gaql.ACCOUNTS, manager=root):
                account = gaql.account_of(row)
                if account:
                    self._managers[account.account_id] = root
                    found[account.account_id] = account
        self._currencies |= {account.account_id: account.currency for account in found.values()}
        return list(found.values())

    async def rows(self, account_id: str, query: str, *, manager: str = "") -> AsyncIterator[Row]:
        """Page by page; no page is held once its rows are used."""
        query = await self._scope(account_id, query)
        call = await self._call(account_id, "googleAds:search", manager=manager)
        page_token = ""
        while True:
            body = {"query": query} | ({"pageToken": page_token} if page_token else {})
            page = Row(self.platform, await self._transport.read(replace(call, body=body)))
            for row in page.rows("results"):
                yield row
            following = str(page.raw("nextPageToken") or "")
            if not following or following == page_token:
                return
            page_token = following

    async def currency(self, account_id: str) -> str:
        if account_id not in self._currencies:
            async for row in self.rows(account_id, gaql.CURRENCY):
                self._currencies[account_id] = gaql.currency_of(row)
        return self._currencies[account_id]

    async def rehearse(self, account_id: str, operations: Sequence[Operation]) -> None:
        """Google's own validation of a change that is not carried out. Raises PlatformRejected."""
        call = await self._call(account_id, "googleAds:mutate")
        body = {"mutateOperations": list(operations), "validateOnly": True}
        await self._transport.read(replace(call, body=body))

    async def mutate(self, account_id: str, operations: Sequence[Operation]) -> list[str]:
        """All operations or none; the resource names that Google confirms. Raises OutcomeUnknown."""
        call = await self._call(account_id, "googleAds:mutate")
        body = {"mutateOperations": list(operations), "validateOnly": False}
        reply = Row(self.platform, await self._transport.write(replace(call, body=body)))
        parts: list[dict[str, dict[str, Any]]] = reply.raw("mutateOperationResponses") or []
        names = [str(result.get("resourceName") or "") for part in parts for result in part.values()]
        if len(names) != len(operations) or not all(names):
            raise self.unconfirmed()
        return names

    async def send(self, account_id: str, method: str, body: Any, *, rehearse: bool = False) -> Row:
        """One call of another kind, as a read where it only rehearses."""
        call = replace(await self._call(account_id, method), body=body)
        reply = await (self._transport.read(call) if rehearse else self._transport.write(call))
        return Row(self.platform, reply)

    def unconfirmed(self) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"Google Ads answered without confirming. {UNSETTLED}", platform=self.platform.value
        )

    async def _reachable(self) -> list[str]:
        reply = await self._transport.read(Call(method="GET", path="/customers:listAccessibleCustomers"))
        names = Row(self.platform, reply).raw("resourceNames") or []
        return [digits(str(name).removeprefix("customers/"), "customer id") for name in names]

    async def _call(self, account_id: str, method: str, *, manager: str = "") -> Call:
        account = digits(account_id, "Google Ads account id")
        return Call(
            method="POST",
            path=f"/customers/{account}/{method}",
            account=account,
            headers={"login-customer-id": manager or await self._manager_of(account)},
        )

    async def _manager_of(self, account_id: str) -> str:
        if self._manager:
            return self._manager
        if account_id not in self._managers:
            await self.accounts()
        return self._managers.get(account_id, account_id)
