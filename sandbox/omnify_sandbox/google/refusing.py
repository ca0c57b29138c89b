"""Short ways to say no, in Google's families of errors."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.message import Made

_BIGGEST_BID_UNITS = 10_000
MICROS = 1_000_000


def missing(path: str, at: Path) -> GoogleProblem:
    return GoogleProblem(
        "fieldError", "REQUIRED", "The required field was not present.", path=(*at, *path.split("."))
    )


def not_made(what: str, at: Path) -> GoogleProblem:
    return GoogleProblem(
        "mutateError", "MUTATE_NOT_ALLOWED", f"The sandbox market does not make {what}.", path=at
    )


def need(made: Made, at: Path, *paths: str) -> None:
    for path in paths:
        if made.get(path) in (None, ""):
            raise missing(path, at)


def only(made: Made, paths: frozenset[str], at: Path) -> None:
    """Everything else belongs to features that the market has not."""
    for path in made:
        if path not in paths and path != "resource_name":
            raise not_made(f"'{path}'", (*at, *path.split(".")))


def check_text(text: Any, longest: int, at: Path) -> None:
    if not str(text).strip():
        raise GoogleProblem("stringLengthError", "EMPTY", "Empty.", path=at)
    if len(str(text)) > longest:
        raise GoogleProblem("stringLengthError", "TOO_LONG", "Too long.", path=at, trigger=str(text))


def check_count(items: list[Any], low: int, high: int, at: Path) -> None:
    if not low <= len(items) <= high:
        code = "TOO_FEW" if len(items) < low else "TOO_MANY"
        raise GoogleProblem(
            "collectionSizeError", code, f"Between {low} and {high} are allowed, not {len(items)}.", path=at
        )


def check_bid(micros: int, smallest: int, at: Path) -> None:
    """`smallest`: micros of the currency's minor unit."""
    if micros < smallest:
        raise GoogleProblem("biddingError", "BID_TOO_SMALL", "The bid is too small.", path=at)
    if micros > _BIGGEST_BID_UNITS * MICROS * smallest // 10_000:
        raise GoogleProblem("biddingError", "BID_TOO_BIG", "The bid is too big.", path=at)
    if micros % smallest:
        raise GoogleProblem(
            "biddingError", "BID_TOO_MANY_FRACTIONAL_DIGITS", "The bid has too many digits.", path=at
        )


def check_url(url: str, at: Path) -> None:
    scheme, _, rest = url.partition("://")
    if not rest:
        raise GoogleProblem("urlFieldError", "MISSING_PROTOCOL_IN_FINAL_URL", "No protocol.", path=at)
    if scheme not in ("http", "https"):
        raise GoogleProblem("urlFieldError", "INVALID_PROTOCOL_IN_FINAL_URL", "Wrong protocol.", path=at)
    if not rest.split("/")[0] or " " in url:
        raise GoogleProblem("urlFieldError", "MALFORMED_FINAL_URL", "The URL is malformed.", path=at)
