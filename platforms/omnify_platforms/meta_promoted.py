"""What new ad sets and ads speak for: the page and the pixel that the account's own ads use already."""

from __future__ import annotations

from collections.abc import AsyncIterator

from omnify_core.campaigns import EntityRef, Level
from omnify_core.errors import Unsupported
from omnify_platforms.meta_graph import MetaGraph
from omnify_platforms.rows import Row


async def pixel_of(graph: MetaGraph, campaign: EntityRef) -> str:
    """The pixel that the campaign's ad sets count on, else the account's. Raises Unsupported."""
    fields, path = "promoted_object", "promoted_object.pixel_id"
    for parent in (campaign, _account(campaign)):
        if pixel := await _only(graph.below(parent, "adsets", fields=fields), path, "pixel"):
            return pixel
    raise Unsupported(
        "no ad set of the account counts on a pixel, so it is not known which one a new ad set should use; "
        "create the first one in Ads Manager"
    )


async def page_of(graph: MetaGraph, parent: EntityRef) -> str:
    """The page that the ads below `parent` speak for, else the account's. Raises Unsupported."""
    fields, path = "creative{object_story_spec}", "creative.object_story_spec.page_id"
    for place in (parent, _account(parent)):
        if page := await _only(graph.below(place, "ads", fields=fields), path, "page"):
            return page
    raise Unsupported(
        "no ad of the account speaks for a page, so it is not known which one a new ad should use; "
        "create the first one in Ads Manager"
    )


async def _only(rows: AsyncIterator[Row], path: str, what: str) -> str:
    """The one id at `path` in all rows, '' where there is none. Raises Unsupported where there are two."""
    found = ""
    async for row in rows:
        shown = str(row.raw(path) or "")
        if found and shown and shown != found:
            raise Unsupported(
                f"the ads there use more than one {what} ({found}, {shown}); which one counts is for a "
                "person to choose in Ads Manager"
            )
        found = found or shown
    return found


def _account(ref: EntityRef) -> EntityRef:
    return ref.model_copy(update={"level": Level.ACCOUNT, "native_id": ref.account_id})
