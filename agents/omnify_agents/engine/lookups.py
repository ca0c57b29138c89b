"""Looks that telling words alone give away: one line per tool, before the classifier is asked.

A tool that only reads needs no more than its line here: who has it, how we name it, which words ask for it, and which
of its arguments are filled from what was said (`plans/arguments.py` says how). Proposals stand in `orders.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from omnify_agents.engine.reading import Reading


class Lookup(NamedTuple):
    """`takes`: the arguments that a request may fill; `needs`: those without which we ask.

    `is_firm`: its words are clearer than what the classifier makes of them, orders of changes aside.
    """

    specialist: str
    words: str
    pattern: str
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    is_firm: bool = False


_SHOW = r"(?:show|list|give|tell|see|what|which|how|any|display|pull)\b.*"
LOOKUPS: dict[str, Lookup] = {
    "list_records": Lookup("memory", "list single records",
        r"\b(?:list|show|find|search)\b (?:\w+ ){0,4}(?:contacts|opportunities|deals|workflows|subscriptions|products)\b(?!.*\b(?:stock|sold|sales|channels?|segments?|worth)\b)", ("kind", "search", "limit")),
    "forget": Lookup("memory", "forget a note",
        r"^(?!.*\b(?:don'?t|do not|never) forget\b)(?!.*\b(?:instructions?|rules?|polic(?:y|ies)|limits?|guardrails?|approvals?|caps?|prompts?)\b)(?:.*\b(?:forget|unlearn)\b (?!it\b|about it\b|that\b[.! ]*$)\w+.*|"
        r".*\b(?:delete|erase|remove|drop|clear|wipe)\b.*\b(?:notes?|memor(?:y|ies)|remember\w*)\b.*)", is_firm=True),
    "creative_details": Lookup("eyes", "show one ad whole",
        r"\b(?:details?|everything|all|more|tell me|full picture|zoom in|look|profile|dig)\b.*\b(?:the |this |that )?(?:ad|creative)\b(?! ?groups?| ?sets?| account)(?=.*\bNAMED\b)", ("creative_id",), ("creative_id",)),
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
        r"\b(?:compare|versus|vs\.?|against|compared (?:to|with))\b.*\b(?:week|month|period|days?)\b.*\b(?:with|to|vs\.?|versus|against|and|compared)\b.*\b(?:week|month|period|days?|before)\b|\b(?:week[ -]over[ -]week|month[ -]over[ -]month|wow|mom)\b|\bcompare\b.*\bPERIOD\b.*\b(?:with|to|vs\.?|versus|against|and)\b.*\bPERIOD\b|\bPERIOD (?:vs\.?|versus|against|compared (?:to|with)) PERIOD\b|"
        r"\b(?:week|month|days) (?:vs\.?|versus|against|compared (?:to|with)) (?:the )?(?:\w+ )?(?:week|month|one|days)\b", ("period", "against", "platform", "campaign_id")),
    "biggest_movers": Lookup("reflexes", "show which campaigns moved most",
        r"\b(?:biggest|largest|top|main) (?:movers?|changes? (?:by|among|between) campaigns?|swings?|gainers?|losers and gainers)\b|\bwhich campaigns? (?:moved|gained|lost|changed|grew|dropped|fell|swung)\b.*\bmost\b|\b(?:gainers|movers) and (?:losers|shakers)\b", ("metric", "period", "platform", "limit")),
    "mix_shift": Lookup("reflexes", "tell a shift of the mix from a change within",
        r"\b(?:mix[ -]?shift|shift (?:of|in) (?:the )?mix|because (?:of )?the mix|simpson)\b|\b(?:only |just |merely )?(?:because|due to) (?:of )?the mix\b|"
        r"\b(?:mix|mixture) (?:and|or|versus|vs\.?|effects?|against) (?:performance|rates?|efficiency|real)\b|\b(?:or|and) (?:is it |is that |only |just |merely |simply )*(?:the |a )?(?:(?:platform |channel |campaign )?mix|shift (?:between|among|of))\b|\bshift between (?:platforms|channels|campaigns)\b", ("metric", "period", "platform")),
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
    "search_terms": Lookup("curiosity", "show what people searched for",
        r"\b(?:which|what|show|list|see|any|find)\b.*\b(?:search(?:es)?(?: terms?| quer(?:y|ies))?|queries)\b(?!.*\b(?:campaign|ads)\b.*\b(?:best|worst|performance)\b)(?! (?:campaigns?|impression))|\bwhat (?:do|did|are) people (?:typ\w+|search\w*)\b|\bsearch terms? report\b", ("period", "campaign_id", "show", "limit")),
    "list_keywords": Lookup("curiosity", "list keywords",
        r"\b(?:which|what|show|list|see|give)\b(?!.*\b(?:add|remove|exclude|propose)\b).*\bkeywords?\b|^(?:our |my |all |the )?(?:negative )?keywords\b", ("campaign_id", "negative", "limit")),
    "impression_headroom": Lookup("curiosity", "show missed impressions",
        r"\b(?:impression share|share of (?:voice|impressions)|(?:missed|lost|missing) impressions|impressions? (?:do|did|are|were) we (?:los\w+|miss\w*)|lost to (?:budget|rank)|how much (?:more )?(?:search )?(?:demand|volume) (?:is|are) (?:left|there))\b", ("period",)),
    "list_audiences": Lookup("curiosity", "list audiences",
        r"\b(?:which|what|show|list|see|give)\b(?!.*\b(?:create|propose|new|upload)\b).*\b(?:audiences|customer lists|custom audiences)\b", ("platform", "limit")),
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
        r"\bhow (?:much|far) (?:can|may) (?:you|the copilot|i|we) change\b|\bwho (?:can|must|may|has to|is allowed to) approve\b", is_firm=True),
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
    "set_communication_preference": Lookup("memory", "keep how you want to be answered",
        r"\b(?:from now on|in (?:the )?future|always|i(?:'d)? (?:prefer|like|want)|please|keep)\b.*\b(?:answers?|answer me|repl(?:y|ies)|be|write|talk|speak|figures|explain|reasons?|contact me)\b.*\b(?:short\w*|brief\w*|concise\w*|detailed|in detail|longer|formal\w*|friendly|plain\w*|in words|tables?|charts?|reasons?|options|one recommendation|only when needed|weekly|daily)\b|"
        r"\bi(?:'d)? (?:prefer|like|want) (?:\w+ )?(?:short\w*|brief|concise|detailed|formal|friendly|plain) (?:answers|replies)\b", ("aspect", "value"), ("aspect", "value"), is_firm=True),
    "communication_preferences": Lookup("memory", "show how you want to be answered",
        r"\b(?:communication|answer(?:ing)?|reply|reporting) (?:preferences?|style)\b|\bhow (?:do|did) i (?:like|want|prefer) (?:to be |my |your )?(?:answer\w*|repl\w+|report\w*|talked)\b|\b(?:my|our) personality(?: type)?\b"),
    "creative_images": Lookup("eyes", "measure the pictures of ads",
        r"\b(?:measure|analy[sz]e|check|look at|assess|rate|judge|compare|how (?:are|do)|what do)\b.*\b(?:images?|pictures?|visuals?|photos?)\b(?!.*\b(?:most|best|worst) clicks\b)|\b(?:image|picture|visual) (?:features?|facts|analysis|quality|contrast|brightness|colou?rs?)\b", ("platform", "campaign_id", "limit")),
    "near_duplicate_creatives": Lookup("eyes", "find ads that repeat each other",
        r"\b(?:ads?|creatives?|copy|texts?|headlines?)\b.*\b(?:duplicat\w*|near[ -]duplicat\w*|(?:nearly|almost|basically) the same|identical|look alike|repeat(?:s|ing)? (?:each other|themselves)|too similar|similar to each other)\b|\b(?:duplicate|similar|identical) (?:ads?|creatives?|headlines?|copy)\b", ("platform", "limit")),
    "creative_coverage": Lookup("eyes", "find campaigns with too few ads",
        r"\b(?:too few|not enough|only one) (?:running |fresh |new |active |live )?(?:ads?|creatives?)\b|\bcreative coverage\b", ("platform", "limit")),
    "revenue_by_channel": Lookup("curiosity", "show shop revenue by channel",
        r"\b(?:shop|store|order|orders|shopify|net)(?:'s)? (?:revenue|sales|turnover|income)?\b.*\b(?:by|per|from (?:which|what|each)) (?:channel|source|origin)|\b(?:revenue|sales|orders|new customers?) (?:by|per) (?:channel|source|origin|first visit|last visit)\b|"
        r"\bwhich (?:channels?|sources?) (?:bring|brought|sell|sold|make|made|drive|drove|generate)\w*\b.*\b(?:orders?|revenue|sales|customers?|buyers?)\b|\bwhere do (?:our |the )?(?:customers|orders|buyers|sales) come from\b", ("period", "touch", "limit")),
    "ltv_by_channel": Lookup("curiosity", "show what customers are worth by channel",
        r"\b(?:ltv|clv|lifetime value|customer value|customer worth)\b(?!.*\bforget\b)|\b(?:what|how much) (?:are|is|were|was) (?:a |our |the |each )?(?:new )?customers?\b.*\bworth\b|\b(?:most|best|more) valuable customers\b|\bcustomers? (?:are |is )?worth (?:the )?most\b", ("days", "limit")),
    "product_stock": Lookup("curiosity", "show how long stock will last",
        r"\b(?:in stock|out of stock|stock levels?|stock[ -]?outs?|inventory|stock (?:last|left|cover|situation|report)|days of stock|sell(?:ing)? out|sold out|run(?:ning|s)? (?:out of stock|low on))\b|\b(?:products?|items?|skus?)\b.*\b(?:stock|running low|run out|sell out)\b|\bbest[ -]?selling (?:products?|items?)\b", ("period", "limit")),
    "reconcile_revenue": Lookup("reflexes", "hold what platforms claim against shop and payments",
        r"\b(?:reconcil\w+|blended roas|mer\b|marketing efficiency ratio)\b|\b(?:platforms?|ads?|PLATFORM)\b.*\b(?:claim\w*|report\w*|attribut\w*|say)\b.*\b(?:shop(?:ify)?|stripe|payments?|real(?:ly)?|actual(?:ly)?|crm|bank|orders)\b|"
        r"\b(?:double[ -]?count\w*|count\w* (?:\w+ )?(?:twice|double)|deduplicat\w*|overlap\w*)\b.*\b(?:conversions?|customers?|revenue|sales|platforms?|channels?|orders?|leads?)\b|"
        r"\b(?:conversions?|customers?|revenue|sales|platforms?|channels?|orders?|leads?)\b.*\b(?:double[ -]?count\w*|count\w* (?:\w+ ){0,3}(?:twice|double)|deduplicat\w*|overlap\w*)\b", ("period",)),
    "lead_sources": Lookup("memory", "show where new contacts come from",
        r"\b(?:lead|leads|contacts?|sign-?ups|prospects|crm)\b.*\b(?:sources?|by channel|per channel|come from|came from|origin\w*|by source)\b|\b(?:sources?|channels?)\b.*\b(?:bring|brought|of|for)\b.*\b(?:leads|contacts|prospects)\b|\b(?:new|our) (?:crm )?contacts\b", ("period", "limit")),
    "sales_funnel": Lookup("memory", "show the sales pipeline",
        r"\b(?:sales )?(?:pipelines?|funnels?)\b(?! stage names)|\b(?:open|won|lost) (?:deals|opportunities)\b|\b(?:deals|opportunities) (?:are |do we have )?(?:open|won|lost|by stage|in (?:the )?crm)\b|\b(?:win|close) rate\b"),
    "payment_health": Lookup("memory", "show how payments went",
        r"\b(?:failed|declined|refunded|disputed|successful|unpaid) (?:payments?|charges?|transactions?)\b|\b(?:payments?|charges?|transactions?|cards?)\b.*\b(?:fail\w*|declin\w*|refund\w*|disput\w*|health\w*|go through|went through)\b|\b(?:refunds?|refund rate|charge-?backs?|disputes?)\b|\bpayment health\b", ("period",)),
    "subscription_report": Lookup("memory", "report on subscriptions",
        r"\b(?:mrr|arr|monthly recurring|recurring revenue|churn(?:ed|ing|s)?|subscriptions?|subscribers?)\b", ("period",)),
    "change_details": Lookup("memory", "show one change whole",
        r"^(?!.*\b(?:undo|revert|roll back|take back|approve|reject|apply)\b).*\b(?:details?|show|what (?:is|was)|explain|tell me about|more about|everything about|look at|status of|what happened (?:to|with))\b.*\bCHANGE_SET\b", ("change_set_id",), ("change_set_id",)),
    "experiment_verdict": Lookup("oracle", "give a test's verdict",
        r"\b(?:a/b|ab|split)[ -]?tests?\b.*\b(?:results?|verdict|won|winner|wins?|winning|outcome|significan\w*|decided|going|doing|finished)\b|\b(?:which|who|what) (?:one |of (?:the )?(?:two|them) |ad |variant |version |arm )*(?:won|wins|is winning) (?:the )?(?:test|experiment)\b|"
        r"\b(?:tests?|experiments?) (?:between|of|with)\b.*\b(?:results?|verdict|won|significan\w*|decided|winner)\b|\b(?:verdict|winner|results?|outcome) (?:of|in|for|on) (?:the |our )?(?:a/b |ab |split )?(?:tests?|experiments?)\b|\b(?:statistically )?significant\b.*\b(?:NAMED|difference|test|better)\b", ("control_id", "treatment_id", "metric", "period"), ("control_id", "treatment_id")),
    "plan_experiment": Lookup("oracle", "plan a test",
        r"\b(?:plan|design|set up|prepare|size)\b.*\b(?:a/b|ab|split|test|experiment)\b|\bhow (?:long|many (?:days|clicks|visitors|impressions|conversions))\b.*\b(?:tests?|experiments?)\b|\b(?:sample size|minimum detectable|enough traffic for a test)\b", ("campaign_id", "smallest_effect", "metric"), ("campaign_id", "smallest_effect")),
    "rank_headlines": Lookup("eyes", "rank headlines",
        r"\b(?:rank|order|score|rate|sort|compare|judge|which|what|pick|choose|evaluate|test|best)\b.*\b(?:these|following|new|two|three|four|five|my|draft|next|first)\b.*\b(?:headlines?|titles?|taglines?|slogans?)\b|"
        r"\b(?:headlines?|titles?|taglines?|slogans?)\b(?: \w+){0,6} ?:|\b(?:rank|score|evaluate|judge) (?:the |some |a few )?(?:headlines?|taglines?|slogans?)\b", ("headlines",), ("headlines",)),
}  # fmt: skip


def lookup_in(reading: Reading) -> str:
    """The tool that the words ask for, '' where none of them is telling."""
    text = told(reading)
    return next((tool for tool, pattern in _compiled() if pattern.search(text)), "")


def told(reading: Reading) -> str:
    """The masked words, with every kind of name as NAMED."""
    return _NAME.sub("NAMED", reading.masked)


_NAME = re.compile(r"\bNAME\b")


@lru_cache(maxsize=1)
def _compiled() -> list[tuple[str, re.Pattern[str]]]:
    return [(tool, re.compile(lookup.pattern)) for tool, lookup in LOOKUPS.items()]
