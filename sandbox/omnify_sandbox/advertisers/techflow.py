"""The software maker TechFlow: its campaigns on Google and Meta as it named them, and what its ads say."""

from __future__ import annotations

from omnify_sandbox.advertiser import Angle, Brand, Plan

GOOGLE_MANAGER = "9155500100"
GOOGLE_CUSTOMERS = {"4821930057": "TechFlow US", "7390416628": "TechFlow International"}
META_ACCOUNTS = {"318840275519603": "TechFlow North America", "904417362288145": "TechFlow Growth"}

_US, _INT = GOOGLE_CUSTOMERS
_NA, _GROWTH = META_ACCOUNTS

GOOGLE_PLANS = (
    Plan(_US, "brand", "TF | Search | Brand | US", 210, 3),
    Plan(_US, "search", "TF | Search | Workflow Automation | US", 340, 3, "US non-brand search"),
    Plan(_US, "search", "TF | Search | Process Management | US", 340, 3, "US non-brand search"),
    Plan(_US, "search", "TF | Search | No-Code Platform | US", 340, 2, "US non-brand search"),
    Plan(_US, "search", "TF | Search | Approval Software | US", 260, 3),
    Plan(_US, "search", "TF | Search | Integration Platform | US", 290, 3),
    Plan(_US, "search", "TF | Search | IT Ticketing | US", 180, 2),
    Plan(_US, "competitor", "TF | Search | Competitors | US", 190, 3),
    Plan(_US, "search", "TF | Search | Finance Teams | US", 230, 3),
    Plan(_US, "pmax", "TF | PMax | Free Trial | US", 420, 4),
    Plan(_US, "pmax", "TF | PMax | Demo Requests | US", 310, 3),
    Plan(_US, "demand_gen", "TF | Demand Gen | Ops Leaders | US", 240, 4),
    Plan(_US, "remarketing", "TF | Display | Remarketing 30d | US", 130, 4),
    Plan(_US, "display", "TF | Display | In-Market Software | US", 150, 3),
    Plan(_US, "video", "TF | Video | Product Tour | US", 120, 3),
    Plan(_INT, "brand", "TF | Search | Brand | UK+EU", 140, 3),
    Plan(_INT, "search", "TF | Search | Workflow Automation | UK", 280, 3, "EU non-brand search"),
    Plan(_INT, "search", "TF | Search | Workflow Automation | DACH", 280, 3, "EU non-brand search"),
    Plan(_INT, "search", "TF | Search | Process Management | Nordics", 150, 2),
    Plan(_INT, "competitor", "TF | Search | Competitors | UK", 110, 2),
    Plan(_INT, "search", "TF | Search | Approval Software | ANZ", 120, 2),
    Plan(_INT, "pmax", "TF | PMax | Free Trial | UK+EU", 290, 4),
    Plan(_INT, "demand_gen", "TF | Demand Gen | Founders | UK", 160, 3),
    Plan(_INT, "remarketing", "TF | Display | Remarketing 14d | EU", 90, 3),
    Plan(_INT, "display", "TF | Display | Tech Blogs | EU", 100, 3, is_paused=True),
    Plan(_INT, "video", "TF | Video | Customer Stories | EU", 110, 2, is_paused=True),
)

META_PLANS = (
    Plan(_NA, "prospecting", "TF_Prospecting_Ops-Managers_US", 320, 4),
    Plan(_NA, "prospecting", "TF_Prospecting_RevOps_US", 260, 4),
    Plan(_NA, "prospecting", "TF_Prospecting_Broad_Advantage+_US", 380, 4),
    Plan(_NA, "prospecting", "TF_Prospecting_IT-Directors_CA", 140, 3),
    Plan(_NA, "lookalike", "TF_LAL1_Trial-Signups_US", 300, 4),
    Plan(_NA, "lookalike", "TF_LAL3_Paying-Customers_US", 270, 4),
    Plan(_NA, "lookalike", "TF_LAL5_Site-Visitors_US", 190, 3),
    Plan(_NA, "retargeting", "TF_RT_Pricing-Page_30d_US", 180, 4),
    Plan(_NA, "retargeting", "TF_RT_Trial-Abandoners_14d_US", 150, 4),
    Plan(_NA, "leads", "TF_Leads_Automation-Playbook_US", 220, 4),
    Plan(_NA, "leads", "TF_Leads_Webinar-Process-Mining_US", 170, 3),
    Plan(_NA, "awareness", "TF_Brand_Video_US", 120, 2, is_paused=True),
    Plan(_GROWTH, "prospecting", "TF_Prospecting_Founders_UK", 210, 4),
    Plan(_GROWTH, "lookalike", "TF_LAL2_Demo-Requests_UK", 230, 4),
    Plan(_GROWTH, "leads", "TF_Leads_ROI-Calculator_UK", 190, 4),
)

_ANGLES = (
    Angle(
        "Hours Back",
        "Get 11 hours back every week",
        "Let TechFlow run the handoffs that eat your team's day.",
    ),
    Angle("No Code", "Automate without code", "Drag, drop, done: build approvals and workflows in minutes."),
    Angle(
        "Proof", "Trusted by 4,200 ops teams", "See how teams like yours cut cycle time by 38 % in a quarter."
    ),
    Angle("Trial", "Start free, no card needed", "Try every TechFlow feature for 14 days. Cancel any time."),
    Angle(
        "Pain",
        "Still chasing approvals?",
        "Stop the follow-up e-mails. TechFlow routes, reminds and records.",
    ),
    Angle(
        "Integrations",
        "Connects to 300+ tools",
        "Slack, Salesforce, Jira, SAP: one flow through all of them.",
    ),
    Angle("Security", "SOC 2 from day one", "Audit trails, SSO and role-based access in every plan."),
    Angle("ROI", "Pays for itself in 6 weeks", "Use the calculator: your savings in two minutes."),
    Angle(
        "Story",
        "How Norvik ships 2x faster",
        "A 90-second story about one approval that used to take nine days.",
    ),
    Angle("Demo", "See it live in 15 minutes", "Book a demo with a process expert, not a salesperson."),
)
TECHFLOW = Brand("TechFlow", "techflow.example", "Automation", _ANGLES)
