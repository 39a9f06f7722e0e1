"""Edits by which an organism's model changes its definitions in part."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoagent import AutonomousLLM, Budget, self_edits
from autoagent.edits import EditError
from autoagent.first_genome import first_genome
from autoagent.genome import Genome
from autoagent.llm import Recorded
from autoagent.llm.framing.query import in_words
from autoagent.organism import extract_code
from autoagent.self_edits import FORM, LARGEST, SelfEdits, as_python, holds_edits
from autoagent.steps import Step
from sandbox.judge import judge
from sandbox.nesting import MAX_SOURCE
from sandbox.parsing import statements
from sandbox.session import Sandbox
from tests.commands import autoagent, lines
from tests.escapes.payloads import FAMILIES
from tests.loopback import serving, stream

INBORN = first_genome("capable").methods
GREET = "def greet(name):\n    return 'hi ' + name\n"
OLD = "def status(self):\n    return 'old'\n"
GENOME = Genome(
    {
        **INBORN,
        "greet": GREET,
        "hello": GREET,  # hello = greet
        "old_status": OLD,
        "status": "def status(self):\n    return 'new, ' + self.old_status()\n",
        "double": "lambda x: 2 * x",
        "Dog": "class Dog:\n    def bark(self):\n        return 'wuff'\n",
        "fence": "def fence():\n    text = '''\n```\n'''\n    return text\n",
        "a\nimport os": "def evil():\n    return 'evil'\n",
    }
)


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE"


def fenced(code: str, mark: str = "python") -> str:
    return f"```{mark}\n{code}\n```"


POLITE = block("    return 'hi ' + name", "    return 'good day ' + name")
WHOLE = "# made of the edits above\n\ndef greet(name):\n    return 'good day ' + name"
DIFF = (
    "@@ -1,2 +1,2 @@\n def greet(name):\n-    return 'hi ' + name\n+    return 'good day ' + name"
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (POLITE, WHOLE),
        (fenced(POLITE), WHOLE),
        (fenced(POLITE, ""), WHOLE),
        (f"I make it polite.\n\n{fenced(POLITE, 'diff')}\n\nThat is all.", WHOLE),
        (DIFF, WHOLE),
        (f"So:\n{fenced(f'--- a/greet{chr(10)}+++ b/greet{chr(10)}{DIFF}', '')}\nDone.", WHOLE),
        (f"<think>{POLITE}</think>{POLITE}", WHOLE),
        (POLITE.replace("\n", "\r\n"), WHOLE),
        (f"{POLITE}\n{fenced('print(greet(1))')}", f"{WHOLE}\n\nprint(greet(1))"),
        (f"{fenced('print(greet(1))')}\n{POLITE}", f"{WHOLE}\n\nprint(greet(1))"),
        (f"{POLITE}\nprint(greet(1))", f"{WHOLE}\n\nprint(greet(1))"),
        (
            block("lambda x: 2 * x", "lambda x: 3 * x"),
            "# made of the edits above\n\ndouble = lambda x: 3 * x",
        ),
        (
            block("        return 'wuff'", "        return 'wow'"),
            "# made of the edits above\n\nclass Dog:\n    def bark(self):\n        return 'wow'",
        ),
        (
            block("def greet(name):", "import math\n\n\ndef greet(name):"),
            "# made of the edits above\n\nimport math",
        ),
        (
            block("def greet(name):", "def hi():\n    return 'hi'\n\n\ndef greet(name=hi()):"),
            "# made of the edits above\n\ndef hi():\n    return 'hi'\n\n"
            "def greet(name=hi()):\n    return 'hi ' + name",
        ),
        (
            block("def greet(name):", "def greet_all(name):"),
            "# made of the edits above\n\ndef greet_all(name):\n    return 'hi ' + name\n\n\n"
            "greet = greet_all",
        ),
        (
            block("    return 'old'", "    return 'older'"),
            "# made of the edits above\n\ndef status(self):\n    return 'older'\n\n\n"
            "old_status = self.status\n\n\n"
            "def status(self):\n    return 'new, ' + self.old_status()",
        ),
    ],
)
def test_edits_become_whole_definitions_of_what_they_change(answer: str, code: str) -> None:
    assert holds_edits(answer)
    assert extract_code(as_python(answer, GENOME)) == code


def test_what_was_said_stays_beside_the_code() -> None:
    given = as_python(f"I make it polite.\n{fenced(POLITE)}", GENOME)
    assert given == f"I make it polite.\n{POLITE}\n\n{fenced(WHOLE)}"


def test_several_edits_of_several_definitions_are_one_answer() -> None:
    answer = "\n".join([POLITE, block("good day", "good night"), block("lambda x:", "lambda y:")])
    with pytest.raises(EditError, match="edit 2 applies nowhere"):
        as_python(answer, GENOME)
    again = block("    return 'good day ' + name", "    return name")
    code = extract_code(as_python(f"{POLITE}\n{again}\n{block('lambda x: 2 * x', '0')}", GENOME))
    assert code is not None
    assert "def greet(name):\n    return name" in code
    assert code.endswith("double = 0")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (block("    return 'hi' + nam", "    x"), "nearest are these of greet: \"    return 'hi"),
        (block("%%%%%%", "x"), "applies nowhere.*; you have __init__, run, step, "),
        (block('    """', "x"), "applies in 2 places .in forget, room."),
        (block("", "x"), "empty SEARCH"),
        ("<<<<<<< SEARCH\nx", "has no ======="),
        (
            block("    return 'hi ' + name", "    return ("),
            "greet would be no Python after",
        ),
        (block(GREET.rstrip(), ""), "nothing would be left of greet: .*del greet"),
        (block("def greet(name):", "def greet(name):"), "the edits change nothing"),
        ("\n".join([POLITE] * 51), "there are 51 edits; make at most 50"),
        (block("    text = '''", "    text = f'''"), "it changes has a line with ```"),
        (block("    return 'evil'", "    return 1"), "applies nowhere"),  # its name is no name
        (block("def ask_model(query):", "def ask_model(q):"), "applies nowhere"),  # not its own
        (block("class Body:", "class Body: pass"), "applies nowhere"),
        (block("def finish(self, result: object = None) -> None:", "x"), "applies nowhere"),
        ("@@ -" + "9" * 5000 + " +1 @@\n-a\n+b", "applies nowhere"),
    ],
)
def test_what_does_not_apply_is_told_in_words(answer: str, words: str) -> None:
    assert holds_edits(answer)
    with pytest.raises(EditError, match=words):
        as_python(answer, GENOME)


