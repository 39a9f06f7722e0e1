"""What other packages add, used through the real command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installed import environment, install, install_project

EXAMPLE = Path(__file__).parents[1] / "examples" / "autoagent-example"
MOAT = """
from sandbox.wasm import WasmSandbox

class Moat(WasmSandbox):
    name = "moat"

def moat(guest, options, progress):
    return Moat(guest, progress=progress)
"""


def told(folder: Path, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    """Run a command with what is installed there; return exit code, output and error."""
    done = subprocess.run(
        [sys.executable, "-m", "autoagent", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=environment(folder),
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_a_life_is_lived_and_verified_behind_a_wall_of_another_package(tmp_path: Path) -> None:
    points = {"moat": "moat:moat", "ditch": "moat:nothing", "hole": "moat:__name__"}
    install(tmp_path, "castle", {"autoagent.walls": points}, moat=MOAT)
    db = ("--db", str(tmp_path / "db"))
    life = ("run", "Speak", "--llm", "human", "--steps", "1", "--json", *db)
    code, said, error = told(tmp_path, *life, "--sandbox", "moat", stdin="print(6 * 7)\n.\n")
    assert code == 0, error
    assert json.loads(said.splitlines()[0])["stdout"] == "42\n"
    verify = ("replay", "last", "--verify", *db)
    code, said, error = told(tmp_path, *verify)
    assert code == 0, error
    code, said, error = told(tmp_path / "elsewhere", *verify)
    assert (code, said) == (2, "")
    assert "unknown wall 'moat'" in error
    for name, reason in {
        "ditch": "has no attribute 'nothing'",
        "hole": "'hole' of castle 1.0 is none: moat:__name__ cannot be called",
        "lake": "unknown wall 'lake'; known: ditch, docker, hole, moat, process, wasm",
    }.items():
        code, said, error = told(tmp_path, *life, "--sandbox", name)
        assert (code, said) == (2, "")
        assert error.startswith("error: ")
        assert reason in error
        assert error.count("\n") == 1


def test_a_wall_that_two_packages_offer_is_neither_s(tmp_path: Path) -> None:
    install(tmp_path, "castle", {"autoagent.walls": {"wasm": "moat:moat"}}, moat=MOAT)
    (tmp_path / "code.py").write_text("print(1)")
    code, said, error = told(tmp_path, "exec", str(tmp_path / "code.py"))
    assert (code, said) == (2, "")
    assert error.startswith("error: the wall 'wasm' is offered by ")
    assert "castle 1.0" in error


DESK = """
from genetic.executors.local import LocalExecutor

class Desk(LocalExecutor):
    name = "desk"

class Office(LocalExecutor):
    name = "office"

    def __init__(self, workers, address=None):
        super().__init__(workers)
        self.address = address
"""
USE_OF_DESKS = """
from genetic.executors import EXECUTORS, open_executor

assert list(EXECUTORS) == ["desk", "local", "office", "process", "ray", "table"]
for executor in (open_executor("desk", 2), open_executor("office", 2)):
    assert executor.submit(divmod, 7, 2).result() == (3, 1)
    assert executor.workers == 2
    executor.close()
assert open_executor("office", 1, "a:1").address == "a:1"
for arguments in (("desk", 1, "a:1"), ("desk", 0), ("office", 0, "a:1"), ("table", 1)):
    try:
        open_executor(*arguments)
    except ValueError as error:
        print(error)
"""


def test_executors_of_another_package_are_opened_and_checked_as_ours_are(tmp_path: Path) -> None:
    points = {"desk": "desk:Desk", "office": "desk:Office", "table": "desk:Table"}
    install(tmp_path, "furniture", {"autoagent.executors": points}, desk=DESK)
    done = subprocess.run(
        [sys.executable, "-c", USE_OF_DESKS],
        capture_output=True,
        text=True,
        check=False,
        env=environment(tmp_path),
    )
    assert done.stderr == ""
    unplaced, none, nobody, broken = done.stdout.splitlines()
    assert unplaced.startswith("the executor 'desk' has no address ('a:1'); leave it out")
    assert none.startswith("an executor with 0 workers does nothing")
    assert nobody == none
    assert broken.startswith("the executor 'table' of furniture 1.0 cannot be loaded")


SHOUT = """
from sandbox.programs.python import PythonSource, PythonTarget

