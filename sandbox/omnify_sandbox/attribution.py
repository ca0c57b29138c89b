"""When conversions are reported: later than the click that they belong to."""

from __future__ import annotations

import numpy as np

from omnify_sandbox.randomness import BoolArray, FloatArray


def reported_share(days_since: FloatArray, is_google: BoolArray) -> FloatArray:
    """Share of a day's conversions known `days_since` days after its end, 0-1, never falling.

    Google credits up to 30 days after the click, Meta up to 7 (its default click window).
    """
    google = np.where(days_since >= 30, 1.0, 1 - 0.42 * np.exp(-days_since / 3.5))
    meta = np.where(days_since >= 7, 1.0, 1 - 0.34 * np.exp(-days_since / 1.6))
    return np.where(is_google, google, meta)


def reported_count(total: FloatArray, share: FloatArray, draw: FloatArray) -> FloatArray:
    """Whole conversions known so far: all of them at share 1, never falling as the share grows."""
    return np.minimum(total, np.floor(total * share + draw))
