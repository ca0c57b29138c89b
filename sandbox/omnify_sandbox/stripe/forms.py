"""Forms with brackets, read strictly: `items[0][price]=…` becomes nested values of the contract's types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from omnify_sandbox.stripe.contract import Param, is_model, model
from omnify_sandbox.stripe.errors import invalid, missing_param, unknown_param

Values = dict[str, Any]
_STEP = re.compile(r"\[([^\]]*)\]")


def read_form(pairs: Iterable[tuple[str, str]], params: str) -> Values:
    """`params` names the contract's model. Raises StripeProblem."""
    return _checked(_nested(pairs), params, "")


def _nested(pairs: Iterable[tuple[str, str]]) -> Values:
    tree: Values = {}
    for name, text in pairs:
        head, bracket, rest = name.partition("[")
        steps = [head, *_STEP.findall(bracket + rest)]
        here = tree
        for step in steps[:-1]:
            here = here.setdefault(step or str(len(here)), {})
            if not isinstance(here, dict):
                raise invalid(f"Invalid parameter: {name}", name)
        here[steps[-1] or str(len(here))] = text
    return tree


def _checked(tree: Values, params: str, where: str) -> Values:
    known = model(params)
    for name in tree:
        if name not in known:
            raise unknown_param(_path(where, name))
    for name, param in known.items():
        if param.is_required and name not in tree:
            raise missing_param(_path(where, name))
    return {name: _value(raw, known[name], _path(where, name)) for name, raw in tree.items()}


def _path(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


def _value(raw: Any, param: Param, where: str) -> Any:
    if raw == "" and (param.may_be_empty or "str" in param.kinds):
        return ""
    for kind in param.kinds:
        if isinstance(raw, dict) == _is_deep(kind):
            return _typed(raw, kind, where)
    raise invalid(f"Invalid {'object' if isinstance(raw, dict) else 'value'} for {where}", where)


def _is_deep(kind: str) -> bool:
    return kind == "dict" or kind.startswith("list[") or is_model(kind)


def _typed(raw: Any, kind: str, where: str) -> Any:
    if kind.startswith("list["):
        inner = Param((kind[5:-1],), is_required=True, may_be_empty=False)
        return [_value(item, inner, f"{where}[{place}]") for place, item in enumerate(raw.values())]
    if kind == "dict":
        return raw
    if is_model(kind):
        return _checked(raw, kind, where)
    return _scalar(raw, kind, where)


def _scalar(text: str, kind: str, where: str) -> Any:
    if kind.startswith("enum:"):
        choices = kind[5:].split(",")
        if text in choices:
            return text
        raise invalid(f"Invalid {where}: must be one of {', '.join(choices)}", where)
    match kind:
        case "int" if re.fullmatch(r"-?\d+", text):
            return int(text)
        case "int":
            raise invalid(f"Invalid integer: {text}", where, "parameter_invalid_integer")
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "bool":
            raise invalid(f"Invalid boolean: {text}", where)
        case "float":
            return _number(text, where)
        case _:
            return text


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise invalid(f"Invalid decimal: {text}", where) from None
