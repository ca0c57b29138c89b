"""Sealed connections open where they belong, under the key that sealed them, and nowhere else."""

from __future__ import annotations

import base64
import json

import pytest
from pydantic import ValidationError

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, ReconnectNeeded
from omnify_core.ids import TenantId
from omnify_platforms.connections import Connection
from omnify_platforms.vault import KeyRing, new_key, rewrap, seal, unseal
from tests.builders.platform_wire import NOON, SECRETS, TENANT, connection

GOOGLE = Platform.GOOGLE
OLD, NEW = new_key("2025"), new_key("2026")


def opened(sealed: str, ring: KeyRing) -> Connection:
    return unseal(sealed, ring, tenant=TENANT, platform=GOOGLE)


def test_what_is_sealed_comes_back_whole() -> None:
    ours = connection(GOOGLE, expires_at=NOON)
    assert opened(seal(ours, KeyRing.parse(OLD)), KeyRing.parse(OLD)) == ours


def test_no_secret_can_be_read_from_the_record() -> None:
    sealed = seal(connection(GOOGLE), KeyRing.parse(OLD))
    raw = sealed.encode() + b"".join(
        base64.b64decode(json.loads(sealed)[part]) for part in ("wrapped", "body")
    )
    for secret in SECRETS[GOOGLE].values():
        assert secret.encode() not in raw


def test_the_same_connection_never_seals_to_the_same_text() -> None:
    ring = KeyRing.parse(OLD)
    assert seal(connection(GOOGLE), ring) != seal(connection(GOOGLE), ring)


@pytest.mark.parametrize(("tenant", "platform"), [(TenantId("t_other"), GOOGLE), (TENANT, Platform.META)])
def test_a_record_moved_to_another_tenant_or_platform_does_not_open(
    tenant: TenantId, platform: Platform
) -> None:
    ring = KeyRing.parse(OLD)
    with pytest.raises(ReconnectNeeded, match="belongs elsewhere"):
        unseal(seal(connection(GOOGLE), ring), ring, tenant=tenant, platform=platform)


@pytest.mark.parametrize("part", ["wrapped", "body"])
def test_one_flipped_bit_is_noticed(part: str) -> None:
    ring = KeyRing.parse(OLD)
    record = json.loads(seal(connection(GOOGLE), ring))
    raw = bytearray(base64.b64decode(record[part]))
    raw[len(raw) // 2] ^= 1
    record[part] = base64.b64encode(raw).decode()
    with pytest.raises(ReconnectNeeded, match="altered"):
        opened(json.dumps(record), ring)


@pytest.mark.parametrize("text", ["", "{}", "plain", '{"v":1,"key_id":"2025","wrapped":"!","body":"AA=="}'])
def test_what_is_no_record_does_not_open(text: str) -> None:
    with pytest.raises(ReconnectNeeded, match="altered"):
        opened(text, KeyRing.parse(OLD))


def test_rotation_wraps_the_key_anew_and_leaves_the_body() -> None:
    before = seal(connection(GOOGLE), KeyRing.parse(OLD))
    both = KeyRing.parse(f"{NEW},{OLD}")
    after = rewrap(before, both, tenant=TENANT, platform=GOOGLE)
    assert json.loads(after)["body"] == json.loads(before)["body"]
    assert opened(after, KeyRing.parse(NEW)) == connection(GOOGLE)
    assert rewrap(after, both, tenant=TENANT, platform=GOOGLE) == after
    with pytest.raises(ReconnectNeeded, match="'2026', which is not in the key ring"):
        opened(after, KeyRing.parse(OLD))


def test_a_wrapped_key_cannot_be_passed_off_under_another_id() -> None:
    ring = KeyRing.parse(f"{OLD},twin:{OLD.removeprefix('2025:')}")
    record = json.loads(seal(connection(GOOGLE), ring)) | {"key_id": "twin"}
    with pytest.raises(ReconnectNeeded):
        opened(json.dumps(record), ring)


@pytest.mark.parametrize("text", ["", "k", "k:c2hvcnQ=", "k:***secret***"])
def test_a_bad_key_ring_is_refused_without_showing_keys(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        KeyRing.parse(text)
    assert "c2hvcnQ" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_keys_and_secrets_do_not_print() -> None:
    ring = KeyRing.parse(OLD)
    shown = (
        f"{ring!r} {ring} {connection(GOOGLE)!r} {connection(GOOGLE)} {connection(GOOGLE).model_dump_json()}"
    )
    for secret in (OLD.removeprefix("2025:"), *SECRETS[GOOGLE].values()):
        assert secret not in shown


def test_a_wrong_connection_is_refused_without_showing_its_secrets() -> None:
    fields = {
        "tenant_id": "t",
        "platform": "google",
        "base_url": "https://x.test",
        "token_url": "https://x.test",
    }
    with pytest.raises(ValidationError) as caught:
        Connection.model_validate(fields | {"secrets": {"access_token": ["canary-in-a-list"]}})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://ads.example.com/v26", "ftp://localhost", "ads.example.com"])
def test_tokens_are_not_sent_in_the_clear_over_a_network(url: str) -> None:
    with pytest.raises(BadInput, match="must be https"):
        connection(GOOGLE, base_url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/google-ads", "http://sandbox/google-ads/"])
def test_the_machine_s_own_sandbox_may_speak_http(url: str) -> None:
    assert connection(GOOGLE, base_url=url).base_url == url.rstrip("/")
