"""Mistakes that change nothing that anybody could see, each with the reason."""

from __future__ import annotations

_ONE_MORE = "one try, row or page more or less: what happens is the same"

# (module, source line, mistake) -> why it is the same
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("approvals", "_REASON_LENGTH = 500", "500 one more"): "a character more of a reason moves nothing",
    ("approvals", "continue", "continue left out"): "nothing follows it in the loop",
    ("audit", "_ATTEMPTS = 200", "200 one more"): _ONE_MORE,
    ("audit", "_PAGE = 1000", "1000 one more"): _ONE_MORE,
    ("dry_runs", "_BOUND_S = 15.0", "15.0 one more"): "a second more of waiting",
    (
        "executor",
        "for change_set in await self._ports.change_sets.in_status(_WORK, limit=1000):",
        "1000 one more",
    ): _ONE_MORE,
}