class Shout:
    name = "shout"
    title = "Shout"
    suffixes = (".shout",)
    hello = "hello"

    def __init__(self, *, seed):
        self._python = PythonSource(seed)

    def compile(self, source):
        return self._python.compile(f"print({source.strip()!r})")

    def close(self):
        self._python.close()

class Whisper(PythonTarget):
    name = "whisper"
    title = "Whisper"
    suffixes = (".whisper", ".py")
    hello = "HELLO"

    def compile(self, source):
        return super().compile(f"print({source.strip().lower()!r})")
"""


def test_languages_of_another_package_are_known_by_their_suffixes(tmp_path: Path) -> None:
    sources = {"shout": "shout:Shout", "mute": "shout:Mute", "empty": "shout:print"}
    targets = {"whisper": "shout:Whisper"}
    groups = {"autoagent.source_languages": sources, "autoagent.target_languages": targets}
    install(tmp_path, "loudness", groups, shout=SHOUT)
    texts = {"a.shout": "hello\n", "a.whisper": "HeLLo", "a.cry": "hello", "a.py": "print('a')"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)

    def scored(source: str, candidate: str) -> tuple[int, str, str]:
        files = (str(tmp_path / source), str(tmp_path / candidate))
        return told(tmp_path, "score", *files, "--no-input", "--measure", "length", "--json")

    code, said, error = scored("a.shout", "a.whisper")
    assert code == 0, error
    assert json.loads(said)["exact"] == 1
    code, said, error = scored("a.cry", "a.whisper")
    assert (code, said) == (2, "")
    known = ".js (JavaScript), .cjs (JavaScript), .mjs (JavaScript), .py (Python), .shout (Shout)"
    assert f"a.cry is in no language known here to translate from; known are: {known}" in error
    code, said, error = scored("a.shout", "a.py")
    assert (code, said) == (2, "")
    assert error.startswith("error: a.py may be in python or in whisper; ")
    code, said, error = told(tmp_path, "translate", str(tmp_path / "a.shout"), "--to", "mutter")
    assert (code, said) == (2, "")
    assert error == "error: unknown target language 'mutter'; known: c, c-native, python, whisper\n"


PARROT = """
from autoagent.llm import LLM, Provider, Recorded

def say(rest, options):
    code = f"print({rest!r}, {options.n_ctx})"
    return Recorded.of_texts([code], name=f"parrot:{rest}")

PARROT = Provider(say, takes="WORDS")
"""


def test_models_of_another_package_answer(tmp_path: Path) -> None:
    points = {"parrot": "parrot:PARROT", "dead": "parrot:NONE", "egg": "parrot:say"}
    install(tmp_path, "zoo", {"autoagent.models": points}, parrot=PARROT)
    db = ("--db", str(tmp_path / "db"))

    def lived(model: str) -> tuple[int, str, str]:
        return told(tmp_path, "run", "Speak", "--llm", model, "--steps", "1", "--json", *db)

    code, said, error = lived("parrot:a:b")
    assert code == 0, error
    assert json.loads(said.splitlines()[0])["stdout"] == "a:b 4096\n"
    for name, reason in {
        "dead:x": "the model 'dead' of zoo 1.0 cannot be loaded (parrot:NONE: AttributeError",
        "egg:x": "the model 'egg' of zoo 1.0 is none: parrot:say has no 'open'",
        "parrot:": "unknown model 'parrot:'; use one of: constrained:MODEL, dead, egg, "
        "gguf:PATH, hf:DIR, human, "
        "openai:MODEL, parrot:WORDS, random[:MODEL], recorded:RUN, reference, smollm2[:ADAPTER]",
    }.items():
        code, said, error = lived(name)
        assert (code, said) == (2, "")
        assert error.startswith(f"error: {reason}")
        assert error.count("\n") == 1


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A folder where the example is installed; it is used as if it were anybody's."""
    install_project(tmp_path / "site", EXAMPLE)
    return tmp_path / "site"


