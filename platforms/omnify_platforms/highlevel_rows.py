"""HighLevel's rows as our nouns. Records are camelCase in both of its contracts."""

from __future__ import annotations

from datetime import datetime

from omnify_core.business import Utm, customer_id, person_of
from omnify_core.campaigns import Platform
from omnify_core.crm import (
    Contact,
    CrmCampaign,
    Opportunity,
    OpportunityStatus,
    Pipeline,
    Stage,
    Workflow,
)
from omnify_platforms.rows import Row

HIGHLEVEL = Platform.GOHIGHLEVEL
_STATUSES = {status.value: status for status in OpportunityStatus}


def contact_of(row: Row, location: str, now: datetime) -> Contact:
    first, last = _touches(row)
    native_id = row.required("id")
    added = row.moment("dateAdded") or now
    return Contact(
        platform=HIGHLEVEL,
        account_id=location,
        native_id=native_id,
        at=added,
        updated_at=row.moment("dateUpdated") or added,
        read_at=now,
        customer_id=customer_id(HIGHLEVEL, native_id),
        person=person_of(row.text("email")),
        source=row.text("source"),
        tags=tuple(sorted(tag for tag in row.raw("tags") or [] if isinstance(tag, str))),
        may_be_contacted=row.raw("dnd") is not True,
        first_touch=_utm(first),
        last_touch=_utm(last),
        gclid=last.text("gclid") or first.text("gclid"),
        fbclid=last.text("fbclid") or first.text("fbclid"),
    )


def opportunity_of(row: Row, location: str, now: datetime) -> Opportunity:
    added = row.moment("createdAt") or row.moment("dateAdded") or now
    return Opportunity(
        platform=HIGHLEVEL,
        account_id=location,
        native_id=row.required("id"),
        at=added,
        updated_at=row.moment("updatedAt") or added,
        read_at=now,
        customer_id=customer_id(HIGHLEVEL, row.text("contactId") or row.text("contact.id")),
        person=person_of(row.text("contact.email")),
        name=row.text("name"),
        pipeline_id=row.required("pipelineId"),
        stage_id=row.required("pipelineStageId"),
        status=row.one_of("status", _STATUSES),
        value=row.decimal("monetaryValue"),
        source=row.text("source"),
    )


def pipeline_of(row: Row, location: str, now: datetime) -> Pipeline:
    stages = [
        Stage(id=one.required("id"), name=one.text("name"), position=number)
        for number, one in enumerate(row.rows("stages"))
    ]
    return Pipeline(
        platform=HIGHLEVEL,
        account_id=location,
        native_id=row.required("id"),
        at=row.moment("dateAdded") or now,
        updated_at=row.moment("dateUpdated") or now,
        read_at=now,
        name=row.text("name"),
        stages=tuple(stages),
    )


def workflow_of(row: Row, location: str, now: datetime) -> Workflow:
    return Workflow(
        platform=HIGHLEVEL,
        account_id=location,
        native_id=row.required("id"),
        at=row.moment("createdAt") or now,
        updated_at=row.moment("updatedAt") or now,
        read_at=now,
        name=row.text("name"),
        is_published=row.text("status") == "published",
    )


def campaign_of(row: Row, location: str, now: datetime) -> CrmCampaign:
    return CrmCampaign(
        platform=HIGHLEVEL,
        account_id=location,
        native_id=row.required("id"),
        at=now,
        updated_at=now,
        read_at=now,
        name=row.text("name"),
        is_published=row.text("status") == "published",
    )


def _touches(row: Row) -> tuple[Row, Row]:
    """By id there are two fields; a search brings a list with its first and last marked."""
    found = row.rows("attributions")
    if not found:
        empty = Row(HIGHLEVEL, {})
        first = Row(HIGHLEVEL, row.raw("attributionSource")) if row.raw("attributionSource") else empty
        last = row.raw("lastAttributionSource")
        return first, Row(HIGHLEVEL, last) if last else first
    first = next((one for one in found if one.raw("isFirst")), found[0])
    return first, next((one for one in found if one.raw("isLast")), found[-1])


def _utm(row: Row) -> Utm:
    return Utm(
        source=row.text("utmSource"),
        medium=row.text("utmMedium") or row.text("medium"),
        campaign=row.text("utmCampaign") or row.text("campaign"),
        content=row.text("utmContent"),
        term=row.text("utmTerm"),
    )
