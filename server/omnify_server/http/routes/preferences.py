"""How the signed-in person wants to be answered: seen, said, taken back. Nobody else's can be read."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from omnify_core.preferences import CHOICES, Aspect
from omnify_server.http.access import SignedInActor, WithServices
from omnify_tools.preferences import NO_PERSONALITY

preferences = APIRouter(prefix="/api/adaptive-learning", tags=["preferences"])


class WishView(BaseModel):
    """`basis`: what the person said, what their own questions show, or how it is without a word."""

    aspect: Aspect
    value: str
    basis: Literal["stated", "observed", "default"]
    evidence: str
    choices: tuple[str, ...]


class PreferenceView(BaseModel):
    """`personality` is always empty: `note` says why. `observed_since`: None without consent."""

    personality: None = None
    note: str = NO_PERSONALITY
    preferences: list[WishView]
    observed_since: datetime | None


class WishesBody(BaseModel):
    """Aspects to set; null takes a wish back."""

    preferences: dict[Aspect, str | None]


class ConsentBody(BaseModel):
    """`observe`: whether the length and kind of one's own questions may be counted."""

    observe: bool


@preferences.get("/personality")
async def read_preferences(actor: SignedInActor, services: WithServices) -> PreferenceView:
    """How you want to be answered: stated, observed with your consent, or the usual. No personality."""
    kept = await services.preferences.kept(actor)
    return PreferenceView(
        preferences=[
            WishView(
                aspect=one.aspect,
                value=one.value,
                basis=one.basis,
                evidence=one.evidence,
                choices=CHOICES[one.aspect],
            )
            for one in await services.preferences.wishes(actor)
        ],
        observed_since=kept.observed_since,
    )


@preferences.put("/personality")
async def state_preferences(body: WishesBody, actor: SignedInActor, services: WithServices) -> PreferenceView:
    """Says or takes back wishes; each takes effect with the next question."""
    for aspect, value in body.preferences.items():
        if value is None:
            await services.preferences.clear(actor, aspect)
        else:
            await services.preferences.state(actor, aspect, value, origin="said under Settings")
    return await read_preferences(actor, services)


@preferences.put("/consent")
async def consent(body: ConsentBody, actor: SignedInActor, services: WithServices) -> PreferenceView:
    """Allows or ends that your own questions are counted; nothing counted is kept."""
    await services.preferences.consent(actor, agreed=body.observe)
    return await read_preferences(actor, services)


@preferences.delete("/personality")
async def forget_preferences(actor: SignedInActor, services: WithServices) -> PreferenceView:
    """Deletes all of it, the consent too."""
    await services.preferences.forget(actor)
    return await read_preferences(actor, services)
