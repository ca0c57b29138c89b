"""Google's writes, operation by operation: what is made, changed or removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from omnify_sandbox.advertiser import micros_per_minor
from omnify_sandbox.book import Change, Key, ObjectKind
from omnify_sandbox.google import contract, refusing
from omnify_sandbox.google.creating import make
from omnify_sandbox.google.creator import Creator
from omnify_sandbox.google.criteria import criteria_of
from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.lists import list_ids
from omnify_sandbox.google.money import minor_of
from omnify_sandbox.google.objects import GoogleObjects
from omnify_sandbox.google.payload import known_only, mask_paths, scalar
from omnify_sandbox.google.writable import COLLECTIONS, Collection
from omnify_sandbox.growth import Birth
from omnify_sandbox.stage import Stage

_OPERATION = {"create", "update", "remove", "updateMask"}


class Judged(NamedTuple):
    """What one operation comes to."""

    result: dict[str, Any]
    changes: Sequence[Change] = ()
    births: Sequence[Birth] = ()


class Mutator:
    """Judges the operations of one request one by one; the caller commits."""

    def __init__(self, market: Stage, customer: str) -> None:
        self._market = market
        self._customer = customer
        self._objects = GoogleObjects(market, customer)
        self._currency = market.currency_of(customer)
        self._touched: set[tuple[str, str]] = set()
        self._creator = Creator(self._objects, micros_per_minor(self._currency))

    def judge(self, collection: Collection, operation: Any, index: int, *, is_full: bool) -> Judged:
        """Raises GoogleProblem or BadPayload."""
        where = f"operations[{index}]"
        read = known_only(operation, set(_OPERATION | collection.extra), where)
        at: Path = (("operations", index),)
        verbs = [verb for verb in ("create", "update", "remove") if verb in read]
        if len(verbs) != 1:
            raise wrong_request(
                "OPERATION_REQUIRED", "Exactly one of create, update and remove must be set.", at
            )
        if verbs[0] == "create":
            births, name = make(self._creator, collection.message, read["create"], index)
            return Judged({"resourceName": name}, births=births)
        if verbs[0] == "remove":
            return self._remove(collection, read["remove"], (*at, "remove"))
        return self._update(collection, read, index, is_full=is_full)

    def _remove(self, collection: Collection, name: Any, at: Path) -> Judged:
        key = self._find(collection, name, at)
        if collection.kind == "budget" and self._users(key.id):
            raise GoogleProblem(
                "campaignBudgetError", "CAMPAIGN_BUDGET_IN_USE", "A campaign still uses the budget.", path=at
            )
        return Judged({"resourceName": name}, [Change(key, "removed")])

    def _update(self, collection: Collection, read: dict[str, Any], index: int, *, is_full: bool) -> Judged:
        where, at = f"operations[{index}].update", (("operations", index), "update")
        message = known_only(read["update"], _names(collection.message), where)
        values = self._typed(collection, message, where)
        if "updateMask" not in read:
            raise GoogleProblem(
                "fieldMaskError",
                "FIELD_MASK_MISSING",
                "The field mask must be provided for update operations.",
                path=(("operations", index), "update_mask"),
            )
        paths = mask_paths(read["updateMask"], f"operations[{index}].update_mask")
        key = self._find(collection, message.get("resourceName"), (*at, "resource_name"))
        changes = [self._change(collection, key, path, values, (*at, path)) for path in paths]
        result: dict[str, Any] = {"resourceName": message["resourceName"]}
        if is_full:
            shown = {contract.camel(path): message[contract.camel(path)] for path in paths}
            return Judged({**result, collection.json_name: result | shown}, changes)
        return Judged(result, changes)

    def _typed(self, collection: Collection, message: dict[str, Any], where: str) -> dict[str, Any]:
        typed = {}
        for name, value in message.items():
            path = contract.snake(name)
            known = contract.field(f"{collection.message}.{path}")
            if known is not None:
                typed[path] = scalar(value, known, f"{where}.{path}")
        return typed

    def _find(self, collection: Collection, name: Any, at: Path) -> Key:
        """The book's key of a resource name. Refuses strangers, the removed and repeats."""
        if not name:
            raise wrong_request("RESOURCE_NAME_MISSING", "The resource name is missing.", at)
        plural = next(plural for plural, held in COLLECTIONS.items() if held is collection)
        match = re.fullmatch(rf"customers/(\d+)/{plural}/(\d+)(?:~(\d+))?", str(name))
        if match is None or collection.is_composite != (match[3] is not None):
            raise wrong_request("RESOURCE_NAME_MALFORMED", f"Resource name '{name}' is malformed.", at)
        id_ = f"{match[2]}~{match[3]}" if collection.kind == "criterion" else match[3] or match[2]
        if match[1] != self._customer or id_ not in self._ids(collection, match[2]):
            raise GoogleProblem("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.", path=at)
        if (plural, id_) in self._touched:
            raise GoogleProblem(
                "mutateError",
                "ID_EXISTS_IN_MULTIPLE_MUTATES",
                "The object occurs twice in the request.",
                path=at,
            )
        key = Key(collection.kind, id_, "status")
        if self._market.get(key, "enabled") == "removed":
            raise _removed(collection.kind, at)
        if id_ in self._read_only(collection.kind):
            raise GoogleProblem(
                "mutateError",
                "MUTATE_NOT_ALLOWED",
                "Mutates are not allowed for the requested resource.",
                path=at,
            )
        self._touched.add((plural, id_))
        return key

    def _read_only(self, kind: ObjectKind) -> set[str]:
        """Video campaigns on YouTube can only be read; Demand Gen has taken their place."""
        held: dict[str, list[tuple[str, str]]] = {
            "campaign": [(c.id, c.kind) for c in self._objects.campaigns],
            "group": [(g.id, g.campaign.kind) for g in self._objects.groups],
            "ad": [(a.id, a.campaign.kind) for a in self._objects.ads],
        }
        return {id_ for id_, of in held.get(kind, []) if of == "yt_video"}

    def _ids(self, collection: Collection, first: str) -> set[str]:
        """`first`: the parent's id in the name of what is named after its parent."""
        objects = self._objects
        match collection.message:
            case "campaign":
                return {c.id for c in objects.campaigns}
            case "campaign_budget":
                return {b.id for b in objects.budgets}
            case "ad_group":
                return {g.id for g in objects.groups}
            case "ad_group_ad":
                return {a.id for a in objects.ads if a.group.id == first}
            case "user_list":
                return set(list_ids(objects))
            case "ad_group_criterion":
                return {c.key.id for c in criteria_of(objects, [g for g in objects.groups if g.id == first])}
            case _:
                return {
                    c.key.id for c in criteria_of(objects, [c for c in objects.campaigns if c.id == first])
                }

    def _change(
        self, collection: Collection, key: Key, path: str, values: dict[str, Any], at: Path
    ) -> Change:
        known = contract.field(f"{collection.message}.{path}")
        if known is None and path not in _names(collection.message):
            raise GoogleProblem(
                "fieldMaskError",
                "FIELD_NOT_FOUND",
                f"The field mask contains an unknown field: '{path}'.",
                path=at,
            )
        if known is not None and known.is_read_only:
            raise GoogleProblem("fieldError", "IMMUTABLE_FIELD", "The field cannot be modified.", path=at)
        if path not in collection.writable:
            raise GoogleProblem(
                "mutateError", "MUTATE_NOT_ALLOWED", f"The sandbox market does not change '{path}'.", path=at
            )
        if path not in values:
            raise GoogleProblem(
                "fieldError", "FIELD_CANNOT_BE_CLEARED", "The field cannot be cleared.", path=at
            )
        value = self._accepted(collection, key, path, values[path], at)
        return Change(Key(key.kind, key.id, collection.writable[path]), value)

    def _accepted(self, collection: Collection, key: Key, path: str, value: Any, at: Path) -> int | str:
        match path:
            case "amount_micros":
                return minor_of(value, micros_per_minor(self._currency), at)
            case "cpc_bid_micros":
                refusing.check_bid(value, micros_per_minor(self._currency), at)
                return int(value)
            case "status":
                if value == "REMOVED":
                    raise GoogleProblem(
                        "enumError",
                        "ENUM_VALUE_NOT_PERMITTED",
                        "Status REMOVED cannot be set; use a remove operation.",
                        path=at,
                    )
                return str(value).lower()
            case _:
                return self._new_name(collection, key, str(value), at)

    def _new_name(self, collection: Collection, key: Key, name: str, at: Path) -> str:
        if not name.strip() or len(name) > 255:
            code = "TOO_LONG" if name.strip() else "TOO_SHORT"
            raise GoogleProblem("stringLengthError", code, "A name has 1 to 255 characters.", path=at)
        if collection.kind == "budget" and not self._is_shared(key.id):
            raise GoogleProblem(
                "campaignBudgetError",
                "CANNOT_MODIFY_FIELD_OF_IMPLICITLY_SHARED_CAMPAIGN_BUDGET",
                "The name of a budget that is not shared cannot be changed.",
                path=at,
            )
        if collection.kind == "group" and self._has_sibling(key.id, name):
            raise GoogleProblem(
                "adGroupError", "DUPLICATE_ADGROUP_NAME", "The name is already being used.", path=at
            )
        if collection.kind == "campaign" and self._is_taken(key.id, name):
            raise GoogleProblem(
                "campaignError", "DUPLICATE_CAMPAIGN_NAME", "The name is already being used.", path=at
            )
        return name

    def _is_taken(self, id_: str, name: str) -> bool:
        return any(
            c.id != id_
            and self._market.read(Key("campaign", c.id, "name")) == name
            and self._market.read(Key("campaign", c.id, "status")) != "removed"
            for c in self._objects.campaigns
        )

    def _has_sibling(self, id_: str, name: str) -> bool:
        """Whether another ad group of the same campaign has the name."""
        above = next(g.campaign.id for g in self._objects.groups if g.id == id_)
        return any(
            g.id != id_
            and g.campaign.id == above
            and self._market.read(Key("group", g.id, "name")) == name
            and self._market.read(Key("group", g.id, "status")) != "removed"
            for g in self._objects.groups
        )

    def _is_shared(self, budget_id: str) -> bool:
        return any(b.is_shared for b in self._objects.budgets if b.id == budget_id)

    def _users(self, budget_id: str) -> list[str]:
        return [
            c.id
            for c in self._objects.campaigns
            if c.budget.id == budget_id and self._market.read(Key("campaign", c.id, "status")) != "removed"
        ]


def _names(message: str) -> set[str]:
    """First steps of the message's paths, as proto and as JSON names."""
    names = contract.first_steps(message)
    return {*names, *(contract.camel(name) for name in names)}


def wrong_request(code: str, message: str, at: Path) -> GoogleProblem:
    return GoogleProblem("requestError", code, message, path=at)


def _removed(kind: ObjectKind, at: Path) -> GoogleProblem:
    message = "The object is removed; it cannot be changed any more."
    if kind == "budget":
        return GoogleProblem("campaignBudgetError", "CAMPAIGN_BUDGET_REMOVED", message, path=at)
    if kind == "ad":
        return GoogleProblem("adGroupAdError", "CANNOT_OPERATE_ON_REMOVED_ADGROUPAD", message, path=at)
    return GoogleProblem("contextError", "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE", message, path=at)
