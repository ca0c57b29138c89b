"""Meta v26.0: creatives, ads and customer lists made over the wire, and what is refused on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from omnify_sandbox.meta.contract import fields_of
from omnify_sandbox.meta.nodes import PAGE_ID
from tests.builders.contract_shapes import meta_faults
from tests.builders.meta_forms import AD_SET, CAMPAIGN, LINK, LIST, made, refusal, story, whole
from tests.builders.sandbox_wire import ACCOUNT, SandboxWire, open_wire


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


WRONG_CREATIVES = {
    "a page of others": json.dumps({"page_id": "1", "link_data": LINK}),
    "no link": story(link=""),
    "a link that is none": story(link="techflow.example"),
    "a button that is none": story(call_to_action={"type": "CLICK_ME"}),
    "a misspelt field": story(headline="x"),
    "nothing to show": json.dumps({"page_id": PAGE_ID}),
    "no JSON": "x",
}


@pytest.mark.parametrize("spec", WRONG_CREATIVES.values(), ids=WRONG_CREATIVES.keys())
async def test_a_creative_that_meta_would_refuse_is_refused(wire: SandboxWire, spec: str) -> None:
    assert (await refusal(wire, f"{ACCOUNT}/adcreatives", {"object_story_spec": spec}))["code"] == 100


async def test_a_creative_s_name_can_change_and_its_words_cannot(wire: SandboxWire) -> None:
    creative = await made(wire, "adcreatives", {"name": "C", "object_story_spec": story()})
    await wire.graph_post(creative, name="D")
    assert (await wire.graph(creative, fields="name")).json()["name"] == "D"
    await refusal(wire, creative, {"object_story_spec": story(name="Other words")})
    await refusal(wire, f"{ACCOUNT}/adcreatives", {"name": "x" * 101, "object_story_spec": story()})


@pytest.mark.parametrize(
    "creative", ['{"creative_id":"1"}', "{}", '{"id":"1"}', "7"], ids=["unknown", "none", "misspelt", "bare"]
)
async def test_an_ad_needs_a_creative_of_its_account(wire: SandboxWire, creative: str) -> None:
    campaign = await made(wire, "campaigns", CAMPAIGN)
    ad_set = await made(wire, "adsets", AD_SET | {"campaign_id": campaign})
    form = {"name": "Ad", "adset_id": ad_set, "creative": creative, "status": "PAUSED"}
    assert (await refusal(wire, f"{ACCOUNT}/ads", form))["code"] == 100


async def test_nothing_is_added_to_what_is_deleted(wire: SandboxWire) -> None:
    campaign, ad_set, creative, _ = await whole(wire)
    for id_ in (campaign, ad_set):
        await wire.graph_post(id_, status="DELETED")
    await refusal(wire, f"{ACCOUNT}/adsets", AD_SET | {"campaign_id": campaign})
    shown = json.dumps({"creative_id": creative})
    await refusal(wire, f"{ACCOUNT}/ads", {"name": "Ad", "adset_id": ad_set, "creative": shown})


async def test_a_customer_list_is_filled_session_by_session(wire: SandboxWire) -> None:
    audience = await made(wire, "customaudiences", LIST | {"description": "Of spring"})
    hashes = [f"{n:064x}" for n in range(2000)]
    session = {"session_id": 991, "batch_seq": 1, "last_batch_flag": True, "estimated_num_total": 2001}
    payload = {"schema": "EMAIL_SHA256", "data": [[one] for one in [*hashes, "someone@example.com"]]}
    form = {"payload": json.dumps(payload), "session": json.dumps(session)}
    reply = (await wire.graph_post(f"{audience}/users", **form)).json()
    assert (reply["num_received"], reply["num_invalid_entries"]) == (2001, 1)
    (row,) = (await wire.graph(f"{audience}/sessions", session_id="991")).json()["data"]
    assert meta_faults("CustomAudienceSession", row) == []
    assert (row["session_id"], row["num_received"]) == ("991", "2001")
    assert (await wire.graph(f"{audience}/sessions", session_id="5")).json()["data"] == []
    shown = (await wire.graph(audience, fields=",".join(fields_of("CustomAudience")))).json()
    assert meta_faults("CustomAudience", shown) == []
    assert (shown["approximate_count_lower_bound"], shown["description"]) == (1400, "Of spring")
    assert "someone@example.com" not in str(await wire.writes())


WRONG_USERS: dict[str, dict[str, str]] = {
    "nobody": {},
    "no entries": {"payload": '{"schema":"EMAIL_SHA256","data":[]}'},
    "another schema": {"payload": '{"schema":"PHONE","data":[["1"]]}'},
    "two texts for one": {"payload": '{"schema":"EMAIL_SHA256","data":[["1","2"]]}'},
    "a misspelt key": {"payload": '{"schema":"EMAIL_SHA256","datas":[["1"]]}'},
    "half a session": {"payload": '{"schema":"EMAIL_SHA256","data":[["1"]]}', "session": '{"session_id":1}'},
    "a session by text": {
        "payload": '{"schema":"EMAIL_SHA256","data":[["1"]]}',
        "session": '{"session_id":"1","batch_seq":1,"last_batch_flag":true}',
    },
}


@pytest.mark.parametrize("form", WRONG_USERS.values(), ids=WRONG_USERS.keys())
async def test_an_upload_that_meta_would_refuse_is_refused(wire: SandboxWire, form: dict[str, str]) -> None:
    audience = await made(wire, "customaudiences", LIST)
    assert (await refusal(wire, f"{audience}/users", form))["code"] == 100


async def test_a_deleted_list_is_gone_and_takes_nobody(wire: SandboxWire) -> None:
    audience = await made(wire, "customaudiences", LIST)
    token = {"access_token": wire.credentials["meta"]["access_token"]}
    assert (await wire.http.delete(f"/meta-ads/v26.0/{audience}", params=token)).json() == {"success": True}
    listed = (await wire.graph(f"{ACCOUNT}/customaudiences", fields="id", limit="100")).json()["data"]
    assert {"id": audience} not in listed
    payload = json.dumps({"schema": "EMAIL_SHA256", "data": [["a" * 64]]})
    await refusal(wire, f"{audience}/users", {"payload": payload})


@pytest.mark.parametrize("missing", ["name", "subtype", "customer_file_source"])
async def test_a_customer_list_needs_its_fields(wire: SandboxWire, missing: str) -> None:
    form = {name: value for name, value in LIST.items() if name != missing}
    assert missing in (await refusal(wire, f"{ACCOUNT}/customaudiences", form))["message"]
