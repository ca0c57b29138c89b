"""New creatives: what they show must exist, and fit their campaign."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from omnify_sandbox.catalog import Campaign
from omnify_sandbox.growth import Birth
from omnify_sandbox.linkedin.contract import creative_statuses
from omnify_sandbox.linkedin.creating import FIRST, OURS
from omnify_sandbox.linkedin.errors import (
    InputError,
    bad_input,
    body_of,
    missing,
    name_faults,
    no_such_value,
    unpermitted,
    wrong_value,
)
from omnify_sandbox.linkedin.objects import LinkedInObjects, urn

_POST = re.compile(r"urn:li:(share|ugcPost):\d+")
_ADDRESS = re.compile(r"https?://\S{1,500}")


def creative_birth(objects: LinkedInObjects, account: str, body: Any, groups: Mapping[str, str]) -> Birth:
    """`groups`: what the world keeps each campaign's ads in. Raises LinkedInProblem."""
    given = body_of(body)
    known = ("account", "campaign", "content", "intendedStatus", "name", "leadgenCallToAction")
    if strange := [name for name in given if name not in known]:
        raise unpermitted("REQUEST_BODY", strange)
    faults = [missing(name) for name in ("campaign", "content", "intendedStatus") if name not in given]
    if faults:
        raise bad_input(*faults)
    held = {campaign.id: campaign for campaign in objects.campaigns(account)}
    campaign = held.get(str(given["campaign"]).removeprefix(urn("Campaign", "")))
    if campaign is None or objects.status("campaign", campaign.id) in ("ARCHIVED", "PENDING_DELETION"):
        raise bad_input(no_such_value("campaign", given["campaign"]))
    if given["intendedStatus"] not in creative_statuses() or given["intendedStatus"] not in FIRST:
        raise bad_input(wrong_value("intendedStatus", given["intendedStatus"]))
    faults = [*name_faults(given.get("name", "-")), *_content(objects, campaign, given["content"])]
    if faults:
        raise bad_input(*faults)
    text = given["content"].get("textAd", {})
    fields = {
        "name": given.get("name", ""),
        "status": OURS[given["intendedStatus"]],
        "headline": text.get("headline", ""),
        "body": text.get("description", ""),
        "made_of": orjson.dumps({"content": given["content"]}).decode(),
    }
    return Birth("ad", account, groups[campaign.id], fields)


def _content(objects: LinkedInObjects, campaign: Campaign, value: Any) -> Iterator[InputError]:
    """A reference to a post for sponsored content, the text itself for a text ad."""
    wants = "textAd" if objects.campaign(campaign)["type"] == "TEXT_AD" else "reference"
    if not isinstance(value, dict) or list(value) != [wants]:
        yield wrong_value("content", value)
    elif wants == "reference":
        post = value["reference"]
        if not isinstance(post, str) or not _POST.fullmatch(post):
            yield wrong_value("content/reference", post)
        elif post not in objects.posts(campaign.account):
            yield no_such_value("content/reference", post)
    else:
        yield from _text_ad(value["textAd"])


def _text_ad(value: Any) -> Iterator[InputError]:
    known = {"headline": 25, "description": 75}
    if not isinstance(value, dict):
        yield wrong_value("content/textAd", value)
        return
    if strange := [f"content/textAd/{n}" for n in value if n not in (*known, "landingPage", "image")]:
        raise unpermitted("REQUEST_BODY", strange)
    for name, most in known.items():
        text = value.get(name)
        if not isinstance(text, str) or not text.strip():
            yield missing(f"content/textAd/{name}")
        elif len(text) > most:
            why = f"{name} length {len(text)} can't exceeded maximum {most} length"
            yield InputError("FIELD_LENGTH_TOO_LONG", f"content/textAd/{name}", why)
    if not _ADDRESS.fullmatch(str(value.get("landingPage"))):
        yield wrong_value("content/textAd/landingPage", value.get("landingPage"))
