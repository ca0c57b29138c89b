"""A parser of the Google Ads Query Language."""

from __future__ import annotations

import re
from typing import NamedTuple

from omnify_sandbox.google.errors import GoogleProblem

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_.]*)|(?P<symbol>!=|>=|<=|[=<>(),]))"
)
_SYMBOLS = {"=", "!=", ">", ">=", "<", "<="}


class Condition(NamedTuple):
    """`op`: = != > >= < <= or, in upper case, [NOT] IN, BETWEEN, DURING, [NOT] LIKE, IS [NOT] NULL."""

    field: str
    op: str
    values: tuple[str, ...]


class Query(NamedTuple):
    select: tuple[str, ...]
    resource: str
    where: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]
    """Fields and whether they descend."""
    limit: int | None


class _Token(NamedTuple):
    kind: str
    text: str

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


_END = _Token("end", "")


def parse(text: str) -> Query:
    """Raises GoogleProblem with a queryError, as the platform would."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.rstrip().rstrip(";")
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            rest = text[at:].strip()
            code = "STRING_NOT_TERMINATED" if rest[0] in "'\"" else "BAD_SYMBOL"
            raise _wrong(code, f"Error in query: unexpected input {rest[:20]}.")
        kind = match.lastgroup or ""
        found.append(_Token(kind, match.group(kind)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._keyword("SELECT", "EXPECTED_SELECT")
        select = self._fields()
        self._keyword("FROM", "EXPECTED_FROM")
        resource = self._word("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE")
        where = self._conditions() if self._took("WHERE") else ()
        order = self._order() if self._took("ORDER") else ()
        limit = self._limit() if self._took("LIMIT") else None
        if self._took("PARAMETERS"):
            self._at = len(self._tokens)
        if self._peek() is not _END:
            raise _wrong("UNEXPECTED_INPUT", f"Error in query: unexpected input {self._peek().text}.")
        return Query(select, resource, where, order, limit)

    def _fields(self) -> tuple[str, ...]:
        fields = [self._word("BAD_FIELD_NAME")]
        while self._took_symbol(","):
            fields.append(self._word("BAD_FIELD_NAME"))
        return tuple(fields)

    def _conditions(self) -> tuple[Condition, ...]:
        conditions = [self._condition()]
        while self._took("AND"):
            conditions.append(self._condition())
        return tuple(conditions)

    def _condition(self) -> Condition:
        field = self._word("BAD_FIELD_NAME")
        op = self._operator()
        match op:
            case "IN" | "NOT IN":
                return Condition(field, op, self._list())
            case "BETWEEN":
                low = self._value()
                self._keyword("AND", "EXPECTED_AND")
                return Condition(field, op, (low, self._value()))
            case "IS NULL" | "IS NOT NULL":
                return Condition(field, op, ())
            case "DURING":
                return Condition(field, op, (self._word("INVALID_VALUE_WITH_DURING_OPERATOR").upper(),))
            case _:
                return Condition(field, op, (self._value(),))

    def _operator(self) -> str:
        token = self._next()
        if token.kind == "symbol" and token.text in _SYMBOLS:
            return token.text
        if token.is_word("IN", "BETWEEN", "DURING", "LIKE"):
            return token.text.upper()
        if token.is_word("NOT"):
            second = self._next()
            if second.is_word("IN", "LIKE"):
                return f"NOT {second.text.upper()}"
        if token.is_word("IS"):
            negated = self._took("NOT")
            self._keyword("NULL", "BAD_OPERATOR")
            return "IS NOT NULL" if negated else "IS NULL"
        raise _wrong("BAD_OPERATOR", f"Error in query: bad operator {token.text}.")

    def _list(self) -> tuple[str, ...]:
        if not self._took_symbol("("):
            raise _wrong("EXPECTED_LIST", "Error in query: expected a list after IN.")
        if self._took_symbol(")"):
            raise _wrong("PROHIBITED_EMPTY_LIST_IN_CONDITION", "Error in query: the list is empty.")
        values = [self._value()]
        while self._took_symbol(","):
            values.append(self._value())
        if not self._took_symbol(")"):
            raise _wrong("UNEXPECTED_INPUT", f"Error in query: unexpected input {self._peek().text}.")
        return tuple(values)

    def _value(self) -> str:
        token = self._next()
        if token.kind == "string":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        if token.kind in ("number", "word"):
            return token.text
        raise _wrong("BAD_VALUE", f"Error in query: bad value {token.text}.")

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._keyword("BY", "EXPECTED_BY")
        order = []
        while True:
            field = self._word("BAD_FIELD_NAME")
            descends = self._took("DESC")
            if not descends:
                self._took("ASC")
            order.append((field, descends))
            if not self._took_symbol(","):
                return tuple(order)

    def _limit(self) -> int:
        token = self._next()
        if token.kind != "number" or not token.text.isdigit():
            raise _wrong("BAD_LIMIT_VALUE", f"Error in query: bad limit {token.text}.")
        if int(token.text) < 1:
            raise _wrong("LIMIT_VALUE_TOO_LOW", "Limit must be at least 1.")
        return int(token.text)

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _next(self) -> _Token:
        token = self._peek()
        if token is _END:
            raise _wrong("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.")
        self._at += 1
        return token

    def _word(self, code: str) -> str:
        token = self._next()
        if token.kind != "word" or token.is_word("SELECT", "FROM", "WHERE", "ORDER", "LIMIT"):
            raise _wrong(code, f"Error in query: unexpected input {token.text}.")
        return token.text

    def _keyword(self, word: str, code: str) -> None:
        if not self._took(word):
            text = self._peek().text or "end of query"
            raise _wrong(code, f"Error in query: expected {word}, found {text}.")

    def _took(self, word: str) -> bool:
        if self._peek().is_word(word):
            self._at += 1
            return True
        return False

    def _took_symbol(self, symbol: str) -> bool:
        if self._peek() == _Token("symbol", symbol):
            self._at += 1
            return True
        return False


def _wrong(code: str, message: str) -> GoogleProblem:
    return GoogleProblem("queryError", code, message)
