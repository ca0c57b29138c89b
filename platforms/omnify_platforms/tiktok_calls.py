"""TikTok calls of one connection: listings page by page, changes, and what is asked once and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from omnify_core.campaigns import AdAccount, EntityRef, Level, Platform
from omnify_core.errors import PlatformNotFound
from omnify_platforms import tiktok_rows as rows
from omnify_platforms.rows import Row, digits
from omnify_platforms.transport import Call, Transport

TIKTOK = Platform.TIKTOK
ADVERTISERS = "/oauth2/advertiser/get/"
AUDIENCES = "/dmp/custom_audience"
_PAGE, _AUDIENCE_PAGE = 1000, 100
_ACCOUNTS_AT_ONCE = 100
# Which countries there are hangs on neither: TikTok wants one of each to be named.
_SOMEWHERE = {"placements": rows.as_text(["PLACEMENT_TIKTOK"]), "objective_type": "TRAFFIC"}


class TikTokCalls:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._currencies: dict[str, str] = {}
        self._regions: dict[str, dict[str, str]] = {}

    async def accounts(self) -> list[AdAccount]:
        reply = Row(TIKTOK, await self._transport.read(Call(method="GET", path=ADVERTISERS)))
        ids = [row.id("advertiser_id") for row in reply.rows("data.list")]
        parts = [ids[at : at + _ACCOUNTS_AT_ONCE] for at in range(0, len(ids), _ACCOUNTS_AT_ONCE)]
        return [account for part in parts for account in await self._described(part)]

    async def currency(self, account_id: str) -> str:
        """Raises PlatformNotFound."""
        if account_id not in self._currencies:
            await self._described([digits(account_id, "TikTok ad account id")])
        if account_id not in self._currencies:
            raise PlatformNotFound(
                f"TikTok Ads shows no account {account_id}; connect a user who has it", platform=TIKTOK.value
            )
        return self._currencies[account_id]

    def listed(
        self, account_id: str, level: Level, *, fields: tuple[str, ...] = (), **filtering: Any
    ) -> AsyncIterator[Row]:
        """Deleted objects are left out by TikTok unless they are asked for."""
        query = {"fields": rows.as_text(fields or rows.FIELDS[level])}
        if filtering:
            query["filtering"] = rows.as_text(filtering)
        return self.pages(account_id, f"/{rows.NAMES[level]}/get/", query)

    async def node(self, ref: EntityRef, *, fields: tuple[str, ...] = ()) -> Row:
        """Raises PlatformNotFound."""
        found = await self.seek(ref, fields=fields)
        if found is None:
            raise missing(ref)
        return found

    async def seek(
        self, ref: EntityRef, *, fields: tuple[str, ...] = (), deleted: bool = False
    ) -> Row | None:
        """`deleted`: among those that were deleted, which TikTok does not list otherwise."""
        node = digits(ref.native_id, "TikTok id")
        wanted: dict[str, Any] = {f"{rows.id_name(ref.level)}s": [node]}
        if deleted:
            wanted["primary_status"] = "STATUS_DELETE"
        found = [row async for row in self.listed(ref.account_id, ref.level, fields=fields, **wanted)]
        return found[0] if len(found) == 1 else None

    def audiences(self, account_id: str) -> AsyncIterator[Row]:
        return self.pages(account_id, f"{AUDIENCES}/list/", {}, size=_AUDIENCE_PAGE)

    async def identities(self, account_id: str) -> list[Row]:
        """Under whose name ads can appear."""
        query = {"identity_type": "CUSTOMIZED_USER"}
        pages = self.pages(account_id, "/identity/get/", query, size=_AUDIENCE_PAGE, name="identity_list")
        return [row async for row in pages]

    async def countries(self, account_id: str) -> dict[str, str]:
        """TikTok's location ids by ISO code of the country."""
        if account_id not in self._regions:
            query = {"advertiser_id": digits(account_id, "TikTok ad account id"), "level_range": "TO_COUNTRY"}
            call = Call(method="GET", path="/tool/region/", account=account_id, query=query | _SOMEWHERE)
            reply = Row(TIKTOK, await self._transport.read(call))
            found = [row for row in reply.rows("data.region_info") if row.text("level") == "COUNTRY"]
            self._regions[account_id] = {row.required("region_code"): row.id("location_id") for row in found}
        return self._regions[account_id]

    async def pages(
        self, account_id: str, path: str, query: Mapping[str, str], *, size: int = _PAGE, name: str = "list"
    ) -> AsyncIterator[Row]:
        """Page by page; no page is held once its rows are used."""
        account_id = digits(account_id, "TikTok ad account id")
        known = {**query, "advertiser_id": account_id, "page_size": str(size)}
        call = Call(method="GET", path=path, account=account_id)
        page, pages = 1, 1
        while page <= pages:
            asked = replace(call, query=known | {"page": str(page)})
            reply = Row(TIKTOK, await self._transport.read(asked))
            for row in reply.rows(f"data.{name}"):
                yield row
            page, pages = page + 1, reply.count("data.page_info.total_page")

    async def change(self, account_id: str, path: str, body: Mapping[str, Any]) -> None:
        """Confirmed by the envelope's code 0; any other is a refusal."""
        account_id = digits(account_id, "TikTok ad account id")
        sent = {"advertiser_id": account_id, **body}
        await self._transport.write(Call(method="POST", path=path, account=account_id, body=sent))

    async def upload(self, account_id: str, form: Mapping[str, str], text: str) -> str:
        """The path of a file of customers. Alone it does nothing, so it may be sent again."""
        account_id = digits(account_id, "TikTok ad account id")
        call = Call(
            method="POST",
            path=f"{AUDIENCES}/file/upload/",
            account=account_id,
            form={"advertiser_id": account_id, **form},
            files={"file": ("customers.csv", text.encode())},
        )
        return Row(TIKTOK, await self._transport.read(call)).required("data.file_path")

    async def _described(self, account_ids: list[str]) -> list[AdAccount]:
        query = {"advertiser_ids": rows.as_text(account_ids), "fields": rows.as_text(rows.ACCOUNTS)}
        call = Call(method="GET", path="/advertiser/info/", query=query)
        reply = Row(TIKTOK, await self._transport.read(call))
        found = [rows.account_of(row) for row in reply.rows("data.list")]
        self._currencies |= {account.account_id: account.currency for account in found}
        return found


def missing(ref: EntityRef) -> PlatformNotFound:
    return PlatformNotFound(
        f"TikTok ad account {ref.account_id} has no {ref.level.value} {ref.native_id}, or it was deleted; "
        "sync the account and use an id that it lists",
        platform=TIKTOK.value,
    )
