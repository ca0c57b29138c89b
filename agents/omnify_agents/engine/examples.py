"""The shipped example utterances: one file per intent, one block per paraphrase family."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zlib import crc32

HELD_OUT_EVERY = 3
TRAINING_ONLY = "more"
"""Families whose name begins so are never held out; of the others, every third one is."""
MOST_VARIANTS = 8
_ALTERNATIVES = re.compile(r"\(([^()]*\|[^()]*)\)")

_FILL = {
    "{c}": ("SaaS Demo", '"Brand Search US"', "Retargeting - Trial Users", "competitor keywords", "'Webinar Leads EU'",
            "PMax Core", "Lookalike 2% Signups", '"Q4 Launch"', "pricing page visitors", "Free Trial Prospecting",
            "DACH Search Generic", "the Winter Sale campaign", "CRM Decision Makers", "App Install Broad", "NB | Exact | UK", "AC_Prospecting_Trials_DE", "RM_30d_Cart_UK", "AC | PMax | Feed | CA",
            "saas demo", "brand search us", "retargeting trial users", "webinar leads", "q4 launch", "winter sale", "free trial"),
    "{c2}": ("Brand Awareness EU", '"Meta Advantage Test"', "Search NonBrand", "'Video Views Q3'", "Spring Promo",
             "Demo Requests Broad", "Newsletter Leads", "AC_Video_Awareness_FR", '"Partner Webinar"', "Integrations Search",
             "brand awareness eu", "search nonbrand", "spring promo", "newsletter leads"),
    "{code}": ("AC_Prospecting_Trials_DE", "RM_30d_Cart_UK", "AC | PMax | Feed | CA", '"Webinar Leads"', "meta:1201", "google:8801234",
               "B2B_LAL1_Demo_US", "AC | Search | Generic | DE"),
    "{id}": ("google:1201", "meta:1201", "google:8801234", "meta:2203", "google:1419", "meta:120330045"),
    "{id2}": ("meta:3107", "google:1377", "meta:2210", "google:55120"),
    "{p}": ("Google", "Meta", "facebook", "google ads", "FB", "Instagram", "Meta Ads", "LinkedIn", "TikTok", "adwords"),
    "{p2}": ("Meta", "Google", "google ads", "facebook", "YouTube"),
    "{m}": ("$50", "100", "$2,000", "1.5k", "fifty dollars", "250 USD", "80", "a hundred", "€120", "$37.50"),
    "{md}": ("$100 a day", "$2,000/day", "80 per day", "a hundred a day", "150 USD daily", "1.2k/day", "fifty a day"),
    "{pct}": ("20 %", "10%", "15 percent", "a quarter", "30%", "five percent"),
    "{past}": ("last week", "yesterday", "in the last 30 days", "this month", "last month", "over the past two weeks",
               "today", "last 7 days", "this week", "in the past 90 days"),
    "{next}": ("next week", "in the next two weeks", "over the next 7 days", "in the coming month", "next 14 days", "within 10 days"),
    "{n}": ("3", "5", "ten", "7"),
    "{metric}": ("ROAS", "CPA", "conversions", "CTR", "revenue", "cost per lead", "spend", "conversion rate"),
    "{cs}": ("cs_5f0c9a1b2d3e", "cs_00aa11bb22cc"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One utterance. A held-out family serves only to measure."""

    intent: str
    family: str
    text: str
    is_held_out: bool


def load_examples() -> list[Example]:
    """Every shipped utterance with its alternatives and placeholders filled, the same on every machine."""
    return [
        Example(intent, family, text, is_held_out)
        for intent, family, line, is_held_out in _lines()
        for text in dict.fromkeys(_filled(line, seed) for seed in range(_variants(line)))
    ]


def _variants(line: str) -> int:
    """Lines with alternatives stand for many sentences."""
    return MOST_VARIANTS if _ALTERNATIVES.search(line) or "@" in line else 2


def _lines() -> Iterator[tuple[str, str, str, bool]]:
    for path in sorted(files(__package__).joinpath("examples").iterdir(), key=lambda path: path.name):
        intent, family, families = path.name.removesuffix(".txt"), "", 0
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                family = line.strip("[]")
                families += not family.startswith(TRAINING_ONLY)
            elif line.strip():
                is_held_out = families % HELD_OUT_EVERY == 0 and not family.startswith(TRAINING_ONLY)
                yield intent, f"{intent}/{family}", line.strip(), is_held_out


def _filled(line: str, seed: int) -> str:
    """`@NAME` is one of a macro's words, `(a|b|)` one of its alternatives, `{c}` one of the fillers."""
    chosen = Choices(f"{seed}{line}")
    while "@" in line:
        line = re.sub(r"@([A-Z0-9]+)", lambda match: chosen.of(macros()[match[1]]), line)
    line = _ALTERNATIVES.sub(lambda match: chosen.of(match[1].split("|")), line)
    for placeholder, values in _FILL.items():
        if placeholder in line:
            line = line.replace(placeholder, chosen.of(values))
    return " ".join(line.split())


class Choices:
    """A row of choices that depends on its key alone."""

    def __init__(self, key: str) -> None:
        self._key, self._count = key, 0

    def of(self, values: Sequence[str]) -> str:
        self._count += 1
        return values[crc32(f"{self._count}/{self._key}".encode()) % len(values)]


@lru_cache(maxsize=1)
def macros() -> dict[str, list[str]]:
    lines = files(__package__).joinpath("macros.txt").read_text(encoding="utf-8").splitlines()
    return {
        name: words.strip().split("|") for name, _, words in (line.partition(":") for line in lines if line)
    }
