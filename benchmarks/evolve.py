"""Candidates per second, beside OpenEvolve, with one simulated model, evaluator and budget.

    pip install openevolve==0.4.1      # into a virtual environment of its own
    python -m benchmarks.evolve --openevolve THERE/bin/python --seeds 8

The model is a server on loopback that answers at once with the number in the program plus one. The
evaluator costs nothing. OpenEvolve runs it in its own process; ours runs it behind the jail. With
each seed each of them runs twice, by turns, and is then killed with SIGKILL when half of the
questions are asked, and resumed: OpenEvolve from its last checkpoint, which it writes after each
tenth of the questions. The load of the machine is told, since it decides who is ahead.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from autoagent.journal import Journal
from autoagent.statistics import Estimate, mean

PROGRAM = "# EVOLVE-BLOCK-START\nx = 1\n# EVOLVE-BLOCK-END\n"
EVALUATOR = """
import re
def evaluate(path):
    return {"combined_score": float(re.search(r"x = (\\d+)", open(path).read())[1])}
"""
CONFIGURATION = """
max_iterations: {calls}
checkpoint_interval: {interval}
random_seed: {seed}
diff_based_evolution: false
llm:
  api_base: {url}
  api_key: none
  models:
    - name: m
      weight: 1.0
evaluator:
  cascade_evaluation: false
  parallel_evaluations: {workers}
"""


class Model(BaseHTTPRequestHandler):
    """Answers with one more than the greatest number that it is shown."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_POST(self) -> None:
        """Answer."""
        length = int(self.headers["content-length"])
        sent = self.rfile.read(length)
        if len(sent) < length:
            return  # whoever asked was killed
        Model.asked += 1
        request = json.loads(sent)
        asked = " ".join(str(each["content"]) for each in request["messages"])
        number = 1 + max(map(int, re.findall(r"x = (\d+)", asked)))
        text = f"One more.\n```python\n{PROGRAM.replace('1', str(number))}```"
        used = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        choice = {"index": 0, "finish_reason": "stop"}
        if request.get("stream"):
            events = [{"choices": [{**choice, "delta": {"content": text}}]}]
            events.append({"choices": [], "usage": used})
            body = "".join(f"data: {json.dumps(each)}\n\n" for each in events) + "data: [DONE]\n\n"
            kind = "text/event-stream"
        else:
            said = {**choice, "message": {"role": "assistant", "content": text}}
            answer = {"id": "1", "object": "chat.completion", "created": 0, "model": "m"}
            body, kind = (
                json.dumps({**answer, "choices": [said], "usage": used}),
                "application/json",
            )
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What came of a run.

    Attributes:
        seconds: How long the command took.
        between: Those between the first candidate and the last.
        cpu: CPU seconds of it and of the processes that it waited for.
        born: All candidates.
    """

    seconds: float
    between: float
    cpu: float
    born: str


@dataclass(frozen=True, kw_only=True)
class Contender(ABC):
    """A search.

    Attributes:
        folder: Where program and evaluator are.
        url: Where the model is.
        calls: How many questions it may ask.
        workers: How many at once.
    """

    folder: Path
    url: str
    calls: int
    workers: int

    @abstractmethod
    def command(self, out: Path, seed: int) -> list[object]:
        """Return the command that begins it."""

    @abstractmethod
    def again(self, out: Path, seed: int) -> list[object]:
        """Return the command that goes on with it."""

    @abstractmethod
    def found(self, out: Path) -> tuple[list[float], str]:
        """Return when candidates came to be, and what they are."""

    def ran(self, seed: int) -> Ran:
        """Run it undisturbed."""
        out = self._out()
        before, started = os.times(), time.monotonic()
        finish(self._begun(self.command(out, seed)))
        seconds, after = time.monotonic() - started, os.times()
        at, born = self.found(out)
        cpu = sum(after[2:4]) - sum(before[2:4])
        return Ran(seconds=seconds, between=at[-1] - at[0], cpu=cpu, born=born)

    def killed(self, seed: int) -> tuple[int, str]:
        """Kill it in the middle, resume it; return how often was asked, and all candidates."""
        out, before = self._out(), Model.asked
        process = self._begun(self.command(out, seed), subprocess.DEVNULL)
        while Model.asked - before < self.calls / 2 and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        finish(self._begun(self.again(out, seed)))
        return Model.asked - before, self.found(out)[1]

    def _out(self) -> Path:
        return self.folder / f"{type(self).__name__}{time.monotonic_ns()}"

    def _begun(
        self, command: list[object], stderr: int = subprocess.PIPE
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, "OPENAI_API_KEY": "none"},
            cwd=self.folder,
            start_new_session=True,
        )


class Ours(Contender):
    """Ours; its candidates are the lineage."""

    def command(self, out: Path, seed: int) -> list[object]:
        """Return the command that begins it."""
        asked = ["--calls", self.calls, "--batch", 4, "--seed", seed, "--llm", "openai:m"]
        return [*self._evolve(out), "program.py", "evaluator.py", *asked]

    def again(self, out: Path, seed: int) -> list[object]:
        """Return the command that goes on with it, as the run knows it."""
        return [*self._evolve(out), "--resume", "last"]

    def found(self, out: Path) -> tuple[list[float], str]:
        """Return when candidates came to be, and what they are."""
        with closing(Journal(self._journal(out))) as journal:
            at = [each.at for each in journal.events(journal.find("last"), "evaluation")]
        return at, (out / "lineage.jsonl").read_text()

    def _evolve(self, out: Path) -> list[object]:
        served = ["--base-url", self.url, "--api-key", "none", "--workers", self.workers]
        kept = ["--db", self._journal(out), "--out", out]
        return [sys.executable, "-m", "autoagent", "evolve", *served, *kept]

    def _journal(self, out: Path) -> Path:
        return out.with_suffix(".db")


@dataclass(frozen=True, kw_only=True)
class Theirs(Contender):
    """OpenEvolve; its candidates are those of its last checkpoint, without times and names.

    Attributes:
        python: What has it installed.
    """

    python: str

    def command(self, out: Path, seed: int) -> list[object]:
        """Return the command that begins it."""
        configuration = self.folder / "config.yaml"
        told = {"calls": self.calls, "interval": max(1, self.calls // 10), "seed": seed}
        configuration.write_text(CONFIGURATION.format(**told, url=self.url, workers=self.workers))
        code = "from openevolve.cli import main; import sys; sys.exit(main())"
        command = [self.python, "-c", code, "program.py", "evaluator.py"]
        return [*command, "--config", configuration, "--output", out]

    def again(self, out: Path, seed: int) -> list[object]:
        """Return the command that goes on with it."""
        if (last := self._last(out)) is None:
            return self.command(out, seed)
        left = self.calls - int(last.name.rpartition("_")[2])
        return [*self.command(out, seed), "--checkpoint", last, "--iterations", left]

    def found(self, out: Path) -> tuple[list[float], str]:
        """Return when candidates came to be, and what they are."""
        last = self._last(out)
        assert last is not None
        programs = [json.loads(path.read_text()) for path in last.glob("programs/*.json")]
        born = sorted((each["iteration_found"], each["code"]) for each in programs)
        return sorted(each["timestamp"] for each in programs), json.dumps(born)

    def _last(self, out: Path) -> Path | None:
        """Return its last checkpoint that is whole."""
        whole = (path.parent for path in out.glob("checkpoints/*/best_program_info.json"))
        return max(whole, key=lambda path: int(path.name.rpartition("_")[2]), default=None)


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process, which must be a good one."""
    _, said = process.communicate()
    if process.returncode:
        raise SystemExit(said.decode(errors="replace")[-2000:])


