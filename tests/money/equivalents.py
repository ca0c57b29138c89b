"""Mistakes that change nothing that anybody could see, each with the reason."""

from __future__ import annotations

_ONE_MORE = "one try, row or page more or less: what happens is the same"

_DEPTHS = "_DEPTHS = {Level.ACCOUNT: 0, Level.CAMPAIGN: 1, Level.AD_GROUP: 2, Level.AD: 3}"

# (module, source line, mistake) -> why it is the same
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("approvals", "_REASON_LENGTH = 500", "500 one more"): "a character more of a reason moves nothing",
    ("approvals", "continue", "continue left out"): "nothing follows it in the loop",
    ("audit", "_ATTEMPTS = 200", "200 one more"): _ONE_MORE,
    ("audit", "_PAGE = 1000", "1000 one more"): _ONE_MORE,
    (
        "exposure",
        "if money.currency == then.budgets[key].currency and money > then.budgets[key]",
        "Gt to GtE",
    ): "of two equal amounts either is the higher",
    ("legs", "assert_never(leg)", "expr left out"): "only the type checker comes here",
    ("legs", _DEPTHS, "2 one more"): "nothing is created below an ad, so only the order above it counts",
    ("legs", _DEPTHS, "3 one more"): "nothing is created below an ad, so only the order above it counts",
    (
        "legs",
        "depth = _DEPTHS.get(leg.ref.level, 0)",
        "0 one more",
    ): "what is created stands at a listed level",
    ("dry_runs", "_BOUND_S = 15.0", "15.0 one more"): "a second more of waiting",
    (
        "executor",
        "for change_set in await self._ports.change_sets.in_status(_WORK, limit=1000):",
        "1000 one more",
    ): _ONE_MORE,
}
