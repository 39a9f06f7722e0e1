"""The command `optimize`: a file of the user's, and a server that answers as it is told."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from autoagent.journal import BEGINS, Journal
from genetic.cli.optimize import _tell
from genetic.optimize import Step
from genetic.translate.prompts import Prompts
from tests.autoagent.cli.inside import inside
from tests.genetic.cli.conftest import Talker
from tests.genetic.evolve.world import ended, run_of
from tests.genetic.strangers import add

FILE = """\
task = "Small numbers."
question = "Next?"
x0 = "3"
def f(x):
    return -int(x) ** 2, f"x is {x}"
"""
Talkers = Callable[[Callable[[str], str]], Talker]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "problem.py"
    path.write_text(FILE)
    return path


@pytest.fixture
def server(talker: Talkers) -> Talker:
    """A model that tries one less than the last x."""

    def less(query: str) -> str:
        last = re.findall(r"```\n(-?\d+)", query)[-1]
        return f"Less.\n```\n{int(last) - 1}\n```"

    return talker(less)


def optimize(file: Path, server: Talker, *arguments: str) -> Result:
    return inside("optimize", file, *server.options, "--db", file.with_name("j.db"), *arguments)


def resumed(file: Path, server: Talker, *arguments: str) -> Result:
    """Go on with the last run; who is asked, it knows itself, but not where."""
    where = (*server.options[2:], "--db", file.with_name("j.db"))
    return inside("optimize", file, *where, "--resume", "last", *arguments)


def refuses(done: Result, *words: str) -> None:
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_it_prints_the_best_and_is_gone_on_with(file: Path, server: Talker) -> None:
    done = optimize(file, server, "--steps", "1")
    assert done.exit_code == 0, done.output
    assert re.search(r"^best score -4.0 \(run \w+\):\n2$", done.stdout, re.MULTILINE)
    done = resumed(file, server, "--steps", "3")
    assert "\n0\n" in done.stdout
    assert len(server.queries) == 3


def test_texts_that_are_tried_together_are_judged_in_other_processes(
    file: Path, talker: Talkers
) -> None:
    file.with_name("neighbour.py").write_text("import os\n\npid = os.getpid()\n")
    file.write_text(
        "import os, neighbour\n" + FILE.replace("{x}", "{x}, {neighbour.pid == os.getpid()}")
    )
    numbers = iter(range(2, -9, -1))
    server = talker(lambda query: f"```\n{next(numbers)}\n```")
    spread = ("--executor", "process", "--workers", "2", "--evaluation-seconds", "60")
    done = optimize(file, server, "--steps", "3", "--batch", "2", *spread)
    assert done.exit_code == 0, done.output
    again = f"optimize {file} --executor process --evaluation-seconds 60.0 --resume"
    assert again in done.stderr.replace("\n", " ")
    assert "score 0.0: x is 0, True" in done.stdout
    assert len([query for query in server.queries if "x is 2" in query]) == 1
    assert resumed(file, server, "--steps", "4", *spread).exit_code == 0
    refuses(resumed(file, server, "--batch", "3"), "as it was planned; leave --batch out")
    refuses(optimize(file, server, "--workers", "2"), "--workers 2", "give --batch 2")
    refuses(optimize(file, server, "--executor", "nowhere"), "nowhere", "process")
    refuses(optimize(file, server, "--ray-address", "here:1"), "has no address")
    refuses(optimize(file, server, "--evaluation-seconds", "1"), "give --executor process")


def test_a_file_that_goes_to_another_folder_is_found_again(
    file: Path, server: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)  # and back in the end
    file.write_text(f"import os\nos.chdir({os.sep!r})\n" + FILE)
    db = file.with_name("j.db")
    bounds = ("--steps", "3", "--tokens", "100")
    done = inside("optimize", file.name, *server.options, "--db", db, *bounds)
    assert done.exit_code == 0, done.output
    assert "budget" in done.stderr
    done = inside("resume", "last", "--db", db, *server.options[2:])
    assert done.exit_code == 0, done.output


def test_whatever_a_file_raises_is_told(file: Path, server: Talker) -> None:
    file.write_text("import asyncio\nraise asyncio.CancelledError('late')\n")
    refuses(optimize(file, server), "line 2", "CancelledError: late")


def test_resume_finds_the_file(file: Path, server: Talker) -> None:
    assert optimize(file, server, "--steps", "3", "--tokens", "100").exit_code == 0
    where = (*server.options[2:], "--db", file.with_name("j.db"))
    done = inside("resume", "last", *where)
    assert (done.exit_code, len(server.queries)) == (0, 3), done.output
    moved = file.rename(file.with_name("another.py"))
    refuses(inside("resume", "last", *where), "problem.py is no file")
    assert resumed(moved, server).exit_code == 0
    assert inside("resume", "last", *where).exit_code == 0, "it is known where it was last"


def test_a_stranger_names_no_file_that_is_executed(file: Path, server: Talker) -> None:
    assert optimize(file, server, "--steps", "1").exit_code == 0
    with closing(Journal(file.with_name("j.db"), read_only=True)) as journal:
        add(journal.path, journal.find("last"), ("call", {}))
    where = (*server.options[2:], "--db", file.with_name("j.db"))
    refuses(inside("resume", "last", *where), "`autoagent optimize FILE --resume")


def test_who_adopts_a_run_is_shown_the_file_that_a_resumption_names(
    file: Path, server: Talker
) -> None:
    assert optimize(file, server, "--steps", "1").exit_code == 0
    db = file.with_name("j.db")
    with closing(Journal(db, read_only=True)) as journal:
        run = journal.find("last")
        (begun,) = (each.data for each in journal.events(run, *BEGINS))
    add(db, run, ("resume", begun | {"file": "/" + "a/../" * 900 + "elsewhere.py"}))
    shown = re.sub(r"\s*│\s*", "", inside("trust", run, "--yes", "--db", db).stdout)
    assert "resumed.file" in shown
    assert "[…]" in shown
    assert "elsewhere.py" in shown


def test_show_tells_what_was_tried(file: Path, server: Talker) -> None:
    assert optimize(file, server, "--steps", "2").exit_code == 0
    shown = inside("show", "last", "--db", file.with_name("j.db")).stdout
    assert re.search(r"│ 0\.1\.0 +│ 0\.0\.0 +│ 1 +│ -4 +│ -4 +│ 2 +│", shown), shown
    rows = inside("show", "last", "--json", "--db", file.with_name("j.db")).stdout.splitlines()
    assert [json.loads(row)["program"] for row in rows[:-1]] == ["3", "2", "1"]


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
    refuses(resumed(file, server), words, "without resume")
    assert len(server.queries) == 1


def test_the_hint_goes_on_with_the_model_and_the_seed(
    file: Path, server: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f"{FILE}stop_score = 9\n")
    done = optimize(file, server, "--llm", "openai:other", "--seed", "7", "--tokens", "500")
    hint = re.search(r"next: `autoagent (.*)` goes on", done.stderr)
    assert hint is not None
    monkeypatch.setenv("AUTOAGENT_LLM", "smollm2")
    file.write_text(FILE)
    done = inside(*shlex.split(hint[1]), *server.options[2:])
    assert done.exit_code == 0, done.output
    with closing(Journal(file.with_name("j.db"), read_only=True)) as journal:
        begun, resumed = (each.data for each in journal.events(journal.find("last"), *BEGINS))
    assert (begun["llm"], begun["seed"], begun["settings"]["stop_score"]) == ("openai:other", 7, 9)
    assert resumed == begun


@pytest.mark.parametrize(("option", "value"), [("--llm", "openai:m"), ("--seed", "0")])
def test_what_a_run_has_already_is_not_given_again(
    file: Path, server: Talker, option: str, value: str
) -> None:
    assert optimize(file, server, "--steps", "1").exit_code == 0
    refuses(resumed(file, server, option, value), f"as it was planned; leave {option} out")


def test_a_stranger_chooses_no_model(file: Path, server: Talker) -> None:
    assert optimize(file, server, "--steps", "1").exit_code == 0
    with closing(Journal(file.with_name("j.db"), read_only=True)) as journal:
        add(journal.path, journal.find("last"), ("call", {}))
    refuses(resumed(file, server), "is not known as your own, and would ask openai:m")


def test_what_decides_nothing_may_change(file: Path, server: Talker) -> None:
    assert optimize(file, server, "--steps", "1").exit_code == 0
    file.write_text(FILE.replace("def f(x):", "max_steps = 2\n\ndef f(x):  # that judges"))
    assert resumed(file, server).exit_code == 0
    assert len(server.queries) == 2


def test_a_run_of_another_kind_is_refused(file: Path, server: Talker) -> None:
    search, _ = run_of(file.parent, calls=1)
    ended(search)
    db = str(file.with_name("journal.db"))
    refuses(
        resumed(file, server, "--db", db),
        f"run {search.run_id} was not begun by `autoagent optimize`: it is of the kind 'evolve'",
    )
    with closing(Journal(Path(db))) as journal:
        life = journal.begin({"llm": "m", "prompt": "Small numbers."})
    refuses(resumed(file, server, "--resume", life, "--db", db), "'life of an agent'")


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
    file.write_text(FILE.replace("    return", "    int(x) < 2 and exit(5)\n    return", 1))
    done = optimize(file, server, "--steps", "3")
    assert done.exit_code == 0, done.output
    assert "no score: SystemExit: 5" in done.stdout
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


def test_calls_bound_all_questions_also_of_a_run_that_goes_on(file: Path, talker: Talkers) -> None:
    server = talker(lambda query: "I have no idea.")
    assert optimize(file, server, "--calls", "4").exit_code == 0
    assert len(server.queries) == 4, "of ten usual steps, two have asked"
    done = resumed(file, server)
    assert (done.exit_code, len(server.queries)) == (0, 4), "nothing is given, so nothing is more"
    assert "no calls are left" in done.stderr
    assert re.search(
        r"`autoagent optimize \S+ --resume \w+ --calls N --base-url \S+ --db \S+` goes on",
        done.stderr,
    )
    refuses(resumed(file, server, "--calls", "3"), "asked 4 questions already")
    assert resumed(file, server, "--calls", "7").exit_code == 0
    assert len(server.queries) == 7
    assert resumed(file, server, "--steps", "3").exit_code == 0
    assert len(server.queries) == 7, "calls are bounded as before"
    refuses(resumed(file, server, "--steps", "2"), "taken 3 steps already")


def test_a_run_that_goes_on_asks_no_file_of_settings(
    file: Path, server: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert optimize(file, server, "--calls", "4").exit_code == 0
    config = file.with_name("config.toml")
    config.write_text("calls = 2\nsteps = 1\n")
    monkeypatch.setenv("AUTOAGENT_CONFIG", str(config))
    assert resumed(file, server).exit_code == 0
    assert len(server.queries) == 4
    assert optimize(file, server).exit_code == 0
    assert len(server.queries) == 5


def test_calls_without_steps_are_all_used(file: Path, server: Talker) -> None:
    done = optimize(file, server, "--calls", "12", "--json")
    assert (done.exit_code, len(server.queries)) == (0, 12), done.output
    assert '"best_x": "0"' in done.stdout
    file.write_text(f"{FILE}max_steps = 2\n")
    assert optimize(file, server, "--calls", "12").exit_code == 0
    assert len(server.queries) == 12 + 2


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        (["--tokens", "900"], "tokens"),
        (["--cost", "0.9", "--price-in", "1000", "--price-out", "1000"], "cost"),
    ],
)
def test_a_budget_ends_it_and_it_goes_on(
    file: Path, server: Talker, options: list[str], limit: str
) -> None:
    done = optimize(file, server, "--steps", "4", *options)
    assert done.exit_code == 0, done.output
    assert f"the budget of {limit} is used up" in done.stderr
    assert len(server.queries) == 3
    done = resumed(file, server)
    assert (done.exit_code, len(server.queries)) == (0, 4), "with the steps that it was begun with"
    assert "all steps are taken" in done.stderr
    assert "--steps N" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--calls", "0"], "calls must be from 1 to 1000000000, got 0"),
        (["--calls", "-1"], "calls must be from 1 to 1000000000, got -1"),
        (["--calls", "nan"], "Invalid value for '--calls'"),
        (["--tokens", "0"], "tokens must be more than 0"),
        (["--tokens", "-5"], "tokens must be more than 0"),
        (["--seconds", "nan"], "seconds must be more than 0, and finite, got nan"),
        (["--seconds", "0"], "seconds must be more than 0"),
        (["--cost", "inf", "--price-in", "1"], "cost must be more than 0, and finite, got inf"),
        (["--cost", "1"], "--cost bounds nothing without prices"),
    ],
)
def test_a_budget_that_is_none_is_named_before_anything_is_asked(
    file: Path, server: Talker, options: list[str], words: str
) -> None:
    refuses(optimize(file, server, *options), words)
    assert server.queries == []
    assert not file.with_name("j.db").exists()


def test_a_file_imports_what_is_beside_it(file: Path, server: Talker) -> None:
    file.with_name("a_neighbour.py").write_text("worth = lambda x: -abs(int(x))\n")
    file.with_name("another_neighbour.py").write_text("words = 'x is seen'\n")
    lazily = (
        "    import another_neighbour\n    return a_neighbour.worth(x), another_neighbour.words\n"
    )
    file.write_text("import a_neighbour\n" + FILE[: FILE.index("    return")] + lazily)
    before = [*sys.path]
    done = optimize(file, server, "--steps", "1")
    assert done.exit_code == 0, done.output
    assert "score -2.0: x is seen" in done.stdout
    assert sys.path == before


STOPPING = """    if x == "1":
        import os, signal, time
        handler = signal.getsignal(signal.{0})
        os.kill(os.getpid(), signal.{0})
        while signal.getsignal(signal.{0}) == handler:
            time.sleep(0.01)
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 0), ("SIGTERM", 143)])
def test_a_signal_suspends_it_and_says_so(file: Path, server: Talker, name: str, code: int) -> None:
    file.write_text(FILE.replace("    return", STOPPING.format(name) + "    return"))
    done = optimize(file, server, "--steps", "5")
    assert (done.exit_code, len(server.queries)) == (code, 2)
    assert "suspending; Ctrl-C again kills" in done.stderr
    assert "--resume" in done.stderr


