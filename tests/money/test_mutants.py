"""The maker of mistakes makes each of its kinds, one at a time, and leaves alone what moves no money."""

from __future__ import annotations

import ast

from tests.money.equivalents import EQUIVALENT
from tests.money.mutants import Tally, is_equivalent, score
from tests.money.mutating import made, sites
from tests.money.trial import Mutant

SOURCE = '''
"""Words."""
MOST: int | None = 3


class Desk:
    def judge(self, cap: int | None, spent: list[int], strict: bool = True) -> bool:
        """More words."""
        assert cap, "an invariant"
        _log.info("said %s", cap)
        if strict and not spent:
            raise ValueError("no")
        self.note(max(spent) - 1)
        return sum(one for one in spent if one > 0) <= cap
'''
WHATS = {
    (3, "3 one more", ""),
    (7, "True turned", ""),
    (11, "And to Or", "Desk.judge"),
    (11, "Not left out", "Desk.judge"),
    (12, "raise left out", "Desk.judge"),
    (13, "expr left out", "Desk.judge"),
    (13, "max to min", "Desk.judge"),
    (13, "Sub to Add", "Desk.judge"),
    (13, "1 one more", "Desk.judge"),
    (14, "nothing returned", "Desk.judge"),
    (14, "filter left out", "Desk.judge"),
    (14, "Gt to GtE", "Desk.judge"),
    (14, "0 one more", "Desk.judge"),
    (14, "LtE to Lt", "Desk.judge"),
}


def test_each_kind_of_mistake_is_made_where_it_can_be() -> None:
    found = [(site.line, site.what, site.function) for site in sites(ast.parse(SOURCE))]
    assert set(found) == WHATS
    assert len(found) == len(WHATS)


def test_each_mistake_is_made_alone() -> None:
    honest = ast.unparse(ast.parse(SOURCE)).splitlines()
    for number in range(len(WHATS)):
        tree, _ = made(SOURCE, number)
        compile(tree, "desk.py", "exec")
        differing = [one for one in ast.unparse(tree).splitlines() if one not in honest]
        assert len(differing) == 1, differing


def test_what_is_listed_as_equivalent_is_no_mistake_and_has_its_reason() -> None:
    assert all(EQUIVALENT.values())
    (module, text, what), *_ = EQUIVALENT
    listed = Mutant(f"omnify_guardrails.{module}", "", 0, 1, what, "", text)
    assert is_equivalent(listed)
    assert not is_equivalent(listed._replace(text="another line"))


def test_the_score_counts_what_differs_from_the_source() -> None:
    assert score([Tally("a", 8, 2, 5), Tally("b", 0, 0, 3)]) == 0.8
    assert score([Tally("b", 0, 0, 3)]) == 1.0
