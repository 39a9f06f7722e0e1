"""Tools of MCP servers through the real command line."""

import sys
from pathlib import Path

import pytest

from tests.commands import autoagent, lines, refused

pytest.importorskip("mcp")

SERVER = f"{sys.executable} {Path(__file__).parents[1] / 'mcp' / 'honest.py'}"
TYPED = "print(self.use('add', a=40))\n.\n"


def test_a_life_with_tools_is_replayed_without_them_and_taken_up_with_them(db: Path) -> None:
    command = ["run", "Add", "--llm", "human", "--db", db, "--json", "--mcp", SERVER]
    bounds = ["--steps", "2", "--skill-calls", "1"]
    step, end = lines(autoagent(*command, *bounds, typed=TYPED))
    assert step["stdout"] == "42\n"
    assert end["summary"]["limit"] == "skill_calls"
    (verified,) = lines(autoagent("replay", "last", "--verify", "--db", db, "--json"))
    assert verified["verified"]["same"] is True

    for again in (["resume", "last"], ["rollback", "last", "--to", "0"]):
        refused(autoagent(*again, "--db", db), "tools of MCP servers (add,", "give the same --mcp")
    refused(autoagent("resume", "last", "--db", db, "--mcp", "no-such-command"), "no-such-command")
    more = ["--mcp", SERVER, "--db", db, "--json", "--steps", "1"]
    step, _ = lines(autoagent("rollback", "last", "--to", "0", *more, typed=TYPED))
    assert step["stdout"] == "42\n"
