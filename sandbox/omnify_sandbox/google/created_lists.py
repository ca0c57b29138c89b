"""Lists of customers as an owner makes them."""

from __future__ import annotations

from omnify_sandbox.google import refusing
from omnify_sandbox.google.creator import Creator
from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.lists import user_lists
from omnify_sandbox.google.message import Made
from omnify_sandbox.growth import Birth

_KEY_TYPE, _LONGEST_LIFE_DAYS = "crm_based_user_list.upload_key_type", 540
_FIELDS = frozenset({"name", "description", "membership_life_span", "membership_status", _KEY_TYPE})


def judge_list(creator: Creator, made: Made, at: Path) -> tuple[list[Birth], str]:
    if made.get("resource_name"):
        raise GoogleProblem(
            "newResourceCreationError", "CANNOT_SET_ID_FOR_CREATE", "A list's ID cannot be set.", path=at
        )
    refusing.only(made, _FIELDS, at)
    if not str(made.get("name", "")).strip() or len(str(made["name"])) > 255:
        raise _list("INVALID_NAME", "The name is empty or too long.", (*at, "name"))
    if _KEY_TYPE not in made:
        raise _list("USER_LIST_MUTATE_NOT_SUPPORTED", "The kind of list is missing.", at)
    if made[_KEY_TYPE] != "CONTACT_INFO":
        raise refusing.not_made(f"lists of {made[_KEY_TYPE]}", (*at, "crm_based_user_list"))
    if not 1 <= made.get("membership_life_span", _LONGEST_LIFE_DAYS) <= _LONGEST_LIFE_DAYS:
        place = (*at, "membership_life_span")
        raise GoogleProblem("rangeError", "TOO_HIGH", "At most 540 days.", path=place)
    taken = _list("NAME_ALREADY_USED", "The name is already used.", (*at, "name"))
    if any(one["user_list.name"] == made["name"] for one in user_lists(creator.objects)):
        raise taken
    creator.claim("audience", "", str(made["name"]), taken)
    id_ = creator.next_id("audience")
    birth = creator.birth("audience", id_, "", {"membership_status": "OPEN"} | made)
    return [birth], f"customers/{creator.objects.customer_id}/userLists/{id_}"


def _list(code: str, message: str, at: Path) -> GoogleProblem:
    return GoogleProblem("userListError", code, message, path=at)
