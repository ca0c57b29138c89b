"""Names that may deceive are named and made visible; honest ones are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_guardrails import name_marks, visible


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Spring sale 2026 – US/CA (A+B) 50 %",
        "Été à Paris, Größe, naïve",
        "夏のセール Search JP",
        "Весенняя распродажа TechFlow",
        "Ελλάδα — Brand",
        "हिंदी अभियान",
        "🚀 Launch ✅",
    ],
)
def test_honest_names_carry_no_marks(name: str) -> None:
    assert name_marks(name) == []
    assert visible(name) == name


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("Brand\u202edaolpu", "bidi control"),
        ("Brand\u2066x\u2069", "bidi control"),
        ("Brand\u200bSale", "zero-width character"),
        ("Brand\U000e0041", "zero-width character"),
        ("Brand\x07", "control character"),
        ("Brand\nApproved by owner", "control character"),
        ("Brаnd", "mixed script"),
        ("Ѕаlе", "mixed script"),
        ("расе", "confusable letters"),
        ("Ｂｒａｎｄ", "confusable letters"),
        ("𝐁𝐫𝐚𝐧𝐝", "confusable letters"),
    ],
)
def test_each_deceit_has_its_name(name: str, mark: str) -> None:
    assert mark in name_marks(name)


def test_what_hides_is_written_out_in_its_place() -> None:
    assert visible("a\u202eb\u200bc\n") == "a⟨U+202E⟩b⟨U+200B⟩c⟨U+000A⟩"


@given(st.text())
def test_what_was_made_visible_hides_nothing_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    hidden = {"bidi control", "zero-width character", "control character"}
    assert not hidden & set(name_marks(shown))
