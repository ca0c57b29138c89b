"""Whom ads are shown to, in the codes that the tools take: countries, languages, ages, genders."""

from __future__ import annotations

import re

COUNTRIES = {
    "united states": "US", "usa": "US", "america": "US", "canada": "CA", "mexico": "MX", "brazil": "BR", "argentina": "AR",
    "united kingdom": "GB", "great britain": "GB", "uk": "GB", "england": "GB", "ireland": "IE", "germany": "DE", "austria": "AT",
    "switzerland": "CH", "france": "FR", "belgium": "BE", "netherlands": "NL", "luxembourg": "LU", "spain": "ES", "portugal": "PT",
    "italy": "IT", "greece": "GR", "poland": "PL", "czechia": "CZ", "hungary": "HU", "romania": "RO", "turkey": "TR", "sweden": "SE",
    "norway": "NO", "denmark": "DK", "finland": "FI", "india": "IN", "japan": "JP", "south korea": "KR", "singapore": "SG",
    "australia": "AU", "new zealand": "NZ", "south africa": "ZA", "israel": "IL", "united arab emirates": "AE",
}  # fmt: skip
LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "dutch": "nl",
    "polish": "pl", "turkish": "tr", "japanese": "ja", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi",
}  # fmt: skip
# In capitals and by themselves: "US" is a country, "us" are we, and "B2B_US" or "Brand | US" is a name.
_CODE = re.compile(r"(?<![\w|-])(?<!\| )([A-Z]{2})(?![\w|-]| \|)")
_CODES = frozenset(COUNTRIES.values()) | {"UK"}
_EXCLUDED = re.compile(
    r"\b(?:exclud\w+|except|without|but not|not in|leave out|other than)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_AGES = re.compile(
    r"\b(?:aged?|ages|between)?\s*(?P<low>1[89]|[2-6]\d) ?(?:-|to|and|until) ?(?P<high>[2-6]\d)\b"
)


def countries_in(text: str) -> str:
    """The countries to show ads in, as "CA; US"; what is excluded is not among them."""
    return _codes(_EXCLUDED.sub("", text))


def excluded_in(text: str) -> str:
    match = _EXCLUDED.search(text)
    return _codes(match["rest"]) if match else ""


def languages_in(text: str) -> str:
    found = {code for name, code in LANGUAGES.items() if re.search(rf"\b{name}\b", text.lower())}
    return "; ".join(sorted(found))


def ages_in(text: str) -> str:
    """ "25-54"; only where the text speaks of ages, years or people."""
    if not re.search(r"\b(?:aged?|ages|years?|year-olds|old)\b", text.lower()):
        return ""
    match = _AGES.search(text.lower())
    return f"{match['low']}-{match['high']}" if match else ""


def genders_in(text: str) -> str:
    words = set(re.findall(r"[a-z]+", text.lower()))
    female, male = bool(words & {"women", "female", "females"}), bool(words & {"men", "male", "males"})
    return "" if female == male else "female" if female else "male"


def _codes(text: str) -> str:
    lower = text.lower()
    named = {code for name, code in COUNTRIES.items() if re.search(rf"\b{name}\b", lower) and name != "uk"}
    coded = {code.replace("UK", "GB") for code in _CODE.findall(text) if code in _CODES}
    if not named | coded and re.search(r"\bworldwide\b|\b(?:all|any) countries\b", lower):
        return "any"
    return "; ".join(sorted(named | coded))