@dataclass(frozen=True, kw_only=True)
class Seed:
    """What came of one seed.

    Attributes:
        runs: Two that nothing disturbed.
        asked: How many questions were asked where it was killed and resumed.
        resumed: All candidates then.
    """

    runs: tuple[Ran, Ran]
    asked: int
    resumed: str


def one_seed(contenders: dict[str, Contender], seed: int) -> dict[str, Seed]:
    """Run each of them twice by turns, then kill and resume each."""
    runs = [{who: each.ran(seed) for who, each in contenders.items()} for _ in range(2)]
    found = {}
    for who, contender in contenders.items():
        asked, resumed = contender.killed(seed)
        found[who] = Seed(runs=(runs[0][who], runs[1][who]), asked=asked, resumed=resumed)
    return found


def rate(seed: Seed, calls: int) -> tuple[float, float]:
    """Return candidates per second, of the whole command and between the first and the last."""
    whole, between = (
        sum(getattr(each, name) for each in seed.runs) for name in ("seconds", "between")
    )
    return 2 * calls / whole, 2 * calls / between


def report(found: list[dict[str, Seed]], calls: int) -> None:
    """Print a table, and how far ours is ahead with each seed."""
    print("| | candidates/s | between first and last | CPU s | same twice | asked | same resumed |")
    print("|---|---|---|---|---|---|---|")
    for who in found[0]:
        seeds = [each[who] for each in found]
        rates = [rate(each, calls) for each in seeds]
        whole, between = (mean([each[at] for each in rates]) for at in range(2))
        cpu = mean([run.cpu for each in seeds for run in each.runs])
        twice = sum(each.runs[0].born == each.runs[1].born for each in seeds)
        same = sum(each.resumed == each.runs[0].born for each in seeds)
        asked = f"{min(each.asked for each in seeds)} to {max(each.asked for each in seeds)}"
        row = [who, f"{whole:.1f}", f"{between:.1f}", f"{cpu:.1f}", f"{twice} of {len(seeds)}"]
        print(f"| {' | '.join(row)} | {asked} | {same} of {len(seeds)} |")
    if len(found[0]) > 1:
        whole, between = ahead(found, calls)
        print(f"ours over theirs, seed by seed: {whole:.2f}, between first and last {between:.2f}")


def ahead(found: list[dict[str, Seed]], calls: int) -> list[Estimate]:
    """Return the mean of how many times as many candidates ours makes, seed by seed."""
    pairs = [[rate(each, calls) for each in seeds.values()] for seeds in found]
    return [mean([ours[at] / theirs[at] for ours, theirs in pairs]) for at in range(2)]


def main() -> None:
    """Run each of them with each seed, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--openevolve", help="The Python that has it (default: ours alone).")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1)
    given = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "program.py").write_text(PROGRAM)
        (folder / "evaluator.py").write_text(EVALUATOR)
        common: dict[str, Any] = {
            "folder": folder,
            "url": url,
            "calls": given.calls,
            "workers": given.workers,
        }
        contenders: dict[str, Contender] = {"ours": Ours(**common)}
        if given.openevolve:
            contenders["OpenEvolve"] = Theirs(**common, python=given.openevolve)
        found = []
        for seed in range(given.seeds):
            found.append(one_seed(contenders, seed))
            rates = {who: f"{rate(each, given.calls)[0]:.1f}" for who, each in found[-1].items()}
            print(f"seed {seed}, load {os.getloadavg()[0]:.1f}: {rates}", flush=True)
        report(found, given.calls)


if __name__ == "__main__":
    main()
