"""Notes as a client's memory holds them, and how people ask for them: by meaning, and by name or code."""

from __future__ import annotations

# note, asked in other words
BY_MEANING = (
    ("The fiscal year starts in April.", "When does their financial year begin?"),
    (
        "Reports go to the board on the first Monday of the month.",
        "How often do the directors get an update?",
    ),
    ("They never advertise on weekends.", "Are we allowed to run ads on Saturday and Sunday?"),
    ("A lead is worth about 120 dollars to them.", "What value do they put on a new enquiry?"),
    ("The founder dislikes green in creatives.", "Which color should designers avoid?"),
    ("Enterprise deals take nine months to close.", "How long is the sales cycle for big customers?"),
    ("Their main competitor is a company called Brightpath.", "Who are they up against?"),
    ("Budget above 5,000 a day needs the CFO's signature.", "Who must approve large spending?"),
    ("Refund requests rise every January.", "In which month do people ask for their money back?"),
    ("The brand voice is calm and factual, no exclamation marks.", "How should the copy sound?"),
    ("Most customers come from the German-speaking countries.", "Where do buyers live?"),
    (
        "The website is rebuilt in March, tracking may break.",
        "Is a relaunch planned that could hurt measurement?",
    ),
    ("They stopped selling the starter plan last summer.", "Which product was discontinued?"),
    ("Video ads did poorly in the spring test.", "Did moving pictures work when we tried them?"),
    ("The sales team answers leads within one hour.", "How quickly does somebody call a prospect back?"),
    (
        "Discounts above twenty percent are forbidden by the owner.",
        "How far may we lower the price in an offer?",
    ),
    (
        "Retargeting annoyed existing customers, keep frequency low.",
        "Did people complain about seeing the same ad?",
    ),
    (
        "The holiday season brings half of the yearly revenue.",
        "Which part of the year matters most for turnover?",
    ),
    ("Legal checks every claim about health.", "Do medical statements need a review?"),
    ("They measure success by qualified demos, not by clicks.", "What is the goal they care about?"),
    ("The marketing director is on leave in August.", "When is our contact away?"),
    ("Students get the product for free.", "Do people at university have to pay?"),
    ("Mobile visitors rarely buy, they come back on a computer.", "Do phone users purchase?"),
    (
        "The podcast brought the cheapest sign-ups of all.",
        "Which channel had the lowest cost of acquisition?",
    ),
    ("Prices rise by six percent in July.", "When will it become more expensive?"),
    ("An agency in Lyon makes the pictures.", "Who produces the images?"),
    ("Customers from Spain complain about late delivery.", "Where are shipments too slow?"),
    (
        "The loyalty program begins after the third order.",
        "When does somebody become a regular with benefits?",
    ),
    ("Press coverage doubled brand searches in May.", "What made more people look for the name?"),
    ("They want to leave the coupon sites.", "Should we keep working with voucher portals?"),
    (
        "The warehouse is closed between Christmas and New Year.",
        "Can orders be shipped at the end of December?",
    ),
    ("Two thirds of the users are women over forty.", "Who is the typical audience?"),
    (
        "The data protection officer must see every new audience list.",
        "Who checks lists of people before we upload them?",
    ),
    (
        "Trial users who invite a colleague convert twice as often.",
        "What predicts that a test account becomes paying?",
    ),
    ("The chatbot was switched off after complaints.", "Why is there no automatic assistant on the site?"),
    ("A second office opens in Toronto next year.", "Are they expanding abroad?"),
    ("The newsletter goes out on Thursday mornings.", "On what day are e-mails sent?"),
    ("Margins on accessories are three times those of devices.", "What earns most per sale?"),
    ("They pay invoices sixty days late as a rule.", "Are they punctual with payments?"),
    ("Campaign names must begin with the country code.", "How are things to be labelled?"),
)

# note, asked by a name or a code in it
BY_NAME = (
    ("SRCH-US-042 is the campaign that brings most demos.", "SRCH-US-042"),
    ("Lookalike list LAL-3 was worn out in September.", "LAL-3"),
    ("The pixel of shop nr. 7781 was replaced.", "pixel 7781"),
    ("Contract KX-2209 ends in June.", "KX-2209"),
    ("Brightpath undercut our price twice.", "Brightpath price"),
    ("The landing page /pricing-b won its test.", "/pricing-b"),
    ("Ad group Ops_Managers_DACH is paused until the fair.", "Ops_Managers_DACH"),
    ("Offer SPRING25 may be used once per customer.", "SPRING25"),
    ("UTM source nl-may belongs to the newsletter.", "utm nl-may"),
    ("Audience 120214000270189 holds trial users.", "120214000270189"),
)

SUBJECTS = (
    "The team in {place}", "The {product} line", "Our partner {name}", "The shop in {place}",
    "Campaign {code}", "The {name} account", "The supplier of {product}", "Support in {place}",
)  # fmt: skip
STATEMENTS = (
    "asked for a new report in week {n}", "changed the logo on the {product}", "moved {n} people to {place}",
    "reached {n} percent of the plan", "lost a tender against {name}", "uses spreadsheet {code} for planning",
    "signed a contract of {n} months", "tested {n} headlines", "waits for the photos of {name}",
    "returned {n} units", "was visited by {name}", "has a stand at the fair in {place}",
)  # fmt: skip
PLACES = (
    "Porto",
    "Graz",
    "Leeds",
    "Austin",
    "Osaka",
    "Lima",
    "Turku",
    "Bergen",
    "Nantes",
    "Perth",
    "Pune",
    "Quito",
)
PRODUCTS = ("lamp", "bicycle", "kettle", "course", "rucksack", "sensor", "tea", "chair", "router", "candle")
NAMES = (
    "Orlan",
    "Vestra",
    "Millbrook",
    "Kanto",
    "Delvaux",
    "Sunford",
    "Harrow",
    "Ixion",
    "Pellworm",
    "Tamsin",
)
