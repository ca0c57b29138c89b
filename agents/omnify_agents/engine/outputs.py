"""Tool outputs as the planner reads them: a table, a proposal, or a problem. Their texts are data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from omnify_core.errors import BadInput
from omnify_core.money import Money


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """A campaign as a table's row shows it."""

    id: str
    name: str = ""
    daily_budget: Money | None = None
    status: str = ""

    @property
    def platform(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True)
class TableOutput:
    raw: dict[str, Any]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row for row in self.raw.get("rows", []) if isinstance(row, dict)]

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are here."""
        return int(self.raw.get("total_rows") or 0) > len(self.rows)

    @property
    def campaigns(self) -> list[ListedCampaign]:
        """The campaigns of the rows in order, each once."""
        found = {row["campaign_id"]: _listed(row) for row in reversed(self.rows) if row.get("campaign_id")}
        return list(reversed(found.values()))


@dataclass(frozen=True)
class ProposalOutput:
    raw: dict[str, Any]

    @property
    def was_denied(self) -> bool:
        return self.raw.get("status") == "denied" or bool(self.raw.get("denials"))

    @property
    def campaigns(self) -> list[ListedCampaign]:
        return [
            ListedCampaign(leg["entity_id"], str(leg.get("name", "")))
            for leg in self.raw.get("legs", [])
            if isinstance(leg, dict) and leg.get("entity_id")
        ]


@dataclass(frozen=True)
class Problem:
    """A tool that gave no answer, in its own words."""

    message: str
    code: str = ""

    @property
    def campaigns(self) -> list[ListedCampaign]:
        return []


ToolOutput = TableOutput | ProposalOutput | Problem


@lru_cache(maxsize=512)
def parse_output(text: str) -> ToolOutput:
    """Whatever a tool said; text that is no known JSON is a problem in words."""
    try:
        raw = json.loads(text)
    except ValueError:
        return Problem(text.strip() or "the tool gave no answer")
    match raw:
        case {"kind": "table"}:
            return TableOutput(raw)
        case {"kind": "proposal"}:
            return ProposalOutput(raw)
        case {"message": str(message)}:
            return Problem(message, str(raw.get("code", "")))
        case _:
            return Problem("the tool answered in a form that I cannot read")


def money_in(cell: Any) -> Money | None:
    """'120.50 USD' or '1,200.00 USD' as money; None for anything else."""
    if not isinstance(cell, str):
        return None
    amount, _, currency = cell.replace(",", "").partition(" ")
    try:
        return Money.parse(amount, currency)
    except BadInput:
        return None


def _listed(row: dict[str, Any]) -> ListedCampaign:
    return ListedCampaign(
        str(row["campaign_id"]),
        str(row.get("campaign") or row.get("name") or ""),
        money_in(row.get("daily_budget")),
        str(row.get("status") or ""),
    )