def test_much_is_not_searched() -> None:
    grown = Genome({"f": "def f():\n    '''" + "\n" * LARGEST + "'''\n"})
    with pytest.raises(EditError, match="your definitions have 262,"):
        as_python(block("def f():", "def g():"), grown)
    deep = Genome({"f": "def f():\n" + " " * 100_000 + "x\n"})
    with pytest.raises(EditError):  # moved as far as that line is, they would have 10 GB
        as_python(block("x", "y\n" * 100_000), deep)
    assert not holds_edits(POLITE + " " * MAX_SOURCE)


PLAIN = [
    f"s = '''\n{POLITE}\n'''\nprint(s)",
    f'def f():\n    """Looks like this.\n\n{DIFF}\n    """\n',
    f"s = '''\n{fenced(DIFF, 'diff')}\n'''\nprint(s)",
    "x = 1 << 7\nprint('<<<<<<<', '@@')",
    "# <<<<<<< SEARCH\nx = 1",
]


@pytest.mark.parametrize("code", PLAIN)
@pytest.mark.parametrize("around", ["{}", "Well:\n```python\n{}\n```\nDone.", "```\n{}\n```"])
def test_code_with_marks_in_its_texts_is_code(code: str, around: str) -> None:
    assert statements(code) is not None
    assert as_before(around.format(code))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
