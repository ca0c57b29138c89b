"""Strict reading of query parameters: unknown names and wrong types are refused."""

from __future__ import annotations

from starlette.datastructures import QueryParams

from omnify_sandbox.youtube.contract import params_of, parts_of
from omnify_sandbox.youtube.errors import YouTubeProblem, invalid, missing, unknown_name


class Query:
    """The parameters of one request to a method such as 'youtube/v3/videos'."""

    def __init__(self, path: str, raw: QueryParams) -> None:
        known = params_of(path)
        for name in raw:
            if name not in known:
                raise unknown_name(name)
        for name, param in known.items():
            if param.is_required and not raw.get(name):
                raise missing(f"No value for required parameter: {name}", name)
            for text in raw.getlist(name):
                _check(name, text, param.kind)
        self._raw = raw

    def text(self, name: str, default: str = "") -> str:
        return self._raw.get(name, default)

    def texts(self, name: str) -> list[str]:
        """Repeated, or one comma list."""
        return [part for text in self._raw.getlist(name) for part in text.split(",") if part]

    def flag(self, name: str) -> bool:
        return self._raw.get(name, "").lower() == "true"

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = int(self._raw.get(name, default))
        if not low <= value <= high:
            raise invalid(f"Invalid value '{value}'. Values must be within the range: [{low}, {high}]", name)
        return value

    def parts(self, resource: str) -> list[str]:
        wanted = self.texts("part")
        for part in wanted:
            if part not in parts_of(resource):
                raise YouTubeProblem(
                    400, f"'{part}'", reason="unknownPart", domain="youtube.part", location="part"
                )
        return wanted


def _check(name: str, text: str, kind: str) -> None:
    is_number = text.isascii() and text.isdigit()
    if kind == "integer" and not is_number:
        raise invalid(f"Invalid value at '{name}' (TYPE_UINT32), \"{text}\"", name)
    if kind == "boolean" and text.lower() not in ("true", "false"):
        raise invalid(f"Invalid value at '{name}' (TYPE_BOOL), \"{text}\"", name)
