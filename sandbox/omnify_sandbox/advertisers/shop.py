"""The demo's second tenant: a coffee roaster that sells from its own shop, and by subscription."""

from __future__ import annotations

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import Account, Advertiser, Angle, Brand, Manager, Plan, Trade

_ANGLES = (
    Angle("Freshness", "Roasted on Monday, yours by Thursday", "Whole beans, dated by hand on every bag."),
    Angle("First Bag", "Your first bag is half price", "Pick a roast, tell us how you brew, taste it."),
    Angle("Ritual", "The best five minutes of your day", "Slow coffee for mornings that are too fast."),
    Angle("Origin", "Grown by 41 families in Huila", "We pay twice the market price, and print it."),
    Angle("Subscription", "Never run out again", "A bag every two weeks. Pause or stop with one tap."),
    Angle("Reviews", "4.9 from 6,300 kitchens", "Read why people throw their capsules away."),
    Angle("Gift", "A gift that smells of Sunday", "Three roasts, one box, a card in your words."),
)
HARBOUR = Brand("Harbour Roast", "harbourroast.example", "Coffee", _ANGLES, order_usd=52.0)

_GOOGLE = Account("3318405521", "Harbour Roast UK", HARBOUR, "GBP")
_META = Account("551720394418206", "Harbour Roast", HARBOUR, "GBP")
_TIKTOK = Account("7281930455170342913", "Harbour Roast UK", HARBOUR, "GBP")
_VIDEO = Account("6620418837", "Harbour Roast Video", HARBOUR, "GBP")

SHOP = Advertiser(
    slug="harbour",
    name="Harbour Roast",
    zone="Europe/London",
    brands=(HARBOUR,),
    accounts={
        Platform.GOOGLE: (_GOOGLE,),
        Platform.META: (_META,),
        Platform.TIKTOK: (_TIKTOK,),
        Platform.YOUTUBE: (_VIDEO,),
    },
    plans={
        Platform.GOOGLE: (
            Plan(_GOOGLE.id, "brand", "HR | Search | Brand", 25, 3),
            Plan(_GOOGLE.id, "search", "HR | Search | Coffee Beans", 60, 3),
            Plan(_GOOGLE.id, "pmax", "HR | PMax | All Roasts", 90, 4),
            Plan(_GOOGLE.id, "remarketing", "HR | Display | Basket Left 14d", 20, 3),
        ),
        Platform.META: (
            Plan(_META.id, "prospecting", "HR_Prospecting_Home-Brewers", 90, 4),
            Plan(_META.id, "prospecting", "HR_Prospecting_Broad", 70, 4),
            Plan(_META.id, "lookalike", "HR_LAL2_Subscribers", 60, 4),
            Plan(_META.id, "retargeting", "HR_RT_Viewed-Roast_7d", 35, 4),
            Plan(_META.id, "prospecting", "HR_Prospecting_Gifts", 40, 3, is_paused=True),
        ),
        Platform.TIKTOK: (
            Plan(_TIKTOK.id, "tt_conversions", "HR_WebConv_Latte-Art", 65, 4),
            Plan(_TIKTOK.id, "tt_conversions", "HR_WebConv_First-Bag", 60, 4),
            Plan(_TIKTOK.id, "tt_traffic", "HR_Traffic_Brew-Guides", 55, 3),
        ),
        Platform.YOUTUBE: (
            Plan(_VIDEO.id, "yt_demand", "HR | YouTube | Home Brewers", 45, 3),
            Plan(_VIDEO.id, "yt_remarketing", "HR | YouTube | Viewed 30d", 20, 3),
        ),
    },
    trade=Trade(
        line="Coffee",
        currency="GBP",
        one_in=1.0,
        organic_a_day=4.0,
        shop_domain="harbour-roast.myshopify.com",
        goods=(
            *(("Harbour Blend", 1_150), ("Huila Washed", 1_390), ("Night Shift Decaf", 1_290)),
            *(("Guji Natural", 1_590), ("Espresso No. 4", 1_250), ("Filter Sampler", 2_390)),
            *(("Gift Box", 3_490), ("Hand Grinder", 8_900), ("Dripper Set", 3_290)),
            *(("Enamel Mug", 1_490), ("Scale", 5_900), ("Brew Book", 1_890)),
        ),
        order=3_200,
        plans=(("One bag", 2_200), ("Two bags", 4_000), ("Office", 11_900)),
        subscribing_share=0.14,
        is_shop=True,
    ),
    business=(Platform.SHOPIFY, Platform.STRIPE),
    managers={
        Platform.GOOGLE: Manager("8140027719", "Harbour Roast (manager)"),
        Platform.YOUTUBE: Manager("2905518864", "Harbour Roast Video (manager)"),
    },
    channel="UCh4rb0urRoastV1deoCh4nA",
    shift=1_000_000,
)