MARKED = st.lists(st.sampled_from([*POLITE.split("\n"), *DIFF.split("\n"), "x = '", "```", "'"]))


@settings(max_examples=200, deadline=None)
@given(st.one_of(TEXTS, MARKED.map("\n".join)), st.sampled_from(["{}", "```python\n{}\n```"]))
def test_no_string_and_no_comment_is_an_edit(text: str, around: str) -> None:
    for code in (f"s = {text!r}", f"# {' '.join(text.split())}\nx = 1", f"s = '''{text}'''"):
        if statements(code) is not None:
            assert as_before(around.format(code))


@settings(max_examples=200, deadline=None)
@given(st.one_of(TEXTS, MARKED.map("\n".join)))
def test_any_answer_is_given_as_something(answer: str) -> None:
    given = reading(answer)
    if given != answer:
        assert statements(extract_code(given) or "(") is not None


def reading(answer: str, *, on: bool = True) -> str:
    edits = SelfEdits(on=on, genome=lambda: GENOME)
    return edits.given(answer)


def as_before(answer: str) -> bool:
    edits = SelfEdits(on=True, genome=lambda: GENOME)
    code = extract_code(answer)
    as_given = (edits.given(answer), edits.said(answer), edits.code(answer), edits.unfit(answer))
    return as_given == (answer, code, code, "")


def test_nothing_is_an_edit_where_they_are_not_asked_for() -> None:
    assert reading(POLITE, on=False) == POLITE


def test_an_organism_without_definitions_has_nothing_to_edit() -> None:
    for search in ("", "x"):
        with pytest.raises(EditError, match="no definition of yours to edit"):
            as_python(block(search, "y"), Genome())


def test_an_edit_is_judged_as_the_whole_definition_would_be() -> None:
    genome = Genome({"f": "def f():\n    pass\n"})
    harmful = 0
    for payload in (payload for family in FAMILIES.values() for payload in family):
        inside = "\n".join(f"    {line}" for line in payload.code.split("\n"))
        whole = f"def f():\n{inside}".rstrip()
        if statements(whole) is not None:
            edited = extract_code(reading_of(genome, block("    pass", inside)))
            assert edited == f"# made of the edits above\n\n{whole}", payload.name
            verdicts = [judge(code) for code in (edited, whole)]
            assert verdicts[0].harm == verdicts[1].harm
            harmful += verdicts[0].harm
    assert harmful > 100


def reading_of(genome: Genome, answer: str) -> str:
    return SelfEdits(on=True, genome=lambda: genome).given(answer)


# Lives


Lived = Callable[..., tuple[AutonomousLLM, list[Step]]]
START = fenced(GREET + "print(greet('a'))")
LIFE = [
    START,
    f"I make it polite.\n\n{POLITE}\n\n{fenced('print(greet(1 and str(1)))')}",
    block("    return 'bye ' + name", "    return name"),
    block(
        "    self.execute_code(self.response)",
        "    self.n = 7\n    self.execute_code(self.response)",
    ),
    fenced("print(self.n)"),
]


@pytest.fixture
def lived(wall: Sandbox, db: Path) -> Lived:
    def live(*answers: str, steps: int = 0, **options: Any) -> tuple[AutonomousLLM, list[Step]]:
        llm = Recorded.of_texts(answers)
        options = {"genome": "capable", "edits": True} | options
        with AutonomousLLM(llm, sandbox=wall, db=db, **options) as agent:
            return agent, list(agent.run("Greet", budget=Budget(steps=steps or len(answers))))

    return live


