"""Which language model answers: the embedded engine, OpenAI, or any server that speaks its protocols."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from openai import AsyncOpenAI

from agents import (
    Model,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
)
from omnify_agents.accounting import Prices
from omnify_agents.fallback import FallbackModel
from omnify_core.errors import BadInput

DEFAULT_MODEL = "gpt-4.1-mini"
# OpenAI's list prices in US dollars per million tokens as of mid 2025: input, output, cached input.
_LISTED = {
    "gpt-4o": ("2.50", "10.00", "1.25"),
    "gpt-4o-mini": ("0.15", "0.60", "0.075"),
    "gpt-4.1": ("2.00", "8.00", "0.50"),
    "gpt-4.1-mini": ("0.40", "1.60", "0.10"),
    "gpt-4.1-nano": ("0.10", "0.40", "0.025"),
    "gpt-5": ("1.25", "10.00", "0.125"),
    "gpt-5-mini": ("0.25", "2.00", "0.025"),
    "gpt-5-nano": ("0.05", "0.40", "0.005"),
}


__all__ = ["ChosenModel", "ModelChoice", "choose_model"]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What the settings say. Without a key and a base URL the embedded engine answers.

    `prices`: "input,output" or "input,output,cached" in US dollars per million tokens; empty for the
    list above, where the model is on it and the server is OpenAI's own. `fallback`: another model of
    the same server, asked where the first is down or busy; the cost is then counted at the dearer one.
    """

    api_key: str = ""
    base_url: str = ""
    model: str = ""
    api: Literal["responses", "chat"] = "responses"
    timeout_s: float = 60.0
    max_retries: int = 2
    prices: str = ""
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model with what the run loop and the people must know of it. `prices` is None where unknown."""

    model: Model
    name: str
    is_language_model: bool
    note: str
    prices: Prices | None = None
    settings: ModelSettings | None = None
    client: AsyncOpenAI | None = None

    async def close(self) -> None:
        """Ends its connections."""
        await self.model.close()
        if self.client is not None:
            await self.client.close()


def choose_model(choice: ModelChoice) -> ChosenModel:
    """Raises BadInput where prices are unreadable. No network."""
    if not choice.api_key and not choice.base_url:
        return _embedded()
    name = choice.model or DEFAULT_MODEL
    client = AsyncOpenAI(
        # Local servers want no key, but the client does.
        api_key=choice.api_key or "none",
        base_url=choice.base_url or None,
        timeout=choice.timeout_s,
        max_retries=choice.max_retries,
    )
    model = _model(choice, name, client)
    if choice.fallback:
        model = FallbackModel(model, _model(choice, choice.fallback, client))
    where = f"at {choice.base_url}" if choice.base_url else "at OpenAI"
    return ChosenModel(
        model=model,
        name=name,
        is_language_model=True,
        note=f"{name} {where}, over the {choice.api} protocol"
        + (f"; {choice.fallback} where it is down." if choice.fallback else "."),
        prices=_prices(choice, name),
        # Compatible servers report no usage for a stream unless asked.
        settings=ModelSettings(include_usage=True, parallel_tool_calls=True),
        client=client,
    )


def _model(choice: ModelChoice, name: str, client: AsyncOpenAI) -> Model:
    if choice.api == "responses":
        return OpenAIResponsesModel(model=name, openai_client=client)
    return OpenAIChatCompletionsModel(model=name, openai_client=client)


def _embedded() -> ChosenModel:
    from omnify_agents.engine import embedded_model  # trains a classifier on first use

    return ChosenModel(
        model=embedded_model(),
        name="embedded",
        is_language_model=False,
        note="The embedded engine: it recognizes trained requests and composes replies from tool results. "
        "It is not a language model; set OPENAI_API_KEY or OMNIFY_MODEL_BASE_URL to use one.",
    )


def _prices(choice: ModelChoice, name: str) -> Prices | None:
    if choice.prices:
        return _given_prices(choice.prices)
    if choice.base_url:
        return None
    names = [name, choice.fallback] if choice.fallback else [name]
    listed = [_LISTED[one] for one in names if one in _LISTED]
    if len(listed) < len(names):
        return None
    return Prices(*(max(Decimal(part) for part in parts) for parts in zip(*listed, strict=True)))


def _given_prices(text: str) -> Prices:
    try:
        parts = [Decimal(part.strip()) for part in text.split(",")]
        return Prices(parts[0], parts[1], parts[2] if len(parts) > 2 else parts[0])
    except (InvalidOperation, IndexError) as error:
        raise BadInput(f"prices {text!r} are unreadable; write 'input,output' in USD per million") from error
