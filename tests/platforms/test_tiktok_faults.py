"""TikTok's refusals, which come under HTTP 200: what each does to a read and to a write."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from omnify_core.campaigns import Level, Status
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformForbidden,
    PlatformNotFound,
    PlatformRejected,
    PlatformUnavailable,
    RateLimited,
    ReconnectNeeded,
)
from omnify_core.legs import AnyLeg
from omnify_platforms.refusals import Answer, Kind
from omnify_platforms.tiktok_errors import tiktok_refusal
from tests.builders.contract_files import contract
from tests.builders.platform_strikes import ON_THE_WIRE, Strike, read_after, write_after
from tests.builders.platform_wire import NOON, Reply, budget_leg, json_reply, ref, status_leg
from tests.builders.tiktok_wire import (
    TIKTOK,
    ad,
    ad_leg,
    audience_leg,
    bid_leg,
    campaign,
    campaign_leg,
    connection,
    described,
    desk,
    group,
    group_leg,
    identities,
    name_leg,
    ok,
    page,
    refused,
    regions,
    targeting_leg,
)


def says(name: str, code: int, read: type[PlatformError] | None, write: type[PlatformError]) -> Strike:
    def replies() -> list[Reply]:
        return [refused(code)]

    return Strike(name, replies, read, write)


STRIKES = [
    *ON_THE_WIRE,
    says("expired token", 40102, ReconnectNeeded, ReconnectNeeded),
    says("revoked token", 40105, ReconnectNeeded, ReconnectNeeded),
    says("too many requests", 40100, None, RateLimited),
    says("too many requests of the app", 61000, None, RateLimited),
    says("no permission", 40001, PlatformForbidden, PlatformForbidden),
    says("parameter", 40002, PlatformRejected, PlatformRejected),
    says("no such object", 40007, PlatformNotFound, PlatformNotFound),
    says("request id used before", 40050, None, OutcomeUnknown),
    says("interface gone", 41001, PlatformError, PlatformError),
    says("write conflict", 40202, None, PlatformUnavailable),
    says("part of it done", 20001, None, OutcomeUnknown),
    says("system error", 50000, None, OutcomeUnknown),
    says("system timeout", 50002, None, OutcomeUnknown),
    says("internal timeout", 51010, None, OutcomeUnknown),
    says("maintenance", 60001, None, OutcomeUnknown),
    says("a code of tomorrow", 99999, None, OutcomeUnknown),
    Strike("200 without an envelope", lambda: [json_reply({"hello": 1})], None, OutcomeUnknown),
    Strike("200 whose code is no number", lambda: [json_reply({"code": "0"})], None, OutcomeUnknown),
]


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_a_read_survives_what_passes_and_reports_what_does_not(strike: Strike) -> None:
    await read_after(strike, desk, ref(TIKTOK), [page(campaign()), described()])


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_a_write_is_sent_again_only_where_nothing_can_have_happened(strike: Strike) -> None:
    await write_after(strike, desk, budget_leg(TIKTOK), before=[described()], well=ok())


TRAFFIC = page(campaign(objective_type="TRAFFIC", budget_optimize_on=True))
CHANGES: dict[str, tuple[AnyLeg, list[Reply]]] = {
    "rename": (name_leg(), []),
    "rename an ad": (name_leg(Level.AD), [page(ad())]),
    "bid": (bid_leg(), [page(group()), described()]),
    "targeting": (targeting_leg(countries=("US",)), [regions(), page(group())]),
    "create a campaign": (campaign_leg(), [described()]),
    "create an ad group": (group_leg(), [TRAFFIC, regions()]),
    "create an ad": (ad_leg(), [page(group()), identities()]),
    "create an audience": (audience_leg(), [ok({"file_path": "0123456789abcdef"})]),
    "remove": (status_leg(TIKTOK, Status.REMOVED), []),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_no_kind_of_change_is_sent_twice(strike: Strike, change: str) -> None:
    leg, before = CHANGES[change]
    await write_after(strike, desk, leg, before=before, well=ok())


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_a_file_that_did_not_arrive_may_be_sent_again(strike: Strike) -> None:
    """The upload alone does nothing, so it is judged as a read."""
    at = desk(*strike.replies(), ok({"file_path": "0123456789abcdef"}), ok())
    if strike.read is None:
        await at.ads.write(audience_leg(), key="k")
        assert at.script.paths.count("/open_api/v1.3/dmp/custom_audience/create/") == 1
    else:
        with pytest.raises(strike.read):
            await at.ads.write(audience_leg(), key="k")
        assert "/open_api/v1.3/dmp/custom_audience/create/" not in at.script.paths


async def test_a_token_that_ended_asks_for_a_person_and_sends_no_renewal() -> None:
    at = desk(using=connection(expires_at=NOON - timedelta(seconds=1)))
    with pytest.raises(ReconnectNeeded, match="cannot be renewed"):
        await at.ads.read(ref(TIKTOK))
    assert at.script.asked == []


async def test_too_many_requests_are_waited_out_by_reads() -> None:
    at = desk(refused(40100), refused(40100), page(campaign()), described())
    await at.ads.read(ref(TIKTOK))
    assert at.pace.slept == [1.0, 2.0]


async def test_the_blamed_field_and_the_request_are_named() -> None:
    low = refused(40002, "budget: must be at least 50.")
    with pytest.raises(PlatformRejected, match="must be at least 50") as caught:
        await desk(described(), low).ads.write(budget_leg(TIKTOK), key="k")
    assert (caught.value.field, caught.value.request_id) == ("budget", "TT-1")


def test_a_gateway_s_error_without_an_envelope_is_judged_by_http() -> None:
    found = tiktok_refusal(Answer(429, httpx.Headers(), None))
    assert found is not None
    assert found.kind is Kind.RATE


def test_every_code_of_the_contract_has_a_kind_that_fits_its_name() -> None:
    words = {
        "TOKEN": {Kind.RECONNECT},
        "NOT_EXIST": {Kind.NOT_FOUND},
        "TOO_MANY": {Kind.RATE},
        "FREQUEN": {Kind.RATE},
        "SERVICE_ERROR": {Kind.TRANSIENT},
        "TIME_OUT": {Kind.TRANSIENT},
        "MAINTENANCE": {Kind.TRANSIENT},
        "PERMISSION": {Kind.PERMISSION},
        "OFFLINE": {Kind.OUTDATED},
        "ILLEGAL": {Kind.POLICY},
    }
    for name, code in contract("tiktok_ads/error_codes.json").items():
        found = tiktok_refusal(Answer(200, {}, {"code": code, "message": "no"}))
        assert (found is None) == (code == 0), name
        for word, kinds in words.items():
            assert found is None or word not in name or found.kind in kinds, name


def test_the_recorded_refusals_are_understood() -> None:
    kinds = {
        "invalid_token": Kind.RECONNECT,
        "expired_token": Kind.RECONNECT,
        "no_permission": Kind.PERMISSION,
        "param_error": Kind.VALIDATION,
        "rate_limit": Kind.RATE,
        "server_error": Kind.TRANSIENT,
    }
    recorded = contract("tiktok_ads/fixtures/envelope_and_errors.json")
    for name, kind in kinds.items():
        found = tiktok_refusal(Answer(recorded[name]["http"], {}, recorded[name]["body"]))
        assert found is not None
        assert found.kind is kind, name
    assert tiktok_refusal(Answer(200, {}, recorded["ok"])) is None