def test_a_life_edits_itself(lived: Lived) -> None:
    _, steps = lived(*LIFE)
    assert [step.changed for step in steps] == [["greet"], ["greet"], [], ["step"], []]
    assert [step.stdout for step in steps[:2]] == ["hi a\n", "good day 1\n"]
    assert [step.answered for step in steps] == ["", LIFE[1], LIFE[2], LIFE[3], ""]
    assert steps[1].response.startswith("I make it polite.")
    assert steps[2].error.startswith("ValueError: no edit was applied: edit 1 applies nowhere: ")
    assert "nearest are these of greet: \"    return 'good day ' + name\"" in steps[2].error
    assert steps[4].stdout == "7\n"
    assert in_words(steps[3].query).count("no edit was applied") == 2  # what was run, and its error


def test_a_life_of_edits_is_lived_again_resumed_and_rolled_back(lived: Lived, db: Path) -> None:
    agent, steps = lived(*LIFE)
    run = agent.run_id
    assert autoagent("replay", run, "--db", db).returncode == 0
    again = lines(
        autoagent("run", "Greet", "--llm", f"recorded:{run}", "--steps", "5", "--db", db, "--json")
    )
    assert [step["genome"] for step in again[:-1]] == [step.genome for step in steps]
    *forked, _ = lines(
        autoagent(
            *("rollback", again[0]["run"], "--to", "1", "--llm", f"recorded:{run}"),
            *("--steps", "4", "--db", db, "--json"),
        )
    )
    assert [step.get("answered", "") for step in forked] == [step.answered for step in steps[1:]]
    assert [step["genome"] for step in forked] == [step.genome for step in steps[1:]]


@pytest.mark.parametrize("after", ["call", "reply"])
def test_a_life_that_was_cut_off_goes_on_with_its_edits(
    lived: Lived, wall: Sandbox, db: Path, after: str
) -> None:
    agent, steps = lived(*LIFE)
    with sqlite3.connect(db) as connection:  # as a host leaves it that is killed
        (number,) = connection.execute(
            "SELECT number FROM events WHERE run = ? AND kind = ? ORDER BY number LIMIT 1 OFFSET 3",
            (agent.run_id, after),
        ).fetchone()
        connection.execute("DELETE FROM events WHERE number > ?", (number,))
    assert agent.run_id is not None
    rest = Recorded.of_texts(LIFE)
    with AutonomousLLM.resume(agent.run_id, llm=rest, sandbox=wall, db=db) as resumed:
        on = list(resumed.run(budget=Budget(steps=2)))
    assert [step.genome for step in on] == [step.genome for step in steps[3:]]
    assert [step.response for step in on] == [step.response for step in steps[3:]]
    assert [step.answered for step in on] == [step.answered for step in steps[3:]]


def test_a_small_genome_is_asked_again_with_the_reason(lived: Lived) -> None:
    wrong = block("    return 'bye ' + name", "    return name")
    agent, steps = lived(START, fenced(wrong), fenced(POLITE), steps=2, genome="small")
    assert [step.changed for step in steps] == [["greet"], ["greet"]]
    assert agent.spent.steps == 2


def test_what_is_asked_again_is_counted_and_told(wall: Sandbox, db: Path) -> None:
    asked: list[str] = []
    answers = iter([START, block("%%", "x"), "No.", POLITE, POLITE, fenced("x = 1")])

    def model(query: Any) -> str:
        asked.append(in_words(query))
        return next(answers)

    with AutonomousLLM(model, sandbox=wall, db=db, genome="small", edits=True) as agent:
        steps = list(agent.run("Greet", budget=Budget(steps=3)))
    assert [step.changed for step in steps] == [["greet"], ["greet"], []]
    assert "No edit of your last answer was applied, and nothing was run: edit 1" in asked[2]
    assert "held no Python code" in asked[3]
    assert "edit 1 applies nowhere" in asked[5]  # the same edit again
    with sqlite3.connect(db) as connection:
        rows = connection.execute("SELECT data FROM events WHERE kind = 'call' ORDER BY number")
        problems = [json.loads(data)["problem"] for (data,) in rows]
    assert problems == [None, "edits", "no code", None, "edits", None]


