"""What a CRM holds: contacts, pipelines, opportunities, workflows and campaigns."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from omnify_core.business import Kind, Record, Utm
from omnify_core.campaigns import Frozen


class Contact(Record):
    """A lead or customer, without name and address. `source` and `tags` are the owner's words.

    `may_be_contacted`: no do-not-disturb is set. The click ids lead back to the ad that was clicked.
    """

    kind: Literal[Kind.CONTACT] = Kind.CONTACT
    source: str = ""
    tags: tuple[str, ...] = ()
    may_be_contacted: bool = True
    first_touch: Utm = Utm()
    last_touch: Utm = Utm()
    gclid: str = ""
    fbclid: str = ""


class Stage(Frozen):
    id: str
    name: str
    position: int


class Pipeline(Record):
    kind: Literal[Kind.PIPELINE] = Kind.PIPELINE
    name: str
    stages: tuple[Stage, ...] = ()


class OpportunityStatus(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    ABANDONED = "abandoned"


class Opportunity(Record):
    """`value` is in the currency of the CRM's own account, which it does not name; 0 where unset."""

    kind: Literal[Kind.OPPORTUNITY] = Kind.OPPORTUNITY
    name: str
    pipeline_id: str
    stage_id: str
    status: OpportunityStatus
    value: Decimal = Decimal(0)
    source: str = ""


class Workflow(Record):
    """An automation; HighLevel lets others list them and add contacts, not create them."""

    kind: Literal[Kind.WORKFLOW] = Kind.WORKFLOW
    name: str
    is_published: bool


class CrmCampaign(Record):
    kind: Literal[Kind.CRM_CAMPAIGN] = Kind.CRM_CAMPAIGN
    name: str
    is_published: bool
