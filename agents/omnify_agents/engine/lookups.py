"""Looks that telling words alone give away: one line per tool, before the classifier is asked.

A tool that only reads needs no more than its line here: who has it, how we name it, which words ask for it, and which
of its arguments are filled from what was said (`scope.py` says how). Proposals are never recognized this way.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from omnify_agents.engine.reading import Reading


class Lookup(NamedTuple):
    """`takes`: the arguments that a request may fill; `needs`: those without which we ask."""

    specialist: str
    words: str
    pattern: str
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


_SHOW = r"(?:show|list|give|tell|see|what|which|how|any|display|pull)\b.*"
LOOKUPS: dict[str, Lookup] = {
    "change_history": Lookup("face", "list what was changed",
        r"\bwhat (?:\w+ ){0,2}(?:changed|been changed|was changed|did you change|have you changed|did (?:we|i|anyone|somebody) change|changes (?:were|have|did))\b(?! in\b)|\b(?:change history|history of changes|change log|changelog|recent changes|latest changes|"
        r"list of changes|(?:show|list)\b(?!.*\b(?:pending|waiting|open)\b).* changes)\b|\bwho (?:changed|approved|rejected|raised|lowered|paused)\b", ("period", "campaign_id", "limit")),
    "change_results": Lookup("memory", "compare before and after our changes",
        r"\b(?:did|have|has|how did|how have|what did) (?:the |our |your |those |these |that |last |this )*(?:\w+ ){0,2}(?:changes?|raise|raises|cuts?|pauses?|adjustments?)\b.*\b(?:work|works|worked|help|helped|pay off|paid off|bring|brought|do|done|turn out|turned out|hurt)\b|"
        r"\b(?:results?|outcomes?|effects?|impact) of (?:the |our |your |those |these |last |that )*(?:\w+ ){0,2}(?:changes?|raises?|cuts?|pause)\b", ("change_set_id",)),
    "decompose_change": Lookup("reflexes", "say why a figure changed",
        r"\bwhy (?:did|has|have|is|are|was|were|do|does)\b(?! (?:we|i|you|they)\b).*\b(?:up|down|drop\w*|f[ae]ll\w*|ris\w+|rose|increas\w+|decreas\w+|declin\w+|grow|grew|worse|better|change[ds]?|higher|lower|jump\w*|sink|sank|plummet\w*|climb\w*|spik\w+|tank\w*)\b|"
        r"\bwhat (?:drove|drives|caused|is driving|is behind|was behind|explains)\b|\b(?:decompose|break down why|root cause)\b", ("metric", "period", "platform", "campaign_id")),
    "compare_periods": Lookup("reflexes", "compare two periods",
        r"\b(?:compare|versus|vs\.?|against|compared (?:to|with))\b.*\b(?:week|month|period|days?)\b.*\b(?:with|to|vs\.?|versus|against|and|compared)\b.*\b(?:week|month|period|days?|before)\b|\b(?:week[ -]over[ -]week|month[ -]over[ -]month|wow|mom)\b|"
        r"\b(?:week|month|days) (?:vs\.?|versus|against|compared (?:to|with)) (?:the )?(?:\w+ )?(?:week|month|one|days)\b", ("period", "platform", "campaign_id")),
    "biggest_movers": Lookup("reflexes", "show which campaigns moved most",
        r"\b(?:biggest|largest|top|main) (?:movers?|changes? (?:by|among|between) campaigns?|swings?|gainers?|losers and gainers)\b|\bwhich campaigns? (?:moved|gained|lost|changed|grew|dropped|fell|swung)\b.*\bmost\b|\b(?:gainers|movers) and (?:losers|shakers)\b", ("metric", "period", "platform", "limit")),
    "mix_shift": Lookup("reflexes", "tell a shift of the mix from a change within",
        r"\b(?:mix[ -]?shift|shift (?:of|in) (?:the )?mix|because (?:of )?the mix|simpson)\b|\bonly (?:because|due to) (?:of )?the mix\b", ("metric", "period", "platform")),
    "breakdown": Lookup("reflexes", "break figures down",
        r"\b(?:break\w* ?(?:it |them |this |that )?down|breakdown|split (?:it |them |that |the (?:figures|numbers|results) )?(?:up )?|segment(?:ed)?|grouped?|cut)\b.*\bby (?:platform|channel|campaign|ad ?group|ad ?set|week ?day|day of (?:the )?week|age|creative age)\b|"
        r"\bwhich (?:days? of the week|week ?days?)\b|\bby (?:week ?day|day of (?:the )?week|creative age|age of (?:the )?(?:ads?|creatives?))\b|\bbest (?:day of the week|week ?day)\b", ("by", "period", "platform", "campaign_id")),
    "daily_trend": Lookup("reflexes", "show figures day by day",
        r"\b(?:day by day|day-by-day|per day over|daily (?:trend|figures|numbers|curve|chart|development|history|breakdown)|trend (?:of|in|for|line)|trending|each day|over time|time series)\b", ("metric", "period", "platform", "campaign_id")),
    "campaign_details": Lookup("reflexes", "show one campaign whole",
        r"\b(?:details?|deep dive|all about|everything (?:about|on)|full picture|profile|drill (?:down )?into|zoom in on|dig into)\b.*\b(?:campaign|NAMED)\b|\b(?:tell me (?:more )?about|more (?:about|on)|look at) (?:the )?NAMED\b", ("campaign_id",), ("campaign_id",)),
    "list_ad_groups": Lookup("reflexes", "list ad groups",
        r"\b(?:" + _SHOW + r")(?:ad ?groups?|ad ?sets?)\b|^(?:our |my |all )?(?:ad ?groups?|ad ?sets?)\b", ("period", "platform", "campaign_id", "limit")),
    "budget_pacing": Lookup("reflexes", "show how the month's budget is pacing",
        r"\b(?:pacing|on pace|on track to (?:spend|hit|stay|exceed)|run[ -]?rate|overspend(?:ing)? (?:this|the) month|underspend(?:ing)? (?:this|the) month|monthly budget|budget (?:last|hold|run out)|run out of budget|"
        r"spend (?:by|at|until) (?:the )?(?:end of (?:the )?month|month[ -]?end)|end of (?:the )?month spend)\b", ("platform", "monthly_budget")),
    "budget_utilization": Lookup("curiosity", "show how much of each budget is used",
        r"\b(?:budget (?:utili[sz]ation|use|usage)|(?:limited|held back|capped|constrained|restricted) by (?:its |their |the )?budgets?|budget[ -](?:limited|capped|constrained)|(?:using|use|spend(?:ing)?) (?:up )?(?:their|its|the) (?:full|whole|entire) (?:daily )?budgets?|"
        r"(?:not|don't|doesn't|isn't|aren't) (?:fully )?(?:spend(?:ing)?|us(?:e|ing)) (?:up )?(?:their|its|the|all)(?: of)?(?: their| its| the)? (?:daily )?budgets?|underspending)\b", ("platform", "limit")),
    "budget_headroom": Lookup("curiosity", "show how far budgets can still be raised",
        r"\b(?:headroom (?:under|below|within)|how (?:far|much) (?:more )?(?:can|could|may) (?:we|i|budgets?|you) (?:still )?(?:raise|spend|increase|go up|be raised)|left (?:under|below|within) (?:the )?caps?)\b"),
    "target_check": Lookup("curiosity", "check campaigns against a target",
        r"\b(?:miss(?:es|ing|ed)?|above|over|below|under|beat(?:s|ing)?|meet(?:s|ing)?|hit(?:s|ting)?|reach(?:es|ing)?|against) (?:the |our |a |its |their )?(?:cpa |roas )?(?:target|goal)s?\b|\btarget (?:cpa|roas) (?:of|is|was|=)", ("metric", "target", "period", "platform", "limit"), ("metric", "target")),
    "profit_by_campaign": Lookup("curiosity", "compute profit per campaign",
        r"\b(?:profit(?:s|able|ability)?|contribution|net of (?:ad )?spend|after (?:ad )?(?:spend|costs)|make (?:us )?money)\b.*\b(?:campaign|margin|channel|which|by|per)|\bwhich\b.*\b(?:profitable|make us money|earn money)\b|\bmargin of\b", ("margin", "period", "platform", "limit"), ("margin",)),
    "spend_without_conversions": Lookup("curiosity", "list ads that spend and bring nothing",
        r"\b(?:ads?|creatives?|spend(?:ing)?|money|budget|dollars?)\b.*\b(?:without (?:any |a single )?(?:conversions?|sales?|leads?|result|return)|zero conversions|no (?:conversions?|sales|leads))\b|\bspent\b.*\bnothing (?:back|to show)\b", ("period", "platform", "limit")),
    "tracking_check": Lookup("reflexes", "check if conversion tracking broke",
        r"\b(?:tracking|pixel|conversions? (?:api|tag)|conversion measurement|tag)\b.*\b(?:br(?:oke\w*|eak\w*)|ok(?:ay)?|work\w*|check|fine|issues?|problems?|wrong|down|health\w*|stopped|fail\w*|still|fir(?:e|es|ing))\b|\b(?:check|verify|is|has|test)\b.*\b(?:tracking|pixel)\b", ("platform",)),
    "currency_totals": Lookup("face", "add up over currencies",
        r"\b(?:across|over|all) (?:all |the |our )?currenc(?:y|ies)\b|\bin (?:one|a single|our base|the base) currency\b|\bconvert\w* (?:everything |all |spend |it )?(?:in)?to (?:one|euros?|dollars?|usd|eur|gbp)\b", ("period", "platform")),
    "policy_rules": Lookup("face", "explain the money policy",
        r"\b(?:what|which|explain|show|list|tell me|how (?:high|big|large) (?:is|are))\b.*\b(?:money policy|polic(?:y|ies)|spend(?:ing)? (?:limits?|caps?|rules?)|budget (?:limits?|caps?|rules?)|approval rules?|caps?|limits?|guardrails?|quiet hours)\b(?!.*\b(?:raise|remove|ignore|lift|change|bypass|switch off|around|past|exceed|NAMED)\b)|"
        r"\bhow (?:much|far) (?:can|may) (?:you|the copilot|i|we) change\b|\bwho (?:can|must|may|has to|is allowed to) approve\b"),
    "data_gaps": Lookup("face", "find days without figures",
        r"\b(?:data gaps?|gaps? in (?:the |our )?(?:data|figures|numbers)|missing (?:days?|data|figures)|days? (?:missing|without (?:any )?(?:data|figures)))\b", ("platform",)),
    "platform_health": Lookup("face", "ask every platform if it answers",
        r"\b(?:are|is|do|does|check)\b.*\b(?:connections?|integrations?|platforms?|apis?|PLATFORM)\b.*\b(?:up(?! to date)|down|healthy|working|reachable|connected|respond\w*|online|answer\w*|health)\b|\b(?:platform|connection|integration|api) (?:health|status)\b"),
    "list_accounts": Lookup("face", "list the connected ad accounts",
        r"\b(?:" + _SHOW + r")\b(?:ad )?accounts?\b.*\b(?:connected|linked|do we have|there|have we|have)\b|\b(?:list|show|which|what) (?:me )?(?:the |our |all |my )*(?:connected |linked )?(?:ad )?accounts\b|\b(?:connected|linked) (?:ad )?accounts\b"),
    "timeline_events": Lookup("face", "list what the scheduled runs found",
        r"\b(?:timeline|(?:what|anything) (?:did|have|has) (?:the )?(?:scheduled|automatic|nightly|background|last) (?:runs?|checks?|watch(?:es)?) (?:found|find|turn up|say|report\w*)|findings of (?:the )?(?:scheduled|automatic))\b", ("limit",)),
    "scheduled_runs": Lookup("face", "list which runs are scheduled",
        r"\b(?:scheduled (?:runs?|jobs?|tasks?|reports?|checks?)|what runs (?:by itself|automatically|on its own)|automatic runs?)\b(?!.*\b(?:found|find)\b)"),
    "expert_requests": Lookup("face", "list what was asked of experts",
        r"\b(?:expert|experts)\b.*\b(?:answer(?:ed|s)?|repl(?:y|ied)|say|said|requests?|questions?|respon\w+|back)\b|\b(?:answers?|repl(?:y|ies)|response) (?:from|of|by) (?:the |our |an? )?(?:expert|specialist)s?\b", ("limit",)),
    "forecast_accuracy": Lookup("oracle", "check how forecasts have fared",
        r"\b(?:how (?:good|accurate|reliable|right|far off|wrong)|accuracy|track record|trust|reliab\w+)\b.*\b(?:forecasts?|predictions?|models?)\b|\b(?:forecasts?|predictions?|models?)\b.*\b(?:accura\w+|reliab\w+|right so far|come true|came true|hold up|held up|track record|off lately)\b", ("platform",)),
    "forecast_customer_value": Lookup("oracle", "forecast what customers will be worth",
        r"\b(?:forecast|predict\w*|expected|expect|future|will|coming|next)\b.*\b(?:ltv|(?:lifetime|PERIOD) value|customer (?:(?:lifetime|PERIOD) )?value|clv|customers? (?:be )?worth)\b|\b(?:ltv|clv|(?:lifetime|PERIOD) value|customer value)\b.*\b(?:forecast|predict\w*|next|coming|expected|ahead)\b|"
        r"\b(?:what|how much) will (?:our |the |these |those |my )?(?:existing )?customers (?:buy|bring|spend|be worth)\b", ("limit",)),
    "customers_at_risk": Lookup("oracle", "show which customers may not come back",
        r"\b(?:which|what|who|show|list|find)\b.*\bcustomers?\b.*\b(?:at risk|churn\w*|(?:not|n't) (?:come back|buy again|order again|return)|lapse\w*|leave|leaving|losing|lose|lost)\b|\b(?:churn risk|at[ -]risk customers|customers? at risk|who (?:will|might|may) churn)\b", ("limit",)),
    "customer_segments": Lookup("oracle", "show the kinds of customers",
        r"\b(?:customer segments?|segments? of (?:our |the |my )?(?:customers|buyers)|segment (?:our |the |my )?(?:customers|buyers)|(?:kinds|types|groups|clusters) of (?:our |the )?(?:customers|buyers)|rfm)\b"),
    "score_leads": Lookup("oracle", "order leads by their chance",
        r"\b(?:score|rank|prioriti[sz]e|sort) (?:our |the |my |all |open |new )*leads?\b|\blead scor\w+|\bleads?\b.*\b(?:likely to (?:convert|buy|close|become)|most promising|hottest|will convert|worth calling|call first)\b|\b(?:hottest|most promising|best|hot) leads?\b", ("limit",)),
    "communication_preferences": Lookup("memory", "show how you want to be answered",
        r"\b(?:communication|answer(?:ing)?|reply|reporting) (?:preferences?|style)\b|\bhow (?:do|did) i (?:like|want|prefer) (?:to be |my |your )?(?:answer\w*|repl\w+|report\w*|talked)\b|\b(?:my|our) personality(?: type)?\b"),
    "creative_images": Lookup("eyes", "measure the pictures of ads",
        r"\b(?:measure|analy[sz]e|check|look at|assess|rate|judge|compare|how (?:are|do)|what do)\b.*\b(?:images?|pictures?|visuals?|photos?)\b(?!.*\b(?:most|best|worst) clicks\b)|\b(?:image|picture|visual) (?:features?|facts|analysis|quality|contrast|brightness|colou?rs?)\b", ("platform", "campaign_id", "limit")),
    "near_duplicate_creatives": Lookup("eyes", "find ads that repeat each other",
        r"\b(?:ads?|creatives?|copy|texts?|headlines?)\b.*\b(?:duplicat\w*|near[ -]duplicat\w*|(?:nearly|almost|basically) the same|identical|look alike|repeat(?:s|ing)? (?:each other|themselves)|too similar|similar to each other)\b|\b(?:duplicate|similar|identical) (?:ads?|creatives?|headlines?|copy)\b", ("platform", "limit")),
    "creative_coverage": Lookup("eyes", "find campaigns with too few ads",
        r"\b(?:too few|not enough|only one) (?:running |fresh |new |active |live )?(?:ads?|creatives?)\b|\bcreative coverage\b", ("platform", "limit")),
}  # fmt: skip


def lookup_in(reading: Reading) -> str:
    """The tool that the words ask for, '' where none of them is telling."""
    text = _NAMED.sub("NAMED", reading.masked.replace(" ENTITY ", " NAME "))
    return next((tool for tool, pattern in _compiled() if pattern.search(text)), "")


_NAMED = re.compile(r"\bNAME\b|\bENTITY\b|\bQUOTED\b")


@lru_cache(maxsize=1)
def _compiled() -> list[tuple[str, re.Pattern[str]]]:
    return [(tool, re.compile(lookup.pattern)) for tool, lookup in LOOKUPS.items()]
