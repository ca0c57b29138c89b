"""What platforms take credit for, against who really came: everybody counts the same buyer."""

from __future__ import annotations

from omnify_core.campaigns import Platform
from omnify_sandbox.catalog import Campaign
from omnify_sandbox.randomness import named_generator
from omnify_sandbox.rivalry import AGAIN

# Of the conversions that a platform reports, the share that no other platform reports, too, and that
# would not have come by itself after a mere glance at an ad.
_TRUE_SHARE = {
    Platform.GOOGLE: 0.86,
    Platform.META: 0.72,
    Platform.LINKEDIN: 0.78,
    Platform.TIKTOK: 0.62,
    Platform.YOUTUBE: 0.55,
}
_MET_AGAIN = 0.75


def true_share(campaign: Campaign) -> float:
    """Of one campaign, 0-1; who is met again would often have come back anyway."""
    share = _TRUE_SHARE[campaign.platform] * (_MET_AGAIN if campaign.kind in AGAIN else 1.0)
    rng = named_generator(campaign.seed, f"campaign/{campaign.number}/claims")
    return min(1.0, share * float(rng.uniform(0.9, 1.1)))
