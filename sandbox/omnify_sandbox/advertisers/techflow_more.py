"""TechFlow on LinkedIn, TikTok and YouTube, beside the 41 campaigns on Google and Meta."""

from __future__ import annotations

from omnify_sandbox.advertiser import Plan

YOUTUBE_MANAGER = "6043318827"
YOUTUBE_CUSTOMERS = {"5527140963": "TechFlow Video"}
YOUTUBE_CHANNEL = "UCt3chFl0wVid3oChann3lQA"
LINKEDIN_ACCOUNTS = {"509318842": "TechFlow NAMER", "512077316": "TechFlow EMEA"}
LINKEDIN_ORGANIZATION = "urn:li:organization:7719345"
TIKTOK_ADVERTISERS = {"7134592086417203201": "TechFlow US", "7134592086417209857": "TechFlow UK"}

_NAMER, _EMEA = LINKEDIN_ACCOUNTS
_TT_US, _TT_UK = TIKTOK_ADVERTISERS

LINKEDIN_PLANS = (
    Plan(_NAMER, "li_leads", "TF | Lead Gen | Process Playbook | US", 240, 4),
    Plan(_NAMER, "li_conversions", "TF | Demo Requests | IT Directors | US", 310, 3),
    Plan(_NAMER, "li_visits", "TF | Website Visits | RevOps | US+CA", 150, 3),
    Plan(_NAMER, "li_awareness", "TF | Awareness | Ops Leaders | US", 120, 2, is_paused=True),
    Plan(_EMEA, "li_leads", "TF | Lead Gen | ROI Calculator | DACH", 180, 3),
    Plan(_EMEA, "li_conversions", "TF | Demo Requests | Finance Leaders | UK", 210, 3),
)

TIKTOK_PLANS = (
    Plan(_TT_US, "tt_conversions", "TF_WebConv_Free-Trial_US", 190, 4),
    Plan(_TT_US, "tt_conversions", "TF_WebConv_Retargeting_US", 110, 4),
    Plan(_TT_US, "tt_leads", "TF_Leads_Template-Library_US", 140, 3),
    Plan(_TT_US, "tt_views", "TF_Views_Founder-Story_US", 70, 2, is_paused=True),
    Plan(_TT_UK, "tt_conversions", "TF_WebConv_Small-Teams_UK", 120, 3),
    Plan(_TT_UK, "tt_traffic", "TF_Traffic_Blog-Boost_UK", 60, 3),
)

(_VIDEO,) = YOUTUBE_CUSTOMERS
YOUTUBE_PLANS = (
    Plan(_VIDEO, "yt_demand", "TF | YouTube | Ops Leaders | US", 260, 4),
    Plan(_VIDEO, "yt_demand", "TF | YouTube | Founders | UK", 140, 3),
    Plan(_VIDEO, "yt_remarketing", "TF | YouTube | Site Visitors 30d", 110, 3),
    Plan(_VIDEO, "yt_demand", "TF | YouTube | Finance Teams | DACH", 120, 3, is_paused=True),
    Plan(_VIDEO, "yt_video", "TF | Video | Customer Stories | In-stream", 90, 2),
)