def test_the_example_s_model_uses_its_skill_in_a_life_that_goes_on(
    example: Path, tmp_path: Path
) -> None:
    answer, db = tmp_path / "answer.py", ("--db", str(tmp_path / "db"))
    answer.write_text("print(self.use('words', text='A rose is a rose'))")
    model = ("--llm", f"file:{answer}")
    life = ("run", "Count words", *model, "--skills", "words", "--steps", "1", "--json", *db)
    code, said, error = told(example, *life)
    assert code == 0, error
    assert json.loads(said.splitlines()[0])["stdout"] == "{'a': 2, 'rose': 2, 'is': 1}\n"
    answer.write_text("self.use('words', text=5)")
    code, said, error = told(example, "resume", "last", "--steps", "1", "--json", *db)
    assert code == 0, error
    assert "words: text must be a text" in json.loads(said.splitlines()[0])["error"]
    code, said, error = told(example, "replay", "last", "--verify", *db)
    assert code == 0, error
    answer.unlink()
    code, said, error = told(example, "resume", "last", "--steps", "1", "--json", *db)
    assert code == 3
    summary = json.loads(said.splitlines()[-1])["summary"]
    assert summary["detail"].startswith(f"file:{answer} cannot be read")


def test_the_example_s_model_translates(example: Path, tmp_path: Path) -> None:
    source, program = tmp_path / "six.py", tmp_path / "six.c"
    source.write_text("print(6)")
    program.write_text('#include <stdio.h>\nint main(void) { puts("6"); return 0; }\n')
    arguments = ("--no-input", "--measure", "length", "--llm", f"file:{program}", "--json")
    db = ("--db", str(tmp_path / "db"))
    code, said, error = told(example, "translate", str(source), *arguments, *db)
    assert code == 0, error
    assert json.loads(said.splitlines()[-1])["summary"]["cause"] == "correct"


LIVES = """
from env import Survival

env = Survival(hazards=["drought"], max_steps=8)
for source in ("def f{0}(): return {0}", "print({0})"):
    env.reset(seed=1)
    vitals = []
    for number in range(8):
        _, _, ended, truncated, info = env.step(source.format(number))
        vitals.append(env.vitals["drought"])
        if ended or truncated:
            print(vitals, info["cause"])
            break
state = env.get_state()
env.reset(seed=2)
env.set_state(state)
print(env.vitals)
env.close()
"""


@pytest.mark.slow
def test_the_example_s_hazard_threatens_lives_by_its_name(example: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIVES],
        capture_output=True,
        text=True,
        check=False,
        env=environment(example),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0] None",
        "[0.75, 0.5, 0.25, 0.0] starved",
        "{'drought': 0.0}",
    ]
    lives = ("evaluate", "edits:random", "--episodes", "1", "--envs", "1", "--max-steps", "2")
    where = ("--no-tasks", "--json", "--out", str(tmp_path / "out"))
    code, said, error = told(example, *lives, *where, "--hazards", "drought")
    assert code == 0, error
    assert "drought" in (tmp_path / "out" / "report.md").read_text()
    code, said, error = told(example, *lives, "--json", "--hazards", "flood")
    assert (code, said) == (2, "")
    assert "unknown hazard 'flood'; known: none, drift, drought, hunger, lesion, radiation" in error


@pytest.mark.slow
def test_what_the_example_adds_is_told(example: Path) -> None:
    code, said, error = told(example, "doctor", "--json")
    checks = {check["what"]: check for check in map(json.loads, said.splitlines())}
    for group, name in {"skills": "words", "hazards": "drought", "models": "file"}.items():
        check = checks[f"autoagent.{group}"]
        assert check["status"] == "ok", check
        assert name in check["detail"].split(", ")
    for arguments, reason in {
        ("--skills", "count"): "unknown skill 'count'; known: analyze, clock, complete, notes, "
        "optimize, translate, words",
        ("--llm", "file:"): "unknown model 'file:'; use one of: constrained:MODEL, "
        "file:PATH, gguf:PATH",
    }.items():
        code, said, error = told(example, "run", "Speak", *arguments)
        assert (code, said) == (2, "")
        assert error.startswith(f"error: {reason}")


@pytest.mark.slow
def test_doctor_names_what_is_broken_beside_what_works(tmp_path: Path) -> None:
    points = {"bad": "sums:bad", "far": "no_such_module:x"}
    install(tmp_path, "sums", {"autoagent.skills": points}, sums="1 / 0")
    code, said, error = told(tmp_path, "doctor", "--json")
    assert code == 0, error
    checks = {check["what"]: check for check in map(json.loads, said.splitlines())}
    assert checks["autoagent.walls"]["status"] == "ok"
    assert checks["autoagent.skills"]["status"] == "broken"
    told_of = checks["autoagent.skills"]["detail"]
    assert told_of.startswith(
        "analyze, bad, clock, complete, far, notes, optimize, translate; "
        "but the extension 'bad' of sums"
    )
    assert "ZeroDivisionError" in told_of
    assert "No module named 'no_such_module'" in told_of
