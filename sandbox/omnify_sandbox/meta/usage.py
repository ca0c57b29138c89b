"""Meta's rate headers: percentages of what an account may be called in an hour."""

from __future__ import annotations

import re
from collections import Counter

import orjson

from omnify_sandbox.market import Market

_CALLS_AN_HOUR = 20_000


class Usage:
    def __init__(self, market: Market) -> None:
        self._market = market
        self._hour = ""
        self._calls: Counter[str] = Counter()

    def headers(self, path: str) -> dict[str, str]:
        """Counts the call and says how much of the hour's allowance is used, 0-100."""
        hour = f"{self._market.now():%Y-%m-%dT%H}"
        if hour != self._hour:
            self._hour, self._calls = hour, Counter()
        match = re.search(r"act_(\d+)", path)
        account = match[1] if match else ""
        self._calls[account] += 1
        share = min(100, self._calls[account] * 100 // _CALLS_AN_HOUR)
        app = {
            "call_count": min(100, self._calls.total() * 100 // _CALLS_AN_HOUR),
            "total_time": 1,
            "total_cputime": 1,
        }
        headers = {"x-app-usage": _json(app)}
        if account:
            tier = "standard_access"
            kind = "ads_insights" if path.rstrip("/").endswith("insights") else "ads_management"
            case = {
                "type": kind,
                "call_count": share,
                "total_cputime": 1,
                "total_time": 1,
                "estimated_time_to_regain_access": 0,
                "ads_api_access_tier": tier,
            }
            own = {"acc_id_util_pct": float(share), "reset_time_duration": 0, "ads_api_access_tier": tier}
            headers["x-ad-account-usage"] = _json(own)
            headers["x-business-use-case-usage"] = _json({account: [case]})
        return headers


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
