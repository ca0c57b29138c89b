"""What is created on Meta: our specs as its forms, and its objects as our specs."""

from __future__ import annotations

import hashlib
import json
import re
from typing import NamedTuple, NoReturn

from omnify_core.errors import BadInput, PlatformRejected, Unsupported
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Objective, Targeting
from omnify_platforms.meta_graph import META
from omnify_platforms.meta_targeting import targeting_of
from omnify_platforms.rows import Row, word
from omnify_platforms.units import from_meta_units

Form = dict[str, str]

CAMPAIGN = "id,name,objective,daily_budget"
AD_SET = "id,name,bid_amount,daily_budget,targeting"
AD = "id,name,creative{object_story_spec}"
AUDIENCE = "id,name,description"

CAPPED = ("LOWEST_COST_WITH_BID_CAP", "COST_CAP")
"""The bid strategies under which an ad set has an amount of its own."""


class _Goal(NamedTuple):
    """What an ad set of a campaign works for; `event` counts on the pixel, `needs` names what it promotes."""

    optimization: str
    needs: str = ""
    event: str = ""
    destination: str = ""


_OBJECTIVES = {objective: f"OUTCOME_{objective.name}" for objective in Objective}
_OURS = {theirs: ours for ours, theirs in _OBJECTIVES.items()}
_GOALS = {
    "OUTCOME_AWARENESS": _Goal("REACH", needs="page_id"),
    "OUTCOME_TRAFFIC": _Goal("LINK_CLICKS"),
    "OUTCOME_ENGAGEMENT": _Goal("POST_ENGAGEMENT", destination="ON_POST"),
    "OUTCOME_LEADS": _Goal("OFFSITE_CONVERSIONS", needs="pixel_id", event="LEAD"),
    "OUTCOME_SALES": _Goal("OFFSITE_CONVERSIONS", needs="pixel_id", event="PURCHASE"),
}
_PAUSED = {"status": "PAUSED"}
_CREATIVE_NAME_LENGTH = 80  # Meta's own limit is 100, the digest included
_ACTION = re.compile(r"[A-Z_]{2,40}")
_HASH = re.compile(r"[0-9a-f]{64}")


def campaign_form(spec: CampaignSpec, units: str) -> Form:
    """With a budget of its own in Meta's `units`, of no special ad category. Raises BadInput, Unsupported."""
    if spec.targeting != Targeting():
        raise BadInput("targeting: Meta Ads targets by ad set; give it to the ad group instead")
    if spec.start_on is not None:
        raise Unsupported("Meta Ads starts a campaign when it is enabled; leave start_on empty")
    return _PAUSED | {
        "name": spec.name,
        "objective": _OBJECTIVES[spec.objective],
        "buying_type": "AUCTION",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "daily_budget": units,
        # Credit, jobs, housing and politics have rules of their own, which only their advertiser can know.
        "special_ad_categories": "[]",
    }


def campaign_spec(row: Row, currency: str) -> CampaignSpec:
    """Raises PlatformRejected where the campaign is of a kind that is never created from here."""
    objective, budget = _OURS.get(row.text("objective")), row.count("daily_budget")
    if objective is None or not budget:
        _another_kind(row, "campaign", f"{row.text('objective') or 'no objective'}, daily budget {budget}")
    return CampaignSpec(
        name=row.required("name"),
        objective=objective,
        daily_budget=row.exact("daily_budget", from_meta_units, currency),
    )


def goal_of(objective: str) -> _Goal:
    """Raises Unsupported for objectives under which no ad set is created from here."""
    if objective not in _GOALS:
        raise Unsupported(f"no ad set is created from here in a campaign with the objective {objective!r}")
    return _GOALS[objective]


def ad_set_form(spec: AdGroupSpec, campaign_id: str, goal: _Goal, promoted: str) -> Form:
    """All but money and targeting. `promoted`: the id of the page or pixel, '' where none is needed."""
    form = _PAUSED | {
        "name": spec.name,
        "campaign_id": campaign_id,
        "billing_event": "IMPRESSIONS",
        "optimization_goal": goal.optimization,
    }
    if goal.needs:
        event = {"custom_event_type": goal.event} if goal.event else {}
        form["promoted_object"] = json.dumps({goal.needs: promoted} | event)
    return form | ({"destination_type": goal.destination} if goal.destination else {})


