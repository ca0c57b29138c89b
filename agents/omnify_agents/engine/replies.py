"""Replies put together from tool outputs: every figure stands there as the tool gave it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from omnify_agents.engine.goals import Outcome, Reply
from omnify_agents.engine.outputs import (
    ListedCampaign,
    Problem,
    ProposalOutput,
    TableOutput,
    ToolOutput,
    money_in,
)

MOST_ROWS = 10
MOST_COLUMNS = 9
INTRODUCTION = (
    "_I am OmniFy's embedded engine, not a language model: I read your accounts, compute, predict and propose; "
    "a person approves every change._"
)
_QUOTED = re.compile(r"«([^»]*)»")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~@])")


def table_reply(table: TableOutput, *, campaigns: tuple[ListedCampaign, ...] = ()) -> Reply:
    return Reply(Outcome.ANSWERED, table_text(table), campaigns=campaigns)


def table_text(table: TableOutput) -> str:
    """Headline, the first rows, what must be known about them, and where they come from."""
    raw = table.raw
    parts = [f"**{raw.get('title')}.** {safe_sentence(raw.get('headline', ''))}", _grid(table)]
    warnings = [f"- {safe_sentence(warning)}" for warning in raw.get("warnings") or []]
    if warnings:
        parts.append("Worth knowing:\n" + "\n".join(warnings))
    origin = [raw.get("window"), raw.get("source"), raw.get("freshness")]
    parts.append(" · ".join(safe_sentence(part) for part in origin if part))
    return "\n\n".join(part for part in parts if part)


def proposal_reply(proposal: ProposalOutput) -> Reply:
    raw = proposal.raw
    campaigns = tuple(proposal.campaigns)
    if proposal.was_denied:
        denials = "\n".join(
            f"- {safe_sentence(denial)}" for denial in raw.get("denials") or [raw.get("headline", "")]
        )
        text = f"The money policy does not allow this, so nobody is asked to approve it and nothing was changed:\n{denials}"
        return Reply(Outcome.REFUSED, text, campaigns=campaigns)
    parts = [f"**Proposed: {safe(raw.get('title', ''))}.** {safe_sentence(raw.get('headline', ''))}"]
    warnings = [f"- {safe_sentence(warning)}" for warning in raw.get("warnings") or []]
    if warnings:
        parts.append("Worth knowing:\n" + "\n".join(warnings))
    parts.append(
        f"A person has to approve it: on the card here, under Approvals, or with `omnify approvals approve "
        f"{raw.get('change_set_id')}`. It expires at {raw.get('expires_at')}."
    )
    opened = tuple((campaign.id, str(raw.get("change_set_id"))) for campaign in campaigns)
    text = "\n\n".join(part for part in parts if part)
    return Reply(Outcome.PROPOSED, text, campaigns=campaigns, opened=opened)


def problem_reply(problem: Problem) -> Reply:
    """A problem that other words could cure is a question back; any other is plainly reported."""
    curable = problem.code in {"bad_input", "not_found", "unsupported", "mixed_currencies"}
    lead = "That did not work as asked" if curable else "I could not get an answer"
    outcome = Outcome.CLARIFIED if curable else Outcome.REFUSED
    return Reply(outcome, f"{lead}: {safe_sentence(problem.message)}")


def output_reply(output: ToolOutput, *, campaigns: tuple[ListedCampaign, ...] = ()) -> Reply:
    match output:
        case TableOutput():
            return table_reply(output, campaigns=campaigns)
        case ProposalOutput():
            return proposal_reply(output)
        case Problem():
            return problem_reply(output)


def named(campaign: ListedCampaign) -> str:
    return (
        f"{safe(campaign.name)} ({campaign.id})"
        if campaign.name and campaign.name != campaign.id
        else campaign.id
    )


def safe(text: Any) -> str:
    """Text of others as plain words: no Markdown, no links, one line, at most 120 characters."""
    line = " ".join(str(text).split())
    line = line if len(line) <= 120 else line[:119] + "…"
    return _MARKDOWN.sub(r"\\\1", line).replace("://", ":\\//").replace("www.", "www\\.")


def safe_sentence(text: Any) -> str:
    """A sentence of ours in which «…» encloses text of others."""
    return _QUOTED.sub(lambda match: f"«{safe(match[1])}»", str(text))


def cell_text(table: TableOutput, row: dict[str, Any], key: str) -> str:
    """One cell as the table shows it."""
    columns = [column for column in table.raw.get("columns", []) if isinstance(column, dict)]
    return _cell(row.get(key), next((column for column in columns if column.get("key") == key), {}))


def _grid(table: TableOutput) -> str:
    columns = [column for column in table.raw.get("columns", []) if isinstance(column, dict)][:MOST_COLUMNS]
    if not columns or not table.rows:
        return ""
    shown = table.rows[:MOST_ROWS]
    head = "| " + " | ".join(safe(column.get("label", column.get("key"))) for column in columns) + " |"
    rule = (
        "|"
        + "|".join(
            " --- " if column.get("unit") in ("text", "id", "date") else " ---: " for column in columns
        )
        + "|"
    )
    rows = [
        "| " + " | ".join(_cell(row.get(column["key"]), column) for column in columns) + " |" for row in shown
    ]
    total = max(int(table.raw.get("total_rows") or 0), len(table.rows))
    rest = [f"\n{len(shown)} of {total} rows."] if total > len(shown) else []
    return "\n".join([head, rule, *rows, *rest])


def _cell(value: Any, column: dict[str, Any]) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, dict):
        return " / ".join(_cell(part, column) for part in value.values())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(money_in(value) or safe(value))
    exact = Decimal(str(value))
    if column.get("unit") == "share":
        return f"{(exact * 100).quantize(Decimal('0.01')).normalize():f}%"
    return (
        f"{exact.quantize(Decimal('0.01')):,f}"
        if column.get("unit") == "ratio"
        else f"{exact.normalize():,f}"
    )