def test_what_is_shown_of_a_long_answer_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    long = "".join(f"line {n}\n" for n in range(500))
    _tell(Step(None, None, "it has no block of ```", long), json=False)
    shown = capsys.readouterr().out
    assert "line 19\n[… 480 more lines]\n-> of no use: it has no block of ```" in shown
    assert "line 20" not in shown


@pytest.mark.parametrize("f", ["def f(x, y): return 1", "def f(x): raise OSError('gone')"])
def test_where_x0_has_no_score_no_text_is_asked_for(file: Path, server: Talker, f: str) -> None:
    file.write_text(FILE.partition("def f")[0] + f + "\n")
    done = optimize(file, server)
    assert (done.exit_code, server.queries) == (2, [])
    assert "x0 has no score: " in done.stderr
    assert "--anyway" in done.stderr
    assert optimize(file, server, "--anyway", "--steps", "1").exit_code == 0
    assert server.queries


def test_a_rubric_in_another_process_ends_the_search_before_it_asks(
    file: Path, server: Talker
) -> None:
    file.write_text(
        "from genetic.eval_utils import Rubric\n"
        "task, question, x0, f = 'Text.', 'Next?', '3', Rubric('Short.')\n"
    )
    done = optimize(file, server, "--executor", "process")
    assert (done.exit_code, server.queries) == (2, [])
    assert "no model rates" in done.stderr
    assert "executor at local" in done.stderr


