"""Meta's Graph as the adapter reads it: nodes by id, edges page by page, an account's currency."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.errors import PlatformNotFound, PlatformRejected
from omnify_platforms.rows import Row, digits
from omnify_platforms.transport import Call, Transport

META = Platform.META
ACCOUNTS = "account_id,name,currency,timezone_name"
_PAGE = "200"
_NAMES_PAGE = "1000"


class MetaGraph:
    """Reads of one connection."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._currencies: dict[str, str] = {}

    async def rows(self, call: Call) -> AsyncIterator[Row]:
        """Page by page. The cursor is used, not the `next` URL: that one may name any host."""
        after = ""
        while True:
            query = dict(call.query) | ({"after": after} if after else {})
            page = Row(META, await self.transport.read(replace(call, query=query)))
            for row in page.rows("data"):
                yield row
            following = str(page.raw("paging.cursors.after") or "") if page.raw("paging.next") else ""
            if not following or following == after:
                return
            after = following

    def edge(self, account_id: str, edge: str, **query: str) -> AsyncIterator[Row]:
        """What hangs on the account."""
        return self.rows(get(f"/{account_node(account_id)}/{edge}", account_id, limit=_PAGE, **query))

    def below(self, ref: EntityRef, edge: str, **query: str) -> AsyncIterator[Row]:
        """What hangs on a node."""
        node = account_node(ref.account_id) if ref.level is Level.ACCOUNT else node_id(ref)
        return self.rows(get(f"/{node}/{edge}", ref.account_id, limit=_PAGE, **query))

    async def node(self, ref: EntityRef, fields: str) -> Row:
        """Fresh, and of the account that the reference names. Raises PlatformNotFound."""
        node = node_id(ref)
        call = get(f"/{node}", ref.account_id, fields=f"account_id,{fields}")
        row = Row(META, await self.transport.read(call))
        if row.id("account_id") != ref.account_id:
            raise PlatformNotFound(
                f"Meta ad account {ref.account_id} has no {ref.level.value} {node}; "
                "sync the account and use an id that it lists",
                platform=META.value,
            )
        return row

    async def named(self, parent: EntityRef, edge: str, name: str) -> str:
        """The id of the one thing of that name on the edge, or ''; Meta hides what is deleted or archived.

        Names are compared here, letter by letter: not every edge can be filtered by name.
        Raises PlatformRejected where two have the name: nothing could be told of either.
        """
        query = {"fields": "id,name", "limit": _NAMES_PAGE}
        node = account_node(parent.account_id) if parent.level is Level.ACCOUNT else node_id(parent)
        rows = self.rows(get(f"/{node}/{edge}", parent.account_id, **query))
        found = [row.id("id") async for row in rows if row.raw("name") == name]
        if len(found) > 1:
            raise PlatformRejected(
                f"Meta Ads has {len(found)} of {edge} called {name!r} there ({', '.join(found)}); "
                "rename all but one of them",
                platform=META.value,
                field="name",
            )
        return found[0] if found else ""

    def sessions(self, audience_id: str, account_id: str, session_id: str) -> AsyncIterator[Row]:
        """The uploads of a customer list that have this number."""
        return self.rows(get(f"/{audience_id}/sessions", account_id, session_id=session_id))

    async def currency(self, account_id: str) -> str:
        if account_id not in self._currencies:
            call = get(f"/{account_node(account_id)}", account_id, fields=ACCOUNTS)
            row = Row(META, await self.transport.read(call))
            self.learn(account_id, row.required("currency"))
        return self._currencies[account_id]

    def learn(self, account_id: str, currency: str) -> None:
        """An account's currency, as a listing showed it; it never changes."""
        self._currencies[account_id] = currency


def get(path: str, account_id: str = "", **query: str) -> Call:
    return Call(method="GET", path=path, account=account_id, query=query)


def account_node(account_id: str) -> str:
    return f"act_{digits(account_id, 'Meta ad account id')}"


def node_id(ref: EntityRef) -> str:
    return digits(ref.native_id, "Meta id")
