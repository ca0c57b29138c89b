"""Text that others typed: made harmless to read, and recognizable as quoted."""

from __future__ import annotations

import unicodedata

from omnify_tools.tables import NOTICE, ProposalCard, Table

NAME_LENGTH = 120
BODY_LENGTH = 300
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def clean(text: str, *, length: int = NAME_LENGTH) -> str:
    """One line without control, format or quoting characters, cut at `length`."""
    return one_line(text.replace("«", "‹").replace("»", "›"), length=length)


def one_line(text: str, *, length: int) -> str:
    """A sentence of ours that may hold quoted text: without control characters, cut at `length`."""
    shown = "".join(" " if unicodedata.category(char) in _HIDDEN else char for char in text)
    line = " ".join(shown.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def quoted(text: str, *, length: int = NAME_LENGTH) -> str:
    """As it stands inside a sentence of ours: «Brand, exact»."""
    return f"«{clean(text, length=length)}»"


def marked_table(table: Table) -> Table:
    """The table with its untrusted cells cleaned and the notice set where it applies."""
    keys = [column.key for column in table.columns if column.untrusted]
    for row in table.rows:
        for key in keys:
            if isinstance(cell := row.get(key), str):
                row[key] = clean(cell, length=BODY_LENGTH)
    texts = [table.headline, *table.warnings, *(str(cell) for row in table.rows for cell in row.values())]
    if keys or any("«" in text for text in texts):
        table.notice = NOTICE
    return table


def marked_card(card: ProposalCard) -> ProposalCard:
    for leg in card.legs:
        leg.name = clean(leg.name)
    card.notice = NOTICE
    return card
