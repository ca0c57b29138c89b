"""What a create operation makes: checked as Google checks it, numbered, and handed on to be born."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnify_sandbox.google.created_ads import judge_ad
from omnify_sandbox.google.created_campaigns import judge_budget, judge_campaign
from omnify_sandbox.google.created_criteria import judge_criterion
from omnify_sandbox.google.created_groups import judge_group
from omnify_sandbox.google.created_lists import judge_list
from omnify_sandbox.google.creator import Creator
from omnify_sandbox.google.errors import Path
from omnify_sandbox.google.message import read_message
from omnify_sandbox.growth import Birth


def make(creator: Creator, resource: str, message: Any, index: int) -> tuple[list[Birth], str]:
    """Births and resource name. Raises GoogleProblem, BadPayload."""
    at: Path = (("operations", index), "create")
    made = read_message(resource, message, f"operations[{index}].create", at)
    judges: dict[str, Callable[[], tuple[list[Birth], str]]] = {
        "campaign_budget": lambda: judge_budget(creator, made, at),
        "campaign": lambda: judge_campaign(creator, made, at),
        "ad_group": lambda: judge_group(creator, made, at),
        "ad_group_ad": lambda: judge_ad(creator, made, at),
        "ad_group_criterion": lambda: judge_criterion(creator, resource, made, at),
        "campaign_criterion": lambda: judge_criterion(creator, resource, made, at),
        "user_list": lambda: judge_list(creator, made, at),
    }
    return judges[resource]()