def test_a_run_asks_no_other_server_for_want_of_its_own(file: Path, server: Talker) -> None:
    assert optimize(file, server, "--calls", "1").exit_code == 0
    url = server.options[server.options.index("--base-url") + 1]
    key = ("--api-key", "none", "--db", file.with_name("j.db"))
    for command in (("optimize", file, "--resume", "last"), ("resume", "last")):
        done = inside(*command, *key)
        assert done.exit_code == 2, done.output
        assert f"asked a model at {url}; give --base-url to say where now" in done.stderr
    assert len(server.queries) == 1


SUM = """```c
#include <stdio.h>
int main(void) {
    long sum = 0, each;
    scanf("%*ld");
    while (scanf("%ld", &each) == 1) sum += each;
    printf("%ld\\n", sum);
}
```"""


@pytest.mark.slow
def test_prompts_of_translations_are_tuned_and_told_as_a_file(
    tmp_path: Path, talker: Talkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    better = "Write this in $to_language:\n$source"

    def answer(query: str) -> str:
        if "What is a better question" in query:
            return f"Shorter.\n```\n{better}\n```"
        return SUM if query.startswith("Write this in C:") else "```c\nint main(void) { }\n```"

    server = talker(answer)
    monkeypatch.setenv("AUTOAGENT_LLM", "openai:m")
    monkeypatch.setenv("OPENAI_BASE_URL", server.options[server.options.index("--base-url") + 1])
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    example, db = "examples/optimize/translation_prompt.py", tmp_path / "j.db"
    done = inside("optimize", example, *server.options, "--steps", "1", "--db", db)
    assert done.exit_code == 0, done.output
    told, _, file = done.stdout.partition("# for `autoagent translate --prompts FILE.toml`\n")
    assert "sum: 100%" in told
    assert "on programs that no answer saw: 0% before" in told
    assert Prompts.of(tomllib.loads(file)) == Prompts(translate=better)
