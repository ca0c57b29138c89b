"""Proposals that telling words give away: one line per tool, in the shape of the looks.

A line here is read like any other order: in its mood (weighed or forbidden, it proposes nothing) and behind its
condition. Budgets and statuses of campaigns are not here: the classifier knows them. The first line that fits wins.
"""

from __future__ import annotations

import re
from functools import lru_cache

from omnify_agents.engine.lookups import Lookup, told
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.record_orders import RECORD_ORDERS

_MAKE = r"\b(?:create|set up|launch|start|propose|build|make|add|open|(?:should|must|shall) (?:get|have)|needs?|i(?:'d| would)? (?:want|like))\b"
_TAKE = r"\b(?:remove|delete|drop|take (?:away|out|off)?|get rid of|erase)\b"
_TEXTS = ("keywords", "match")
ORDERS: dict[str, Lookup] = RECORD_ORDERS | {
    "propose_allocation": Lookup("voice", "propose the suggested split of the budget",
        r"\b(?:propose|apply|implement|adopt|use|go with|put (?:in|through)|take over|set)\b.*\b(?:suggest\w*|recommend\w*|optimal|better|best|that|this|your)\b.*\b(?:allocation|split|spread|distribution|budgets)\b|"
        r"\b(?:propose|apply|implement|adopt|use|go with)\b.*\b(?:allocation|split|spread|distribution)\b.*\b(?:you )?(?:suggest\w*|recommend\w*|show\w*|found)\b|"
        r"\b(?:re-?allocate|redistribute|rebalance|optimi[sz]e|spread|split) (?:all )?(?:the |our |my )?(?:daily |current |whole )*budgets?\b.*\b(?:as (?:you )?suggest\w*|as recommended|for me|by (?:expected |marginal )?returns?|and propose)\b", ("platform", "total")),
    "propose_campaign": Lookup("voice", "propose a new campaign",
        _MAKE + r" (?:me |us )?(?:a |an |another |one )?(?:new )?(?:(?!existing|paused)\w+ ){0,4}campaign\b(?! (?:budget|group|report|summary|back|again|performance|results?|overview|list|live|active))",
        ("platform", "name", "objective", "daily_budget", "countries", "ad_group", "keywords", "account"), ("platform", "name", "objective", "daily_budget", "countries")),
    "propose_ad_group": Lookup("eyes", "propose a new ad group",
        _MAKE + r" (?:me |us )?(?:a |an |another |one )?(?:new )?(?:\w+ ){0,2}(?:ad ?group|ad ?set)\b", ("campaign_id", "name", "keywords", "bid", "daily_budget"), ("campaign_id", "name")),
    "propose_ad": Lookup("eyes", "propose a new ad",
        _MAKE + r" (?:me |us )?(?:a |an |another |one )(?:new )?(?:\w+ ){0,2}(?:ad|advert|advertisement)\b(?! ?(?:group|set|account|spend|budget))", ("ad_group_id", "name", "headlines", "descriptions", "url", "image", "video", "brand"), ("ad_group_id", "headlines", "url")),
    "propose_name": Lookup("eyes", "propose another name",
        r"\brename\b|\bchange the name of\b|\bgive NAMED (?:a |the )?(?:new |other )?name\b", ("entity_id", "name"), ("entity_id", "name")),
    "propose_audience": Lookup("memory", "propose a customer list",
        r"(?:" + _MAKE + r"|\b(?:upload|sync|export)\b).*\b(?:customer list|contact list|custom(?:er)? (?:audience|match)|audience (?:of|from|with|called|named)|(?:a |an |new )audience)\b", ("platform", "name", "tag", "account"), ("platform", "name")),
    "propose_keyword_removal": Lookup("voice", "propose to take keywords away",
        _TAKE + r".*\b(?:keywords?|negatives?)\b", ("entity_id", *_TEXTS, "negative"), ("entity_id", "keywords")),
    "propose_negative_keywords": Lookup("voice", "propose searches to keep away from",
        r"(?:" + _MAKE + r"|\b(?:exclude|block|put|use)\b).*\bnegatives?\b|\b(?:exclude|block|keep away from|(?:stop|not|n't|never) (?:show\w*|appear\w*)(?: up)? for)\b.*\b(?:searches?|search terms?|queries|keywords?)\b", ("entity_id", *_TEXTS), ("entity_id", "keywords")),
    "propose_keywords": Lookup("voice", "propose keywords",
        r"(?:" + _MAKE + r"|\b(?:put|include|insert|bid on)\b).*\bkeywords?\b", ("ad_group_id", *_TEXTS, "bid"), ("ad_group_id", "keywords")),
    "propose_bid": Lookup("voice", "propose a new bid",
        r"\b(?:set|raise|lower|increase|decrease|cut|change|put|bump|reduce|make|adjust|bring)\b.*\b(?:bids?|max(?:imum)? cpcs?)\b(?! (?:strateg\w+|adjustment))|\bbid (?:MONEY|PERCENT)\b|\bbids? (?:of|for|on) NAMED\b.*\b(?:to|at|by)\b", ("entity_id", "amount"), ("entity_id", "amount")),
    "propose_targeting": Lookup("voice", "propose another targeting",
        r"\btarget(?:ing)? (?:only |just )?(?:NAMED|people|women|men|users|adults|the|of)\b|\b(?:set|change|limit|restrict|narrow|widen|extend)\b.*\b(?:targeting|countr(?:y|ies)|ages?|aged|genders?|languages?|women|men|people (?:in|aged|between))\b|"
        r"\b(?:show|run|deliver) NAMED (?:only |just )?(?:to|in)\b|\bexclude\b.*\bfrom (?:the targeting|NAMED)\b(?!.*\b(?:searches|keywords?)\b)",
        ("entity_id", "countries", "excluded_countries", "languages", "ages", "genders", "audiences", "excluded_audiences"), ("entity_id",)),
}  # fmt: skip


_ASKING = re.compile(r"(?:how|what|which|why|who|when|where|is|are|do|does|did|was|were|has|have)\b")


DICTATES = frozenset(
    {"propose_ad", "propose_ad_group", "propose_campaign", "propose_keywords", "propose_negative_keywords"}
)


def order_in(reading: Reading) -> str:
    """The proposing tool that the words order, '' where none is told."""
    text = told(reading)
    if _ASKING.match(text):
        return ""
    return next((tool for tool, pattern in _compiled() if pattern.search(text)), "")


@lru_cache(maxsize=1)
def _compiled() -> list[tuple[str, re.Pattern[str]]]:
    return [(tool, re.compile(order.pattern)) for tool, order in ORDERS.items()]