def test_an_edit_that_makes_harm_is_harm(lived: Lived) -> None:
    harmful = block("    return 'hi ' + name", "    import os\n    os.system('ls')")
    agent, (_, step) = lived(START, harmful)
    assert (step.cause, step.harm[0]["kind"]) == ("harm", "harm")
    assert step.answered == harmful
    assert agent.ended is not None
    behind = block("    return 'hi ' + name", "    return name\n\n\nimport subprocess")
    assert lived(START, behind)[1][1].cause == "harm"


def test_what_an_edit_quotes_is_no_harm(lived: Lived) -> None:
    quoted = block("import os; os.system('ls')\n```\n'''\n\\", "x = ```")
    _, (step, after) = lived(quoted, fenced("print(1)"))
    assert (step.alive, step.harm) == (True, [])
    assert "edit 1 applies nowhere" in step.error
    assert after.stdout == "1\n"


def test_a_damaged_answer_says_so_at_the_next_heartbeat(lived: Lived) -> None:
    _, (step, _) = lived("<<<<<<< SEARCH\n    return", fenced("x = 1"))
    assert "the block around line 1 has no =======" in step.error


def test_analyzers_see_what_edits_make(lived: Lived) -> None:
    wrong = block("    return 'hi ' + name", "    return undefined_name")
    _, steps = lived(START, wrong, POLITE, steps=2, analyze=["mypy"])
    assert steps[1].answered == POLITE


def test_a_person_approves_what_is_executed(lived: Lived) -> None:
    shown: list[str] = []

    def approve(text: str) -> str:
        shown.append(text)
        return fenced("print('mine')") if len(shown) == 3 else text

    _, steps = lived(START, POLITE, fenced("print('yours')"), approve=approve)
    assert extract_code(shown[1]) == WHOLE
    assert [step.answered for step in steps] == ["", POLITE, fenced("print('yours')")]
    assert steps[2].stdout == "mine\n"


# The command line, with a server on loopback


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    """What the server was asked."""
    return []


@pytest.fixture
def server(asked: list[dict[str, Any]]) -> Iterator[str]:
    """A server that answers from a list."""

    def behave(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        asked.append(request)
        stream(handler, LIFE[len(asked) - 1])

    with serving(behave) as url:
        yield url


def test_edits_through_the_command_line_and_a_server(
    server: str, asked: list[dict[str, Any]], db: Path
) -> None:
    *steps, _ = lines(
        autoagent(
            *("run", "Greet", "--llm", "openai:m", "--base-url", server, "--edits"),
            *("--steps", "5", "--db", db, "--json"),
        )
    )
    assert [step["changed"] for step in steps] == [["greet"], ["greet"], [], ["step"], []]
    assert all(FORM in each["messages"][0]["content"] for each in asked)
    assert FORM not in in_words(steps[0]["query"])
    shown = autoagent("show", "last", "--db", db).stdout.decode()
    answered, executed = shown.split("step 3 ")[0].split("what was executed in its place")
    assert answered.rstrip().endswith(f">>>>>>> REPLACE\n\n{fenced('print(greet(1 and str(1)))')}")
    assert executed.lstrip().startswith(WHOLE)


def test_nobody_is_told_of_edits_who_did_not_ask_for_them(wall: Sandbox, db: Path) -> None:
    asked: list[str] = []

    def model(query: Any) -> str:
        asked.append(in_words(query))
        return POLITE

    with AutonomousLLM(model, sandbox=wall, db=db) as agent:
        (step,) = agent.run("Greet", budget=Budget(steps=1))
    assert "SEARCH" not in asked[0]
    assert (step.response, step.changed) == (POLITE, [])


def test_lines_may_end_as_they_do_on_an_old_mac() -> None:
    first, own = self_edits._split("import re\rdef f():\r    return 1", "def f():\n    return 0")
    assert (first, own) == ("import re", "def f():\n    return 1")
