"""Where a leg writes once what it stands in is there: plans name what they create, platforms number it."""

from __future__ import annotations

from omnify_core.change_sets import ChangeSet, LegStatus
from omnify_core.errors import BadInput
from omnify_core.legs import AdGroupLeg, AnyLeg, CampaignLeg, CreationLeg, natural_key

_MAKERS = {"campaign": CampaignLeg, "ad_group": AdGroupLeg}


def placed(change_set: ChangeSet, index: int) -> AnyLeg:
    """The leg with its parent's id, as soon as the parent's creation was read back; before that as it is."""
    leg = change_set.plan.legs[index]
    if not isinstance(leg, CreationLeg) or not leg.within:
        return leg
    for maker, record in zip(change_set.plan.legs, change_set.records, strict=False):
        if makes(maker, leg) and record.status is LegStatus.DONE and record.created:
            return leg.model_copy(
                update={"ref": leg.ref.model_copy(update={"native_id": record.created}), "within": ""}
            )
    return leg


def makes(maker: AnyLeg, leg: CreationLeg) -> bool:
    """Whether `maker` creates the parent that `leg` names."""
    kind = _MAKERS.get(leg.ref.level.value)
    return (
        kind is not None
        and isinstance(maker, kind)
        and maker.after is not None
        and natural_key(maker) == leg.within
        and (maker.ref.platform, maker.ref.account_id) == (leg.ref.platform, leg.ref.account_id)
    )


def refuse_orphans(legs: tuple[AnyLeg, ...]) -> None:
    """Raises BadInput where a leg names a parent that nothing in the plan creates."""
    for leg in legs:
        if isinstance(leg, CreationLeg) and leg.within and not any(makes(one, leg) for one in legs):
            raise BadInput(
                f"{leg.name!r} belongs to a new {leg.ref.level.value.replace('_', ' ')} {leg.within!r}, "
                "which this plan does not create; create it in the same plan, or name one that exists"
            )
