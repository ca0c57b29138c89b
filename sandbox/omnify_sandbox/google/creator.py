"""What the create operations of one request share: numbers, names and what stands above them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import orjson

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Key, ObjectKind
from omnify_sandbox.catalog import Campaign
from omnify_sandbox.google import refusing
from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.message import Made
from omnify_sandbox.google.objects import GoogleObjects, channel
from omnify_sandbox.growth import Birth

_STEPS: dict[ObjectKind, int] = {"campaign": 10_007, "group": 10_009, "ad": 10_037, "audience": 10_061}
_FIRST_LIST = 8_410_000_000
_TEMPORARY = re.compile(r"customers/\d+/(\w+)/(-\d+)")
PARENTS = {"ad_group": "campaign", "ad_group_ad": "ad_group", "ad_group_criterion": "ad_group"} | {
    "campaign_criterion": "campaign"
}


class Parent(NamedTuple):
    """A campaign or ad group that something is made below, existing or of the same request."""

    id: str
    name: str
    channel: str
    campaign_id: str


class Creator:
    """Of one request: what it makes may stand below what it made before, by temporary names."""

    def __init__(self, objects: GoogleObjects, smallest: int) -> None:
        self.objects = objects
        self.market = objects.market
        self.smallest = smallest
        """Micros of the currency's minor unit."""
        self.budgets: dict[str, int] = {}
        """Minor units by temporary name: a budget is born with its campaign."""
        self._known: dict[str, Parent] = {}
        self._names: set[tuple[str, str, str]] = set()
        self._numbers: dict[ObjectKind, int] = {}

    def next_id(self, kind: ObjectKind) -> str:
        held = {
            "campaign": [c.id for c in self.market.catalog.campaigns],
            "group": [g.id for g in self.market.catalog.groups],
            "ad": [a.id for a in self.market.catalog.ads],
            "audience": [str(_FIRST_LIST), *(t.id for t in self.market.things("audience"))],
        }[kind]
        last = max(self._numbers.get(kind, 0), *(int(id_) for id_ in held))
        self._numbers[kind] = last + _STEPS[kind]
        return str(self._numbers[kind])

    def remember(self, made: Made, parent: Parent) -> None:
        """Under its own name, and under the temporary one that the request gave it."""
        self._known[parent.name] = parent
        if made.get("resource_name"):
            self._known[made["resource_name"]] = parent

    def claim(self, kind: str, parent: str, name: str, problem: GoogleProblem) -> None:
        """Raises the problem where the request makes the same name twice."""
        if (kind, parent, name) in self._names:
            raise problem
        self._names.add((kind, parent, name))

    def check_own_name(self, made: Made, plural: str, at: Path) -> None:
        """An owner may only give a temporary name."""
        name = made.get("resource_name")
        if name and not re.fullmatch(rf"customers/{self.objects.customer_id}/{plural}/-\d+", name):
            raise GoogleProblem(
                "newResourceCreationError",
                "CANNOT_SET_ID_FOR_CREATE",
                "The ID of a new object cannot be set.",
                path=(*at, "resource_name"),
            )
        if name in self._known or name in self.budgets:
            raise GoogleProblem(
                "newResourceCreationError", "DUPLICATE_TEMP_IDS", "The temporary ID occurs twice.", path=at
            )

    def parent(self, resource: str, made: Made, at: Path) -> Parent:
        """What the new object stands below. Refuses strangers and what is removed."""
        field = PARENTS[resource]
        refusing.need(made, at, field)
        name, place = str(made[field]), (*at, field)
        if name in self._known:
            return self._known[name]
        found = self._campaign(name) if field == "campaign" else self._parent_group(name)
        if found is None:
            raise GoogleProblem("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.", path=place)
        kind: ObjectKind = "campaign" if field == "campaign" else "group"
        over = [Key(kind, found.id, "status"), Key("campaign", found.campaign_id, "status")]
        if any(self.market.read(key) == "removed" for key in over):
            raise GoogleProblem(
                "contextError",
                "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE",
                "The object is removed; it cannot be changed any more.",
                path=place,
            )
        return found

    def _campaign(self, name: str) -> Parent | None:
        held = {self.objects.campaign_name(c.id): c for c in self.objects.campaigns}
        return self._of(held[name]) if name in held else None

    def _of(self, campaign: Campaign) -> Parent:
        """Google's API only reads video campaigns."""
        read_only = campaign.kind in ("yt_video", "video")
        kind = "VIDEO" if read_only else channel(campaign)
        return Parent(campaign.id, self.objects.campaign_name(campaign.id), kind, campaign.id)

    def _parent_group(self, name: str) -> Parent | None:
        for group in self.objects.groups:
            if self.objects.group_name(group.id) == name:
                return Parent(group.id, name, self._of(group.campaign).channel, group.campaign.id)
        return None

    def birth(self, kind: ObjectKind, id_: str, parent: str, made: Made, **more: Any) -> Birth:
        """`status` as the owner gave it: Google enables what says nothing."""
        fields = {
            "name": str(made.get("name", "")),
            "status": str(made.get("status", "ENABLED")).lower(),
            "made": orjson.dumps(made).decode(),
        }
        place = {name: more.pop(name) for name in ("response", "budget_id") if name in more}
        return Birth(kind, self.objects.customer_id, parent, fields | more, id=id_, **place)

    @property
    def is_youtube(self) -> bool:
        return any(c.platform is Platform.YOUTUBE for c in self.objects.campaigns)
