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
_OTHERS: tuple[ObjectKind, ...] = (
    "group",
    "keyword",
    "negative",
    "criterion",
    "audience",
    "creative",
    "folder",
    "job",
)


def object_name(platform: Platform, kind: ObjectKind) -> str:
    """A kind that only some platforms have is called by its own word."""
    return _NAMES[platform].get(kind, f"own_{kind}" if kind in _NAMES[platform].values() else kind)


def key_of(write: Write) -> Key:
    """The book's key of a logged write."""
    name, _, id_ = write.object.partition("/")
    names = _NAMES[Platform(write.platform)]
    if write.field == "daily_budget" or name == "campaign_budget":
        return Key("budget", id_, write.field)
    kinds = [kind for kind in reversed(names) if names[kind] == name]
    own = next((kind for kind in _OTHERS if object_name(Platform(write.platform), kind) == name), None)
    kind = kinds[0] if kinds else own
    assert kind is not None, f"no kind is called {name}"
    return Key(kind, id_, write.field)
