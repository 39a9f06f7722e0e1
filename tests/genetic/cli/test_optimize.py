"""The command `optimize`: a file of the user's, and a server that answers as it is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from autoagent.journal import Journal
from tests.autoagent.cli.inside import inside
from tests.genetic.cli.conftest import Talker
from tests.genetic.evolve.world import ended, run_of

FILE = """\
task = "Small numbers."
question = "Next?"
x0 = "3"
def f(x):
    return -int(x) ** 2, f"x is {x}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "problem.py"
    path.write_text(FILE)
    return path


@pytest.fixture
def server(talker: Callable[[Callable[[str], str]], Talker]) -> Talker:
    """A model that tries one less than the last x."""

    def less(query: str) -> str:
        last = re.findall(r"```\n(-?\d+)", query)[-1]
        return f"Less.\n```\n{int(last) - 1}\n```"

    return talker(less)


def optimize(file: Path, server: Talker, *arguments: str) -> Result:
    return inside("optimize", file, *server.options, "--db", file.with_name("j.db"), *arguments)


def refuses(done: Result, *words: str) -> None:
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_it_prints_the_best_and_is_gone_on_with(file: Path, server: Talker) -> None:
    done = optimize(file, server, "--steps", "1")
    assert done.exit_code == 0, done.output
    assert re.search(r"^best score -4.0 \(run \w+\):\n2$", done.stdout, re.MULTILINE)
    done = optimize(file, server, "--steps", "3", "--resume", "last")
    assert "\n0\n" in done.stdout
    assert len(server.queries) == 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Small", "Large", "another task: 'Large numbers.', not 'Small numbers.'"),
        ("Next", "Then", "another question: 'Then?', not 'Next?'"),
        ('"3"', '"4"', "another x0: '4', not '3'"),
        ("** 2", "** 4", "another f"),
    ],
)
def test_a_run_goes_on_with_what_it_was_begun_with(
    file: Path, server: Talker, old: str, new: str, words: str
) -> None:
    file.write_text(FILE.replace(old, new))
    assert optimize(file, server, "--steps", "1").exit_code == 0
    file.write_text(FILE)
    refuses(optimize(file, server, "--resume", "last"), words, "without resume")
    assert len(server.queries) == 1


def test_what_decides_nothing_may_change(file: Path, server: Talker) -> None:
    assert optimize(file, server, "--steps", "1").exit_code == 0
    file.write_text(FILE.replace("def f(x):", "max_steps = 2\n\ndef f(x):  # that judges"))
    assert optimize(file, server, "--resume", "last").exit_code == 0
    assert len(server.queries) == 2


def test_a_run_of_another_kind_is_refused(file: Path, server: Talker) -> None:
    search, _ = run_of(file.parent, calls=1)
    ended(search)
    db = str(file.with_name("journal.db"))
    refuses(
        optimize(file, server, "--resume", "last", "--db", db),
        f"run {search.run_id} was not begun by `autoagent optimize`: it is of the kind 'evolve'",
    )
    with closing(Journal(Path(db))) as journal:
        life = journal.begin({"llm": "m", "prompt": "Small numbers."})
    refuses(optimize(file, server, "--resume", life, "--db", db), "'life of an agent'")


def test_no_steps_are_refused(file: Path, server: Talker) -> None:
    refuses(optimize(file, server, "--steps", "0"), "'--steps'", "greater than or equal to 1")
    assert server.queries == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("x0 = [3, 4]", "problem.py: x0 must be a text, got [3, 4]"),
        ("task = 1", "task must be a text, got 1"),
        ("question = 2", "question must be a text, got 2"),
        ("f = 3", "f must be a function of a text, got 3"),
        ("final = 3", "final must be a function of a text, got 3"),
        ("max_steps = 'many'", "max_steps must be from 1 to 1000000, and whole, got 'many'"),
        ("max_steps = 0", "max_steps must be from 1 to 1000000, and whole, got 0"),
        ("stop_score = float('nan')", "stop_score must be a finite number or None, got nan"),
        ("del f", "defines no f"),
        ("def g(:", "problem.py, line 6: SyntaxError: invalid syntax"),
        ("1 / 0", "problem.py, line 6: ZeroDivisionError: division by zero"),
        ("import json\njson.loads('?')", "problem.py, line 7: json.decoder.JSONDecodeError"),
        ("import no_such_module", "line 6: ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(5)", "problem.py, line 6: SystemExit: 5"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_before_anything_is_asked(
    file: Path, server: Talker, more: str, words: str
) -> None:
    file.write_text(FILE + more)
    refuses(optimize(file, server), words)
    assert server.queries == []


def test_what_f_raises_is_told_to_the_model(file: Path, server: Talker) -> None:
    file.write_text(FILE.replace("    return", "    2 > int(x) or exit(5)\n    return", 1))
    done = optimize(file, server, "--steps", "2")
    assert done.exit_code == 0, done.output
    assert "score None: SystemExit: 5" in done.stdout
    assert "SystemExit: 5" in server.queries[-1]


def test_a_number_alone_is_a_score(file: Path, server: Talker) -> None:
    file.write_text(FILE.replace(', f"x is {x}"', ""))
    done = optimize(file, server, "--steps", "1")
    assert done.exit_code == 0, done.output
    assert "best score -4.0" in done.stdout


@pytest.mark.parametrize("json", [[], ["--json"]])
@pytest.mark.parametrize(
    ("final", "words"),
    [("1 / 0", "ZeroDivisionError: division by zero"), ("exit(5)", "SystemExit: 5")],
)
def test_what_final_raises_is_told_after_the_best(
    file: Path, server: Talker, json: list[str], final: str, words: str
) -> None:
    file.write_text(f"{FILE}def final(x):\n    print('called')\n    {final}\n")
    done = optimize(file, server, "--steps", "1", *json)
    refuses(done, f"error: final: {file}, line 8: {words}\n")
    told = '"best_x": "2"' if json else "best score -4.0"
    assert told in done.stdout
    if not json:
        assert done.stdout.index(told) < done.stdout.index("called")


def test_what_final_says_stands_at_the_end(file: Path, server: Talker) -> None:
    file.write_text(f"{FILE}def final(x):\n    return f'{{x}} it is'\n")
    done = optimize(file, server, "--steps", "1")
    assert done.stdout.endswith("2\n2 it is\n")


def test_a_model_that_cannot_be_reached_is_told_and_its_run_goes_on(file: Path) -> None:
    nowhere = ("--llm", "openai:m", "--base-url", "http://127.0.0.1:9/v1", "--api-key", "none")
    done = inside("optimize", file, *nowhere, "--db", file.with_name("j.db"))
    assert done.exit_code == 3, done.output
    assert "best score -9.0" in done.stdout
    assert "cannot be reached" in done.stderr
    assert "--resume" in done.stderr
