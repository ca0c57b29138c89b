"""Rest.li 2.0 query strings: `List(…)` and `(key:value)` stay raw, texts inside are percent-encoded."""

from __future__ import annotations

import re
from urllib.parse import unquote

from omnify_sandbox.linkedin.errors import LinkedInProblem, bad_param

Value = str | list["Value"] | dict[str, "Value"]
_TEXT = re.compile(r"[^(),:]*")


def read_query(raw: str) -> dict[str, Value]:
    """The parameters of a raw query string. Raises LinkedInProblem."""
    params: dict[str, Value] = {}
    for part in raw.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        name = unquote(name)
        if name in params:
            raise bad_param(name, "The parameter occurs twice")
        params[name] = _Reader(name, value).whole()
    return params


def text_of(params: dict[str, Value], name: str, default: str = "") -> str:
    value = params.get(name, default)
    if not isinstance(value, str):
        raise bad_param(name)
    return value


def texts_of(params: dict[str, Value], name: str) -> list[str]:
    """The texts of a `List(…)`; a text that is no list is refused, as an encoded list would be."""
    value = params.get(name, [])
    if not isinstance(value, list):
        raise bad_param(name)
    texts = [item for item in value if isinstance(item, str)]
    if len(texts) != len(value):
        raise bad_param(name)
    return texts


class _Reader:
    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._at = 0

    def whole(self) -> Value:
        if not self._text.startswith(("(", "List(")):
            # A plain text at the top may hold commas and colons: `fields=id,name`.
            return unquote(self._text)
        value = self._value()
        if self._at < len(self._text):
            raise self._wrong()
        return value

    def _value(self) -> Value:
        if self._took("List("):
            return self._items()
        if self._took("("):
            return self._members()
        return self._plain()

    def _items(self) -> list[Value]:
        if self._took(")"):
            return []
        items = [self._value()]
        while self._took(","):
            items.append(self._value())
        self._need(")")
        return items

    def _members(self) -> dict[str, Value]:
        members: dict[str, Value] = {}
        while True:
            key = self._plain()
            self._need(":")
            members[key] = self._value()
            if not self._took(","):
                break
        self._need(")")
        return members

    def _plain(self) -> str:
        match = _TEXT.match(self._text, self._at)
        assert match is not None, "the pattern matches the empty text"
        if not match[0]:
            raise self._wrong()
        self._at = match.end()
        return "" if match[0] == "''" else unquote(match[0])

    def _took(self, text: str) -> bool:
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._took(text):
            raise self._wrong()

    def _wrong(self) -> LinkedInProblem:
        return bad_param(self._name)
