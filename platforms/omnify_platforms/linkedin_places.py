"""LinkedIn's own ids of countries and languages, which its targeting wants instead of ISO's codes."""

from __future__ import annotations

from omnify_core.errors import Unsupported

_GEOS = """
AE 104305776 AL 102845717 AR 100446943 AT 103883259 AU 101452733 BA 102869081 BG 105333783 BO 104379274
BR 106057199 CA 101174742 CH 106693272 CL 104621616 CN 102890883 CO 100876405 CR 101739942 CY 106774002
CZ 104508036 DE 101282230 DK 104514075 DO 105057336 DZ 106395874 EC 106373116 EE 102974008 EG 106155005
ES 105646813 FI 100456013 FR 105015875 GB 101165590 GH 105769538 GR 104677530 GT 100877388 HK 103291313
HN 101937718 HR 104688944 HU 100288700 ID 102478259 IE 104738515 IL 101620260 IN 102713980 IS 105238872
IT 103350119 JM 105126983 JO 103710677 JP 101355337 KE 100710459 KR 105149562 KW 103239229 KZ 106049128
LB 101834488 LK 100446352 LT 101464403 LU 104042105 LV 104341318 MA 102787409 MD 106178099 MT 100961908
MX 103323778 MY 106808692 NG 105365761 NL 102890719 NO 103819153 NZ 105490917 OM 103619019 PA 100808673
PE 102927786 PH 103121230 PK 101022442 PL 105072130 PR 105245958 PT 100364837 PY 104065273 QA 104170880
RO 106670623 RS 101855366 SA 100459316 SE 105117694 SG 102454443 SI 106137034 SK 103119917 TH 105146118
TN 102134353 TR 102105699 UA 102264497 US 103644278 UY 100867946 ZA 104035573
"""
_LOCALES = (
    "cs_CZ da_DK de_DE en_US es_ES fi_FI fr_FR it_IT ja_JP ko_KR nl_NL no_NO pl_PL pt_BR ro_RO sv_SE tr_TR"
)
GEO, LOCALE = "urn:li:geo:", "urn:li:locale:"
_WORDS = _GEOS.split()
_GEO_OF = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_COUNTRY_OF = {GEO + geo: country for country, geo in _GEO_OF.items()}
_LOCALE_OF = {locale[:2]: locale for locale in _LOCALES.split()}


def geo_urn(country: str) -> str:
    """Raises Unsupported where LinkedIn's id of the country is not known here."""
    if country not in _GEO_OF:
        raise Unsupported(
            f"LinkedIn's own id of the country {country!r} is not known here; use one of "
            f"{', '.join(sorted(_GEO_OF))}, or choose it in Campaign Manager"
        )
    return GEO + _GEO_OF[country]


def country_of(urn: str) -> str:
    """'' for a city, a region, or a country that is not known here."""
    return _COUNTRY_OF.get(urn, "")


def locale_of(language: str) -> str:
    """Such as 'de_DE'. Raises Unsupported."""
    if language not in _LOCALE_OF:
        raise Unsupported(
            f"LinkedIn's pages do not exist in {language!r}; use one of {', '.join(sorted(_LOCALE_OF))}"
        )
    return _LOCALE_OF[language]


def language_of(urn: str) -> str:
    """'' for a locale that is not known here."""
    locale = urn.removeprefix(LOCALE)
    return locale[:2] if _LOCALE_OF.get(locale[:2]) == locale else ""
