"""The collections that can be written to, and what an owner can change in each."""

from __future__ import annotations

from typing import NamedTuple

from omnify_sandbox.book import ObjectKind
from omnify_sandbox.google import contract


class Collection(NamedTuple):
    """`message`: the GAQL name of the resource; `writable`: GAQL field to the book's field."""

    message: str
    kind: ObjectKind
    writable: dict[str, str]
    extra: frozenset[str] = frozenset()
    is_composite: bool = False
    """Named after its parent and itself: `33~44`."""

    @property
    def json_name(self) -> str:
        return contract.camel(self.message)


_POLICY = frozenset({"policyValidationParameter"})
_NAMED = {"name": "name", "status": "status"}
COLLECTIONS = {
    "campaigns": Collection("campaign", "campaign", _NAMED),
    "campaignBudgets": Collection(
        "campaign_budget", "budget", {"amount_micros": "daily_budget", "name": "name"}
    ),
    "adGroups": Collection("ad_group", "group", _NAMED | {"cpc_bid_micros": "cpc_bid_micros"}),
    "adGroupAds": Collection("ad_group_ad", "ad", {"status": "status"}, _POLICY, is_composite=True),
    "adGroupCriteria": Collection(
        "ad_group_criterion",
        "criterion",
        {"status": "status", "cpc_bid_micros": "cpc_bid_micros"},
        frozenset({"exemptPolicyViolationKeys"}),
        is_composite=True,
    ),
    "campaignCriteria": Collection("campaign_criterion", "criterion", {}, is_composite=True),
    "userLists": Collection("user_list", "audience", {}),
}
