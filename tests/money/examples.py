"""How many examples a property is tried on: few in CI, a thousand in `make prove`."""

from __future__ import annotations

import os

EXAMPLES = "OMNIFY_PROOF_EXAMPLES"


def examples(few: int) -> int:
    return int(os.environ.get(EXAMPLES, few))
