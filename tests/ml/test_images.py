"""Pictures as numbers, and what may be said of their effect."""

from __future__ import annotations

import numpy as np
import pytest

from omnify_core.errors import BadInput
from omnify_ml.creative import images
from omnify_ml.creative.image_effects import ImageEffects, fit_images
from omnify_ml.creative.images import LOOK_ALIKE_BITS, NAMES, ImageFacts, bits_apart, facts_of
from tests.builders.pictures import lettered, plain, png, shaded


def test_brightness_contrast_and_color_are_what_the_eye_sees() -> None:
    dark, light, red = facts_of(plain("#101010")), facts_of(plain("#f0f0f0")), facts_of(plain("#ff0000"))
    assert dark.brightness < 0.1 < 0.9 < light.brightness
    assert dark.contrast == pytest.approx(0, abs=0.01)
    assert facts_of(shaded("#ffffff", "#000000")).contrast > 0.8
    assert red.saturation == pytest.approx(1.0)
    assert light.saturation == pytest.approx(0.0)
    assert red.colorfulness > 0.2 > light.colorfulness
    assert red.main_color == "#ff0000"
    assert (red.width, red.height, red.aspect) == (400, 200, 2.0)


def test_lettering_grows_with_the_lines_and_is_not_seen_in_a_shade() -> None:
    shares = [facts_of(lettered(lines)).lettering for lines in (0, 2, 6)]
    assert shares[0] == 0.0
    assert 0.05 < shares[1] < shares[2]
    assert facts_of(shaded("#ffffff", "#000000")).lettering < 0.02


def test_the_same_picture_in_another_size_looks_alike_and_another_one_does_not() -> None:
    one = facts_of(shaded("#ffffff", "#000000", turned=True))
    resized = facts_of(_resized(shaded("#ffffff", "#000000", turned=True)))
    other = facts_of(lettered(5))
    assert bits_apart(one, resized) <= LOOK_ALIKE_BITS < bits_apart(one, other)


def _resized(content: bytes) -> bytes:
    from io import BytesIO

    from PIL import Image

    return png(Image.open(BytesIO(content)).resize((200, 100)), "JPEG")


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a", plain()[:60], b"BM" + bytes(60)])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="no picture that can be read"):
        facts_of(content)


def test_too_many_bytes_or_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="bytes; at most"):
        facts_of(bytes(images.MOST_BYTES + 1))
    monkeypatch.setattr(images, "MOST_PIXELS", 1000)
    with pytest.raises(BadInput, match="400 x 200 pixels"):
        facts_of(plain())


def looks(n: int, *, effect: float, seed: int = 1) -> ImageEffects:
    """`n` tests of two pictures each; brightness changes the log click odds by `effect` per unit."""
    rng = np.random.default_rng(seed)
    facts = [
        ImageFacts(1200, 628, *rng.uniform(0, 1, 6).tolist(), main_color="#000000", print=0)
        for _ in range(2 * n)
    ]
    level = np.repeat(np.exp(0.3 * rng.standard_normal(n)) * 0.02, 2)
    rate = level * np.exp(effect * (np.array([one.brightness for one in facts]) - 0.5))
    seen = np.full(2 * n, 20_000.0)
    return fit_images(facts, np.repeat(np.arange(n), 2), seen, rng.binomial(20_000, rate).astype(float))


def test_a_true_effect_is_found_named_and_sized() -> None:
    found = looks(150, effect=0.8)
    assert found.unvalidated == ""
    assert found.drivers()[0][0] == "brightness"
    bright, dark = (
        ImageFacts(1200, 628, level, 0.5, 0.5, 0.5, 0.5, 0.5, "#000000", 0) for level in (0.9, 0.1)
    )
    lift = found.lift(bright, [bright, dark])
    assert lift.p10 < np.expm1(0.8 * 0.4) < lift.p90
    assert found.lift(dark, [bright, dark]).p50 < 0


def test_where_looks_do_nothing_it_stays_unvalidated() -> None:
    said = [looks(100, effect=0.0, seed=seed).unvalidated for seed in range(20)]
    assert sum(one != "" for one in said) >= 17
    assert all("foretold nothing" in one for one in said if one)


def test_too_few_tests_stay_unvalidated() -> None:
    found = looks(12, effect=0.8)
    assert found.unvalidated == "unvalidated: 12 own tests with different pictures, 40 needed"
    assert len(found.drivers()) == len(NAMES)


def test_ads_without_a_rival_or_with_the_same_picture_are_no_test() -> None:
    one = facts_of(plain())
    same = fit_images([one] * 4, np.array([0, 0, 1, 2]), np.full(4, 1000.0), np.full(4, 20.0))
    assert same.n_tests == 0
