"""The command line as a user meets it: a process of its own, its exit status and its JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KEYS = {"utterance", "thread_id", "run_id", "route", "tool_calls", "change_sets"}
KEYS |= {"outcome", "reply", "usage", "ms"}
OUTCOMES = {"answered", "proposed", "clarified", "refused", "escalated", "failed"}
QUESTIONS = [
    "How did we do last week across platforms?",
    "Which creatives will tire in the next two weeks?",
    "Move 100 a day from the worst Meta campaign to the best Google one",
]


def omnify(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from omnify_server.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def answers(data_dir: Path) -> list[dict[str, Any]]:
    """The three questions, each in a fresh conversation of one process."""
    file = data_dir / "questions.jsonl"
    file.write_text("\n".join(json.dumps({"utterance": question}) for question in QUESTIONS))
    done = omnify("ask", "--jsonl", str(file), "--json", "--data-dir", str(data_dir / "home"))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_is_answered_with_the_whole_object(answers: list[dict[str, Any]]) -> None:
    assert [found["utterance"] for found in answers] == QUESTIONS
    for found in answers:
        assert set(found) == KEYS
        assert found["outcome"] in OUTCOMES
        assert found["route"][0] == "router"
        assert all(call["effect"] in {"read", "propose"} for call in found["tool_calls"])


def test_the_three_jobs_reach_the_right_specialist(answers: list[dict[str, Any]]) -> None:
    assert [found["route"][-1] for found in answers] == ["reflexes", "oracle", "voice"]
    assert [found["outcome"] for found in answers] == ["answered", "answered", "proposed"]


def test_a_proposal_is_approved_applied_and_audited_in_the_terminal(
    answers: list[dict[str, Any]], data_dir: Path
) -> None:
    proposed = answers[-1]["change_sets"][0]
    home = ("--data-dir", str(data_dir / "home"))
    listed = omnify("approvals", "list", "--json", *home)
    assert [one["id"] for one in json.loads(listed.stdout)] == [proposed["id"]]
    refused = omnify("approvals", "approve", proposed["id"], "--hash", "0" * 64, "--yes", *home)
    assert refused.returncode == 1
    approved = omnify("approvals", "approve", proposed["id"], "--yes", *home)
    assert approved.returncode == 0, approved.stderr + approved.stdout
    verified = omnify("audit", "verify", "--json", *home)
    assert json.loads(verified.stdout)["ok"]
    export = data_dir / "chain.jsonl"
    export.write_text(omnify("audit", "export", *home).stdout)
    assert omnify("audit", "verify", "--against", str(export), *home).returncode == 0
    export.write_text(export.read_text().replace('"seq":', '"seq":1'))
    forged = omnify("audit", "verify", "--against", str(export), *home)
    assert forged.returncode == 1
    assert "was changed since" in forged.stderr
    again = omnify("approvals", "approve", proposed["id"], "--yes", *home)
    assert again.returncode == 1
    assert "done" in again.stderr


def test_an_error_is_one_clear_line() -> None:
    done = omnify("ask")
    assert (done.returncode, done.stderr) == (1, "omnify: give either a TEXT or --jsonl FILE\n")


def test_help_lists_every_command_without_loading_any() -> None:
    code = (
        "import sys; from omnify_server.cli import omnify, COMMANDS\n"
        "text = omnify.get_help(omnify.make_context('omnify', [], resilient_parsing=True))\n"
        "assert all(name in text for name in COMMANDS)\n"
        "heavy = {'agents', 'openai', 'pandas', 'sklearn', 'fastapi', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
