"""What the log of writes calls each platform's objects."""

from __future__ import annotations

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Key, ObjectKind
from omnify_sandbox.journal import Write

_GOOGLE: dict[ObjectKind, str] = {
    "budget": "campaign_budget",
    "campaign": "campaign",
    "group": "ad_group",
    "ad": "ad",
}
# Where a campaign holds its budget itself, the budget is written as the campaign's field.
_OWN_BUDGET: dict[ObjectKind, str] = {"budget": "campaign", "campaign": "campaign", "ad": "ad"}
_NAMES: dict[Platform, dict[ObjectKind, str]] = {
    Platform.GOOGLE: _GOOGLE,
    Platform.YOUTUBE: _GOOGLE,
    Platform.META: {**_OWN_BUDGET, "group": "adset"},
    Platform.TIKTOK: {**_OWN_BUDGET, "group": "adgroup"},
    Platform.LINKEDIN: {**_OWN_BUDGET, "ad": "creative"},
}


def object_name(platform: Platform, kind: ObjectKind) -> str:
    return _NAMES[platform][kind]


def key_of(write: Write) -> Key:
    """The book's key of a logged write."""
    name, _, id_ = write.object.partition("/")
    names = _NAMES[Platform(write.platform)]
    if write.field == "daily_budget" or name == "campaign_budget":
        return Key("budget", id_, write.field)
    return Key(next(kind for kind in reversed(names) if names[kind] == name), id_, write.field)
