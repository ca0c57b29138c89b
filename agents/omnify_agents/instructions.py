"""What an agent reads before a conversation: its own page, then the date, the client and the person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agents import Agent, RunContextWrapper
from omnify_core.clock import today
from omnify_tools.context import Copilot
from omnify_tools.untrusted import clean

Instructions = Callable[[RunContextWrapper[Copilot], Agent[Copilot]], str]
HOUSE = Path(__file__).with_name("house.md").read_text(encoding="utf-8")


def instructions_beside(source: str) -> Instructions:
    """The Markdown page beside an agent's module, followed by the house rules and the occasion.

    A function rather than text: the SDK hashes every text of the agent graph on every turn.
    """
    page = Path(source).with_suffix(".md").read_text(encoding="utf-8")

    def read(context: RunContextWrapper[Copilot], _agent: Agent[Copilot]) -> str:
        return f"{page}\n{HOUSE}\n{_occasion(context.context)}"

    return read


def _occasion(copilot: Copilot) -> str:
    tenant, actor = copilot.tenant, copilot.actor
    return (
        f"Today is {today(copilot.clock, tenant.time_zone):%A, %Y-%m-%d} ({tenant.time_zone}). "
        f"Client: {clean(tenant.name)}; base currency {tenant.base_currency}. "
        f"You talk with {clean(actor.name)} (role: {actor.role.value}). {copilot.wishes}".rstrip()
    )
