"""The demo's third tenant: an agency with four small clients who pay in three currencies."""

from __future__ import annotations

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import Account, Advertiser, Angle, Brand, Manager, Plan, Trade

KESSLER = Brand(
    "Kessler Bikes",
    "kesslerbikes.example",
    "E-Bikes",
    (
        Angle("Commute", "Past the traffic by 7:42", "An e-bike that makes the hill disappear."),
        Angle("Test Ride", "Ride it for a day, free", "Pick it up on Friday, decide on Saturday."),
        Angle("Leasing", "From 69 a month", "Lease through your employer, service included."),
        Angle("Range", "140 km on one charge", "Tested on wet roads, with luggage, uphill."),
        Angle("Family", "Room for two and the shopping", "A cargo bike that fits in the lift."),
    ),
)
LINDEN = Brand(
    "Linden Dental",
    "lindendental.example",
    "Dentists",
    (
        Angle("Appointment", "An appointment this week", "Book online in a minute, evenings too."),
        Angle("Calm", "Dentists for people who fear dentists", "Tell us once; we go at your pace."),
        Angle("Implants", "Fixed teeth in two visits", "A plan with a price before we begin."),
        Angle("Kids", "The first visit is a game", "Small chairs, big stickers, no white coats."),
    ),
)
FJORD = Brand(
    "Fjord Kitchen",
    "fjordkitchen.example",
    "Cookware",
    (
        Angle("One Pan", "The last pan you will buy", "Cast iron, poured in one piece."),
        Angle("Searing", "A crust like in a restaurant", "Heats evenly to the rim in four minutes."),
        Angle("Proof", "11,000 five-star dinners", "Read what people cook in it."),
        Angle("Bundle", "Pan and pot, 20 % less", "The set that cooks everything."),
        Angle("Care", "Washes itself, nearly", "Water, salt, a cloth. That is all."),
    ),
)
SORA = Brand(
    "Sora Ryokan",
    "soraryokan.example",
    "Stays",
    (
        Angle("Onsen", "A hot spring of your own", "Twelve rooms, each with its own bath."),
        Angle("Autumn", "When the valley turns red", "Two nights in November, breakfast included."),
        Angle("Dinner", "Eleven courses, one table", "What the mountain gives on that day."),
        Angle("Train", "Ninety minutes from Tokyo", "We fetch you from the station."),
    ),
)

_KESSLER_G = Account("2471903386", "Kessler Bikes DE", KESSLER, "EUR")
_LINDEN_G = Account("5903318274", "Linden Dental Berlin", LINDEN, "EUR")
_FJORD_G = Account("7718840912", "Fjord Kitchen US", FJORD, "USD")
_SORA_G = Account("1184407265", "Sora Ryokan", SORA, "JPY")
_KESSLER_M = Account("640118273350914", "Kessler Bikes", KESSLER, "EUR")
_LINDEN_M = Account("771940028816435", "Linden Dental", LINDEN, "EUR")
_FJORD_M = Account("820337164495021", "Fjord Kitchen", FJORD, "USD")
_SORA_M = Account("935520718846112", "Sora Ryokan", SORA, "JPY")

AGENCY = Advertiser(
    slug="nordlicht",
    name="Nordlicht Media",
    zone="Europe/Berlin",
    brands=(KESSLER, LINDEN, FJORD, SORA),
    accounts={
        Platform.GOOGLE: (_KESSLER_G, _LINDEN_G, _FJORD_G, _SORA_G),
        Platform.META: (_KESSLER_M, _LINDEN_M, _FJORD_M, _SORA_M),
    },
    plans={
        Platform.GOOGLE: (
            Plan(_KESSLER_G.id, "brand", "Kessler | Search | Brand", 35, 2),
            Plan(_KESSLER_G.id, "search", "Kessler | Search | E-Bike Leasing", 85, 3),
            Plan(_LINDEN_G.id, "search", "Linden | Search | Implants", 70, 3),
            Plan(_LINDEN_G.id, "search", "Linden | Search | Emergency", 45, 2),
            Plan(_FJORD_G.id, "pmax", "Fjord | PMax | Cookware", 120, 4),
            Plan(_FJORD_G.id, "brand", "Fjord | Search | Brand", 30, 2),
            Plan(_SORA_G.id, "search", "Sora | Search | Onsen Kanto", 9_000, 3),
            Plan(_SORA_G.id, "demand_gen", "Sora | Demand Gen | Autumn", 6_500, 3),
        ),
        Platform.META: (
            Plan(_KESSLER_M.id, "prospecting", "Kessler_Prospecting_Commuters", 75, 4),
            Plan(_KESSLER_M.id, "retargeting", "Kessler_RT_Configurator_14d", 30, 3),
            Plan(_LINDEN_M.id, "leads", "Linden_Leads_First-Visit", 40, 3),
            Plan(_FJORD_M.id, "prospecting", "Fjord_Prospecting_Home-Cooks", 95, 4),
            Plan(_FJORD_M.id, "retargeting", "Fjord_RT_Basket_7d", 40, 3),
            Plan(_SORA_M.id, "prospecting", "Sora_Prospecting_Weekenders", 8_000, 4),
            Plan(_SORA_M.id, "traffic", "Sora_Traffic_Valley-Guide", 3_500, 2, is_paused=True),
        ),
    },
    trade=Trade(
        line="Services",
        currency="EUR",
        one_in=30.0,
        organic_a_day=1.0,
        shop_domain="nordlicht-media.myshopify.com",
        goods=(("Gift card", 5_000),),
        order=5_000,
        plans=(("Retainer", 90_000),),
        subscribing_share=0.0,
    ),
    managers={Platform.GOOGLE: Manager("6602914438", "Nordlicht Media (manager)")},
    shift=2_000_000,
)
