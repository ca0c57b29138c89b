"""LinkedIn's refusals and tokens: what each does to a read and to a write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnify_core.campaigns import Status
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
from omnify_platforms.linkedin_errors import linkedin_refusal
from omnify_platforms.refusals import Answer, Kind
from tests.builders.contract_files import contract
from tests.builders.linkedin_wire import (
    LINKEDIN,
    accounts_reply,
    ad_leg,
    bid_leg,
    campaign,
    campaign_leg,
    connection,
    desk,
    error,
    groups_reply,
    name_leg,
    targeting_leg,
    written,
)
from tests.builders.platform_strikes import ON_THE_WIRE, Strike, read_after, write_after
from tests.builders.platform_wire import NOON, Reply, budget_leg, fresh_token, json_reply, ref, status_leg

THROTTLE = "Resource level throttle limit for calls to this resource is reached."
TOO_LOW = {"description": "too low", "input": {"inputPath": {"fieldPath": "dailyBudget"}}}
BAD_PARAM = {"code": "ILLEGAL_ARGUMENT", "errorDetails": {"inputErrors": [TOO_LOW]}}


def expired() -> list[object]:
    return [error(401, serviceErrorCode=65602, code="EXPIRED_ACCESS_TOKEN"), fresh_token()]


def revoked(times: int, code: str = "REVOKED_ACCESS_TOKEN") -> list[object]:
    return [error(401, serviceErrorCode=65601, code=code) for _ in range(times)]


STRIKES = [
    *ON_THE_WIRE,
    Strike("expired token", expired, None, None, calls=2),
    Strike("expired, told by HTTP alone", lambda: [error(401), fresh_token()], None, None, calls=2),
    Strike("invalid token", lambda: [error(401, serviceErrorCode=65600), fresh_token()], None, None, calls=2),
    Strike("a token that is too young", lambda: revoked(1), None, None, calls=2),
    Strike("revoked", lambda: revoked(2), ReconnectNeeded, ReconnectNeeded, calls=2),
    Strike("throttled", lambda: [error(429, message=THROTTLE)], None, RateLimited),
    Strike("version retired", lambda: [error(426, code="NONEXISTENT_VERSION")], PlatformError, PlatformError),
    Strike("no permission", lambda: [error(403)], PlatformForbidden, PlatformForbidden),
    Strike("validation", lambda: [error(400, **BAD_PARAM)], PlatformRejected, PlatformRejected),
    Strike("no such object", lambda: [error(404)], PlatformNotFound, PlatformNotFound),
    Strike("write conflict", lambda: [error(409, code="CONFLICT")], None, PlatformUnavailable),
    Strike("write conflict, told by HTTP alone", lambda: [error(409)], None, PlatformUnavailable),
    Strike(
        "revoked, told by its number", lambda: revoked(2, code=""), ReconnectNeeded, ReconnectNeeded, calls=2
    ),
    Strike("maintenance", lambda: [error(503, code="UNDER_MAINTENANCE")], None, OutcomeUnknown),
]


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_a_read_survives_what_passes_and_reports_what_does_not(strike: Strike) -> None:
    await read_after(strike, desk, ref(LINKEDIN), [json_reply(campaign())])


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_a_write_is_sent_again_only_where_nothing_can_have_happened(strike: Strike) -> None:
    await write_after(strike, desk, budget_leg(LINKEDIN), before=[accounts_reply()], well=written())


CHANGES: dict[str, tuple[AnyLeg, list[Reply]]] = {
    "rename": (name_leg(), []),
    "bid": (bid_leg(), [json_reply(campaign(optimizationTargetType="NONE")), accounts_reply()]),
    "targeting": (targeting_leg(), [json_reply(campaign())]),
    "create a campaign": (campaign_leg(), [accounts_reply(), groups_reply()]),
    "create a creative": (ad_leg(), [json_reply(campaign())]),
    "remove": (status_leg(LINKEDIN, Status.REMOVED), [json_reply(campaign())]),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_no_kind_of_change_is_sent_twice(strike: Strike, change: str) -> None:
    leg, before = CHANGES[change]
    await write_after(strike, desk, leg, before=before, well=written(201 if "create" in change else 204))


async def test_silence_confirms_a_write_and_is_no_answer_to_a_read() -> None:
    await desk(accounts_reply(), written()).ads.write(budget_leg(LINKEDIN), key="k")
    with pytest.raises(PlatformUnavailable, match="without the JSON of its contract"):
        await desk(*[written() for _ in range(4)]).ads.read(ref(LINKEDIN))


async def test_a_young_token_is_given_five_seconds_and_one_more_try() -> None:
    at = desk(*revoked(1), json_reply(campaign()))
    await at.ads.read(ref(LINKEDIN))
    assert at.pace.slept == [5.0]
    dead = desk(*revoked(2))
    with pytest.raises(ReconnectNeeded, match="A person must connect it again"):
        await dead.ads.read(ref(LINKEDIN))
    assert len(dead.script.asked) == 2


async def test_a_renewed_token_may_be_too_young_as_well() -> None:
    at = desk(*expired(), *revoked(1), json_reply(campaign()))
    await at.ads.read(ref(LINKEDIN))
    assert at.script.asked[-1].headers["authorization"] == "Bearer fresh-canary-token"


async def test_a_token_is_renewed_by_form_and_the_refresh_token_stays() -> None:
    at = desk(*expired(), json_reply(campaign()))
    await at.ads.read(ref(LINKEDIN))
    assert at.script.paths[1] == "/oauth/v2/accessToken"
    assert at.script.form(1)["grant_type"] == "refresh_token"
    assert at.kept[0].secret("refresh_token") == connection().secret("refresh_token")


async def test_an_app_without_refresh_tokens_asks_for_a_person_when_its_token_ends() -> None:
    at = desk(expired()[0], using=connection(without="refresh_token"))
    with pytest.raises(ReconnectNeeded, match="access ends after 60 days"):
        await at.ads.read(ref(LINKEDIN))
    late = connection(without="refresh_token", expires_at=NOON - timedelta(seconds=1))
    with pytest.raises(ReconnectNeeded, match="access ends after 60 days"):
        await desk(using=late).ads.read(ref(LINKEDIN))


async def test_an_app_without_refresh_tokens_works_until_its_token_ends() -> None:
    soon = connection(without="refresh_token", expires_at=NOON + timedelta(days=1))
    assert (await desk(json_reply(campaign()), using=soon).ads.read(ref(LINKEDIN))).budget_key == "1201"


async def test_a_refresh_token_past_its_fixed_end_asks_for_a_person() -> None:
    dead = json_reply({"error": "invalid_request", "error_description": "token is expired"}, 400)
    with pytest.raises(ReconnectNeeded, match="A person must connect it again"):
        await desk(expired()[0], dead).ads.read(ref(LINKEDIN))


async def test_a_retired_version_asks_for_a_newer_release() -> None:
    with pytest.raises(PlatformError, match="Update OmniFy"):
        await desk(error(426)).ads.read(ref(LINKEDIN))


async def test_a_refusal_names_field_and_request() -> None:
    with pytest.raises(PlatformRejected, match="too low") as caught:
        await desk(accounts_reply(), error(400, **BAD_PARAM)).ads.write(budget_leg(LINKEDIN), key="k")
    assert (caught.value.field, caught.value.request_id) == ("dailyBudget", "LI-1")


def test_every_code_of_the_contract_is_judged_as_its_status_says() -> None:
    allowed = {
        400: {Kind.VALIDATION},
        403: {Kind.PERMISSION},
        404: {Kind.NOT_FOUND},
        408: {Kind.TRANSIENT},
        409: {Kind.BUSY},
        412: {Kind.VALIDATION},
    }
    for group in contract("linkedin_ads/error_codes.json")["groups"]:
        for known in group["codes"]:
            body = {"code": known["code"], "status": known["status"], "message": known["message_template"]}
            found = linkedin_refusal(Answer(known["status"], {}, body))
            assert found is not None
            assert found.kind in allowed.get(known["status"], {Kind.TRANSIENT}), known


def test_the_errors_that_were_observed_are_understood() -> None:
    kinds = {
        "version_sunset": Kind.OUTDATED,
        "legacy_401": Kind.EXPIRED,
        "bad_param": Kind.VALIDATION,
        "creatives_without_account": Kind.VALIDATION,
        "throttle": Kind.RATE,
        "invalid_401": Kind.EXPIRED,
        "expired_401": Kind.EXPIRED,
        "revoked_401": Kind.RECONNECT,
    }
    observed = contract("linkedin_ads/fixtures/errors_observed.json")
    for name, kind in kinds.items():
        found = linkedin_refusal(Answer(observed[name]["http"], {}, observed[name]["body"]))
        assert found is not None
        assert found.kind is kind, name
