"""What a run's model calls used, by agent, and the stop before the next one that would be too many."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any, NamedTuple

from agents import Agent, ModelResponse, RunContextWrapper, RunHooks, Usage
from omnify_agents.limits import RunLimits
from omnify_core import conversations
from omnify_core.errors import LimitReached
from omnify_tools.context import Copilot


class Prices(NamedTuple):
    """US dollars per million tokens. `cached`: input that the provider had seen before."""

    input: Decimal
    output: Decimal
    cached: Decimal

    def of(self, usage: Usage) -> Decimal:
        cached = usage.input_tokens_details.cached_tokens or 0
        fresh = max(usage.input_tokens - cached, 0)
        cost = self.input * fresh + self.cached * cached + self.output * int(usage.output_tokens)
        return cost / Decimal(1_000_000)


class Accounts(RunHooks[Copilot]):
    """One run's model calls. Raises LimitReached before a call, so that no answer is thrown away."""

    def __init__(self, limits: RunLimits, prices: Prices | None) -> None:
        self._limits = limits
        self._prices = prices
        self._cost = Decimal(0)
        self._requests = 0
        self._input = 0
        self._output = 0
        self._by_agent: Counter[str] = Counter()

    async def on_llm_start(self, *_: Any) -> None:
        limits = self._limits
        if self._input + self._output >= limits.max_tokens:
            raise LimitReached(f"this answer has used its {limits.max_tokens} tokens; ask more narrowly")
        if self._cost >= Decimal(str(limits.max_cost_usd)):
            raise LimitReached(f"this answer has cost its {limits.max_cost_usd} USD; ask more narrowly")

    async def on_llm_end(
        self, _context: RunContextWrapper[Copilot], agent: Agent[Copilot], response: ModelResponse
    ) -> None:
        usage = response.usage
        self._requests += usage.requests or 1
        self._input += usage.input_tokens
        self._output += usage.output_tokens
        self._by_agent[agent.name.lower()] += usage.input_tokens + usage.output_tokens
        if self._prices is not None:
            self._cost += self._prices.of(usage)

    def usage(self, *, tool_calls: int) -> conversations.Usage:
        return conversations.Usage(
            requests=self._requests,
            input_tokens=self._input,
            output_tokens=self._output,
            tool_calls=tool_calls,
            cost_usd=f"{self._cost.normalize():f}" if self._cost else "0",
            by_agent=dict(self._by_agent),
        )
