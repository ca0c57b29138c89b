"""The README's table of settings is the settings."""

from __future__ import annotations

from pathlib import Path

from omnify_server.settings import Settings

README = Path(__file__).parents[2] / "README.md"


def table() -> str:
    rows = ["| variable | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        rows.append(f"| `OMNIFY_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def test_the_readme_documents_every_setting() -> None:
    text = README.read_text("utf-8")
    documented = text.split("settings.py -->\n")[1].split("\n<!-- /settings")[0]
    assert documented == table()
