"""Small mistakes, made one at a time: the places of a source where one can be made, and making it.

Left alone are annotations, decorators, words, log lines and assertions: none of them moves money.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

Make = Callable[[], None]
Put = Callable[[ast.AST], None]
_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_NOT_ENTERED = ("annotation", "returns", "decorator_list", "msg")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Site(NamedTuple):
    """`function` is the outermost function around it, as `Class.method`; '' in a module's or class's body."""

    line: int
    what: str
    function: str
    make: Make


def sites(tree: ast.Module) -> list[Site]:
    """In the order of the source. A site's `make` changes the tree for good."""
    return list(_within(tree, "", inside=False))


def made(source: str, number: int) -> tuple[ast.Module, Site]:
    """The tree with its `number`-th mistake; line numbers stay those of the source."""
    tree = ast.parse(source)
    site = sites(tree)[number]
    site.make()
    return ast.fix_missing_locations(tree), site


def _within(parent: ast.AST, named: str, *, inside: bool) -> Iterator[Site]:
    for child, put in _children(parent):
        if not _is_left_alone(child):
            line = getattr(child, "lineno", 0) or getattr(getattr(child, "target", None), "lineno", 0)
            for what, make in _mistakes(child, put, inside=inside):
                yield Site(line, what, named if inside else "", make)
            yield from _below(child, named, inside=inside)


def _below(child: ast.AST, named: str, *, inside: bool) -> Iterator[Site]:
    """A function's defaults belong to what stands around it."""
    if inside or not isinstance(child, (*_FUNCTIONS, ast.ClassDef)):
        yield from _within(child, named, inside=inside)
        return
    own = f"{named}.{child.name}".lstrip(".")
    if isinstance(child, _FUNCTIONS):
        yield from _within(child.args, named, inside=False)
    yield from _within(ast.Module(child.body, []), own, inside=isinstance(child, _FUNCTIONS))


def _children(parent: ast.AST) -> Iterator[tuple[ast.AST, Put]]:
    """Each with the hand that puts something else in its place."""
    for field, held in ast.iter_fields(parent):
        if field in _NOT_ENTERED:
            continue
        if isinstance(held, ast.AST):
            yield held, lambda new, field=field: setattr(parent, field, new)
        for index, child in enumerate(held if isinstance(held, list) else ()):
            if isinstance(child, ast.AST):
                yield child, lambda new, held=held, index=index: held.__setitem__(index, new)


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    said = node.value if isinstance(node, ast.Expr) else None
    return isinstance(said, ast.Constant) or (
        isinstance(said, ast.Call) and "_log." in ast.unparse(said.func)
    )


def _mistakes(node: ast.AST, put: Put, *, inside: bool) -> Iterator[tuple[str, Make]]:
    yield from _other_operators(node, inside=inside)
    yield from _other_expressions(node, put)
    yield from _other_statements(node, put)


def _other_operators(node: ast.AST, *, inside: bool) -> Iterator[tuple[str, Make]]:
    if isinstance(node, ast.Compare):
        for index, one in enumerate(node.ops):
            other = _OPERATORS[type(one)]()
            yield _words(one, other), lambda index=index, other=other: node.ops.__setitem__(index, other)
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        swap = _OPERATORS.get(type(node.op))
        is_type = not inside and isinstance(node.op, ast.BitOr | ast.BitAnd)
        if swap is not None and not is_type:
            yield _words(node.op, swap()), lambda: setattr(node, "op", swap())


def _other_expressions(node: ast.AST, put: Put) -> Iterator[tuple[str, Make]]:
    if isinstance(node, ast.UnaryOp):
        yield f"{type(node.op).__name__} left out", lambda: put(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} turned", lambda: put(ast.Constant(not node.value))
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield f"{node.value} one more", lambda: put(ast.Constant(node.value + 1))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
        other = _CALLS[node.func.id]
        yield f"{node.func.id} to {other}", lambda: setattr(node.func, "id", other)
    if isinstance(node, ast.If | ast.While | ast.IfExp) and _is_plain(node.test):
        yield "condition turned", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "filter left out", lambda: setattr(node, "ifs", [])


def _other_statements(node: ast.AST, put: Put) -> Iterator[tuple[str, Make]]:
    if isinstance(node, ast.Expr | ast.Raise | ast.AugAssign | ast.Continue | ast.Break):
        yield f"{type(node).__name__.lower()} left out", lambda: put(ast.Pass())
    if isinstance(node, ast.Return):
        if node.value is None:
            yield "return left out", lambda: put(ast.Pass())
        elif not _is_empty(node.value):
            yield "nothing returned", lambda: setattr(node, "value", ast.Constant(None))


def _is_plain(test: ast.expr) -> bool:
    """Those with an operator are made wrong by it."""
    return not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp)


def _is_empty(value: ast.expr) -> bool:
    """None in its place would be the same to whoever asks for truth."""
    return isinstance(value, ast.Constant) or ast.unparse(value) in ("()", "[]", "{}", "frozenset()")


def _words(one: ast.AST, other: ast.AST) -> str:
    return f"{type(one).__name__} to {type(other).__name__}"
