"""Countries and languages that Google can target, with its ids: 2000 and ISO 3166's number, and its own."""

from __future__ import annotations

from typing import Any, NamedTuple

_COUNTRIES = """
AE 784 United Arab Emirates|AR 32 Argentina|AT 40 Austria|AU 36 Australia|BD 50 Bangladesh|BE 56 Belgium|
BG 100 Bulgaria|BH 48 Bahrain|BO 68 Bolivia|BR 76 Brazil|CA 124 Canada|CH 756 Switzerland|CL 152 Chile|
CN 156 China|CO 170 Colombia|CR 188 Costa Rica|CY 196 Cyprus|CZ 203 Czechia|DE 276 Germany|DK 208 Denmark|
DO 214 Dominican Republic|DZ 12 Algeria|EC 218 Ecuador|EE 233 Estonia|EG 818 Egypt|ES 724 Spain|
FI 246 Finland|FR 250 France|GB 826 United Kingdom|GH 288 Ghana|GR 300 Greece|GT 320 Guatemala|
HK 344 Hong Kong|HN 340 Honduras|HR 191 Croatia|HU 348 Hungary|ID 360 Indonesia|IE 372 Ireland|
IL 376 Israel|IN 356 India|IS 352 Iceland|IT 380 Italy|JM 388 Jamaica|JO 400 Jordan|JP 392 Japan|
KE 404 Kenya|KR 410 South Korea|KW 414 Kuwait|KZ 398 Kazakhstan|LB 422 Lebanon|LK 144 Sri Lanka|
LT 440 Lithuania|LU 442 Luxembourg|LV 428 Latvia|MA 504 Morocco|MT 470 Malta|MX 484 Mexico|
MY 458 Malaysia|NG 566 Nigeria|NI 558 Nicaragua|NL 528 Netherlands|NO 578 Norway|NZ 554 New Zealand|
OM 512 Oman|PA 591 Panama|PE 604 Peru|PH 608 Philippines|PK 586 Pakistan|PL 616 Poland|PT 620 Portugal|
PY 600 Paraguay|QA 634 Qatar|RO 642 Romania|RS 688 Serbia|SA 682 Saudi Arabia|SE 752 Sweden|
SG 702 Singapore|SI 705 Slovenia|SK 703 Slovakia|SV 222 El Salvador|TH 764 Thailand|TN 788 Tunisia|
TR 792 Türkiye|TW 158 Taiwan|UA 804 Ukraine|US 840 United States|UY 858 Uruguay|VE 862 Venezuela|
VN 704 Vietnam|ZA 710 South Africa
"""
_LANGUAGES = """
en 1000 English|de 1001 German|fr 1002 French|es 1003 Spanish|it 1004 Italian|ja 1005 Japanese|
da 1009 Danish|nl 1010 Dutch|fi 1011 Finnish|ko 1012 Korean|no 1013 Norwegian|pt 1014 Portuguese|
sv 1015 Swedish|zh_CN 1017 Chinese (simplified)|zh_TW 1018 Chinese (traditional)|ar 1019 Arabic|
bg 1020 Bulgarian|cs 1021 Czech|el 1022 Greek|hi 1023 Hindi|hu 1024 Hungarian|id 1025 Indonesian|
is 1026 Icelandic|iw 1027 Hebrew|lv 1028 Latvian|lt 1029 Lithuanian|pl 1030 Polish|ru 1031 Russian|
ro 1032 Romanian|sk 1033 Slovak|sl 1034 Slovenian|sr 1035 Serbian|uk 1036 Ukrainian|tr 1037 Turkish|
ca 1038 Catalan|hr 1039 Croatian|vi 1040 Vietnamese|ur 1041 Urdu|tl 1042 Filipino|et 1043 Estonian|
th 1044 Thai
"""
_REGIONS = ((21137, "CA", "California"), (21167, "NY", "New York"))


class Constant(NamedTuple):
    id: int
    code: str
    name: str


def _read(table: str, first: int) -> tuple[Constant, ...]:
    rows = (row.strip().split(" ", 2) for row in table.replace("\n", "").split("|"))
    return tuple(Constant(first + int(number), code, name) for code, number, name in rows)


COUNTRIES = _read(_COUNTRIES, 2000)
LANGUAGES = _read(_LANGUAGES, 0)
PLACES = {f"geoTargetConstants/{c.id}" for c in COUNTRIES} | {f"geoTargetConstants/{r[0]}" for r in _REGIONS}
TONGUES = {f"languageConstants/{c.id}" for c in LANGUAGES}


def geo_target_constants() -> list[dict[str, Any]]:
    """By GAQL path."""
    rows = [(c.id, c.code, c.name, c.name, "Country") for c in COUNTRIES]
    rows += [(id_, "US", name, f"{name},United States", "State") for id_, _, name in _REGIONS]
    return [
        {
            "geo_target_constant.resource_name": f"geoTargetConstants/{id_}",
            "geo_target_constant.id": id_,
            "geo_target_constant.country_code": code,
            "geo_target_constant.name": name,
            "geo_target_constant.canonical_name": canonical,
            "geo_target_constant.target_type": kind,
            "geo_target_constant.status": "ENABLED",
        }
        for id_, code, name, canonical, kind in rows
    ]


def language_constants() -> list[dict[str, Any]]:
    return [
        {
            "language_constant.resource_name": f"languageConstants/{c.id}",
            "language_constant.id": c.id,
            "language_constant.code": c.code,
            "language_constant.name": c.name,
            "language_constant.targetable": True,
        }
        for c in LANGUAGES
    ]
