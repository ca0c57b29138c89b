"""Which share of searches negative keywords would keep away, from the platform's own report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from omnify_core.campaigns import AdAccount
from omnify_core.clock import today
from omnify_core.errors import PlatformError, Unsupported
from omnify_core.ids import TenantId
from omnify_core.legs import AnyLeg, KeywordLeg
from omnify_core.reads import SearchTermRow
from omnify_core.specs import Keyword, Match
from omnify_guardrails.delivery import share_text
from omnify_guardrails.ports import MoneyPorts

RECENT_DAYS = 30


async def exclusion_notes(ports: MoneyPorts, tenant: TenantId, legs: Sequence[AnyLeg]) -> tuple[str, ...]:
    """One sentence over all new negative keywords; none where the plan adds none."""
    added = [leg for leg in legs if isinstance(leg, KeywordLeg) and leg.after and leg.after.negative]
    if not added:
        return ()
    try:
        rows = await _rows(ports, tenant, added)
    except (PlatformError, Unsupported) as error:
        return (f"Which share of searches this keeps away is not known: {error}",)
    if not rows:
        return (f"No searches were reported there for the last {RECENT_DAYS} days.",)
    gone = [row for row in rows if any(_reaches(leg, row) and excludes(leg.after, row.term) for leg in added)]
    spend = share_text(sum(row.spend.minor for row in gone), sum(row.spend.minor for row in rows))
    won = share_text(sum(row.conversions for row in gone), sum(row.conversions for row in rows))
    what = "This negative keyword" if len(added) == 1 else f"These {len(added)} negative keywords"
    kept_away = (
        f"{what} would have kept away {len(gone)} of {len(rows)} searches of the last {RECENT_DAYS} days"
    )
    return (f"{kept_away}: {spend} of their spend and {won} of their conversions.",)


def excludes(keyword: Keyword | None, term: str) -> bool:
    """As negative keywords match: no close variants; broad in any order, phrase in order, exact alone."""
    assert keyword is not None, "only keywords that are added exclude"
    wanted, words = _words(keyword.text), _words(term)
    if keyword.match is Match.EXACT:
        return wanted == words
    if keyword.match is Match.BROAD:
        return set(wanted) <= set(words)
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'&+-]+", text.casefold())


def _reaches(leg: KeywordLeg, row: SearchTermRow) -> bool:
    return leg.ref.id in (row.campaign_id, row.ad_group_id)


async def _rows(ports: MoneyPorts, tenant: TenantId, legs: Sequence[KeywordLeg]) -> list[SearchTermRow]:
    """Reported searches of the campaigns and ad groups that the legs name, not excluded yet."""
    found: list[SearchTermRow] = []
    for account in await ports.market.accounts(tenant):
        here = [leg for leg in legs if _stands_in(leg, account)]
        adapter = (await ports.platforms.of(tenant)).get(account.platform) if here else None
        if adapter is None:
            continue
        until = today(ports.clock, account.time_zone) - timedelta(days=1)
        since = until - timedelta(days=RECENT_DAYS - 1)
        async for row in adapter.search_terms(account, since, until):
            if not row.is_excluded and any(_reaches(leg, row) for leg in here):
                found.append(row)
    return found


def _stands_in(leg: KeywordLeg, account: AdAccount) -> bool:
    return (leg.ref.platform, leg.ref.account_id) == (account.platform, account.account_id)