def ad_set_spec(row: Row, currency: str, like: AdGroupSpec | None) -> AdGroupSpec:
    return AdGroupSpec(
        name=row.required("name"),
        bid=amount(row, "bid_amount", currency),
        daily_budget=amount(row, "daily_budget", currency),
        targeting=targeting_of(row, like.targeting if like else None),
    )


def amount(row: Row, path: str, currency: str) -> Money | None:
    """None where Meta shows none; it then sends nothing, or 0."""
    return row.exact(path, from_meta_units, currency) if row.count(path) else None


class CreativeForm(NamedTuple):
    """A creative is known by its name, which ends in a digest of what it says."""

    name: str
    form: Form


def check_ad(spec: AdSpec) -> None:
    """Raises BadInput and Unsupported where a link ad has no place for it."""
    if len(spec.headlines) != 1:
        raise Unsupported("a Meta link ad has one headline; propose one ad for each")
    if len(spec.descriptions) > 2:
        raise Unsupported("a Meta link ad has a text and a description, two at most; leave the others out")
    if spec.call_to_action and not _ACTION.fullmatch(spec.call_to_action):
        raise BadInput(f"call_to_action must be Meta's own word such as 'SIGN_UP', not {spec.call_to_action}")
    if spec.image:
        word(spec.image, "the hash of a Meta image")


def creative_form(spec: AdSpec, page_id: str) -> CreativeForm:
    """A link ad: the first description is its text, the second stands below the headline."""
    link: dict[str, object] = {"link": spec.url, "name": spec.headlines[0]}
    link.update(zip(("message", "description"), spec.descriptions, strict=False))
    if spec.image:
        link["image_hash"] = spec.image
    if spec.call_to_action:
        link["call_to_action"] = {"type": spec.call_to_action, "value": {"link": spec.url}}
    story = json.dumps({"page_id": page_id, "link_data": link}, sort_keys=True)
    digest = hashlib.sha256(story.encode()).hexdigest()[:12]
    name = f"{spec.name[:_CREATIVE_NAME_LENGTH]} {digest}"
    return CreativeForm(name, {"name": name, "object_story_spec": story})


def ad_form(spec: AdSpec, ad_set_id: str, creative_id: str) -> Form:
    creative = json.dumps({"creative_id": creative_id})
    return _PAUSED | {"name": spec.name, "adset_id": ad_set_id, "creative": creative}


def ad_spec(row: Row) -> AdSpec:
    """Raises PlatformRejected where the ad is of a kind that is never created from here."""
    link = "creative.object_story_spec.link_data"
    if not (row.text(f"{link}.link") and row.text(f"{link}.name")):
        _another_kind(row, "ad", "no link ad")
    texts = (row.text(f"{link}.message"), row.text(f"{link}.description"))
    return AdSpec(
        name=row.required("name"),
        headlines=(row.text(f"{link}.name"),),
        descriptions=tuple(text for text in texts if text),
        url=row.text(f"{link}.link"),
        image=row.text(f"{link}.image_hash"),
        call_to_action=row.text(f"{link}.call_to_action.type"),
    )


def audience_form(spec: AudienceSpec) -> Form:
    """Raises BadInput where a member is no hash."""
    if any(not _HASH.fullmatch(member) for member in spec.members):
        raise BadInput("members: each must be the SHA-256 of an e-mail address, 64 hexadecimal digits")
    described = {"description": spec.description} if spec.description else {}
    source = {"subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
    return {"name": spec.name} | described | source


def upload_id(spec: AudienceSpec) -> str:
    """The number of the upload: a digest of whom it holds, so that a later read tells what arrived."""
    text = "\n".join(sorted(spec.members))
    return str(int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]))


def members_form(spec: AudienceSpec) -> Form:
    payload = {"schema": "EMAIL_SHA256", "data": [[member] for member in spec.members]}
    session = {
        "session_id": int(upload_id(spec)),
        "batch_seq": 1,
        "last_batch_flag": True,
        "estimated_num_total": len(spec.members),
    }
    return {"payload": json.dumps(payload), "session": json.dumps(session)}


def _another_kind(row: Row, what: str, shown: str) -> NoReturn:
    raise PlatformRejected(
        f"Meta Ads has a {what} called {row.text('name')!r} of another kind there already ({shown}); "
        "choose another name",
        platform=META.value,
        field="name",
    )
