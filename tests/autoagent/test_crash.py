"""What a run survives: a dying server, a full disk, half a journal, a killed worker."""

import fcntl
import itertools
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autoagent import AutonomousLLM, Budget
from autoagent.asker import Call
from autoagent.journal import Journal
from autoagent.llm import Recorded
from sandbox.session import Sandbox
from tests.commands import autoagent, lines
from tests.conftest import free_port, llama_cpp_server

PROMPT = "Define a function called hello_world"
TEXTS = [f"```python\nx{n} = {n}\ndef f():\n    return {n}\n```" for n in range(40)]


def begin(
    *arguments: str | Path, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "autoagent", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def kinds(db: Path) -> list[str]:
    journal = Journal(db, read_only=True)
    found = [event.kind for event in journal.events(journal.find("last"))]
    journal.close()
    return found


@pytest.mark.slow
def test_a_server_that_dies_in_the_middle_of_an_answer(db: Path, tmp_path: Path) -> None:
    port = free_port()
    options = ["--base-url", f"http://127.0.0.1:{port}/v1", "--db", db, "--json"]
    with llama_cpp_server(port, tmp_path) as server:
        program = begin("run", PROMPT, "--llm", "openai:smollm2", "--steps", "40", *options)
        assert program.stdout is not None
        first = json.loads(program.stdout.readline())
        server.process.kill()
        rest, said = program.communicate(timeout=240)
    assert program.returncode == 3, said
    assert "is suspended" in said
    shown = [first, *map(json.loads, rest.splitlines()[:-1])]
    with llama_cpp_server(port, tmp_path):
        *more, _ = lines(autoagent("resume", "last", "--steps", "1", *options))
    steps = lines(autoagent("show", "last", "--db", db, "--json"))[:-1]
    assert steps == [*shown, *more]
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))


def test_a_full_disk_loses_no_step(db: Path, tmp_path: Path) -> None:
    recording = _recorded(db)
    options = ["--llm", f"recorded:{recording}", "--db", db, "--json"]
    autoagent("run", PROMPT, "--steps", "3", *options)
    largest = Path(f"{db}").stat().st_size + 200_000

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    program = begin("resume", "last", "--steps", "30", *options, before=limit)
    shown, said = program.communicate(timeout=240)
    assert program.returncode == 2, said
    assert "Traceback" not in said
    assert str(db) in said
    told = [json.loads(line)["step"] for line in shown.splitlines()]
    assert 0 < len(told) < 30
    *_, summary = lines(autoagent("resume", "last", "--steps", "2", *options))
    assert summary["summary"]["cause"] == "budget"
    steps = [step["step"] for step in lines(autoagent("show", "last", "--db", db, "--json"))[:-1]]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) == 3 + len(told) + 2
    assert kinds(db).count("call") == len(steps)


def test_a_truncated_log_opens_at_a_whole_earlier_state(
    wall: Sandbox, db: Path, tmp_path: Path
) -> None:
    """Whatever is left of SQLite's log, the journal ends between two transactions."""
    agent = AutonomousLLM(Recorded.of_texts(TEXTS), sandbox=wall, db=db)
    for _ in agent.run("Count", budget=Budget(steps=6)):
        pass
    whole = list(Journal(db, read_only=True).events(agent.run_id or ""))
    ends = {first.number for first, second in itertools.pairwise(whole)
            if first.at != second.at} | {0, whole[-1].number}  # fmt: skip
    log = Path(f"{db}-wal").read_bytes()
    lengths = set()
    for left in range(0, len(log), 1_000):
        copy = tmp_path / f"{left}.db"
        shutil.copy(db, copy)
        Path(f"{copy}-wal").write_bytes(log[:left])
        journal = Journal(copy)
        events = list(journal.events(agent.run_id or ""))
        journal.close()
        assert events == whole[: len(events)]
        assert len(events) in ends
        lengths.add(len(events))
    assert len(lengths) > 15, "many states were seen"
    agent.close()

    # and from one of them the life goes on
    run = agent.run_id or ""
    middle = next(file for file in tmp_path.glob("[0-9]*.db") if _steps(file, run) == 3)
    with AutonomousLLM.resume(
        run, llm=Recorded.of_texts(TEXTS), sandbox=wall, db=middle
    ) as resumed:
        assert [step.step for step in resumed.run(budget=Budget(steps=2))] == [4, 5]


def test_a_worker_that_is_killed_costs_no_step(db: Path, tmp_path: Path) -> None:
    recording = _recorded(db)
    options = ["--llm", f"recorded:{recording}", "--db", db, "--json"]
    program = begin("run", PROMPT, "--steps", "30", *options)
    assert program.stdout is not None
    # Who writes more than is read waits for it: it does not come to its end meanwhile.
    fcntl.fcntl(program.stdout, fcntl.F_SETPIPE_SZ, 4096)
    program.stdout.readline()
    (worker,) = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    rest, said = program.communicate(timeout=240)
    assert program.returncode == 0, said
    assert json.loads(rest.splitlines()[-1])["summary"]["cause"] == "worker"
    lines(autoagent("resume", "last", "--steps", "3", *options))
    steps = [step["step"] for step in lines(autoagent("show", "last", "--db", db, "--json"))[:-1]]
    assert steps == list(range(1, len(steps) + 1))
    assert kinds(db).count("call") == kinds(db).count("outcome") == len(steps)
    assert autoagent("replay", "last", "--verify", "--db", db).returncode == 0


def test_two_programs_share_one_journal(db: Path) -> None:
    recording = _recorded(db)
    options = ["--llm", f"recorded:{recording}", "--steps", "20", "--db", db, "--json"]
    programs = [begin("run", PROMPT, *options) for _ in range(2)]
    summaries = []
    for program in programs:
        said, errors = program.communicate(timeout=240)
        assert program.returncode == 0, errors
        summaries.append(json.loads(said.splitlines()[-1])["summary"])
    assert len({summary["run"] for summary in summaries}) == 2
    for summary in summaries:
        steps = lines(autoagent("show", summary["run"], "--db", db, "--json"))[:-1]
        assert [step["step"] for step in steps] == list(range(1, 21))
    with sqlite3.connect(db) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _recorded(db: Path) -> str:
    """Write a recording of answers into the journal, and return its run."""
    journal = Journal(db)
    run = journal.begin({"llm": "recorded", "prompt": "p"})
    llm = Recorded.of_texts(TEXTS)
    for seed in range(len(TEXTS)):
        completion = llm.complete("", seed=seed, temperature=0.0, max_tokens=1)
        call = Call(
            completion=completion, key=f"life.{seed}:0", digest="", temperature=0.0, seed=seed
        )
        journal.append(run, [("call", call.as_dict())])
    journal.close()
    return run


def _steps(db: Path, run: str) -> int:
    journal = Journal(db, read_only=True)
    count = sum(1 for _ in journal.events(run, "outcome"))
    journal.close()
    return count
