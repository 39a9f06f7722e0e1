"""Candidates per second, beside OpenEvolve, with one simulated model, evaluator and budget.

    pip install openevolve==0.4.1      # into a virtual environment of its own
    python -m benchmarks.evolve --openevolve THERE/bin/python

The model is a server on loopback that answers at once with the number in the program plus one. The
evaluator costs nothing. OpenEvolve runs it in its own process; ours runs it behind the jail.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from autoagent.journal import Journal

PROGRAM = "# EVOLVE-BLOCK-START\nx = 1\n# EVOLVE-BLOCK-END\n"
EVALUATOR = """
import re
def evaluate(path):
    return {"combined_score": float(re.search(r"x = (\\d+)", open(path).read())[1])}
"""
SEED = 0
CONFIGURATION = """
max_iterations: {calls}
checkpoint_interval: {calls}
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

    def do_POST(self) -> None:
        """Answer."""
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
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


Ran = tuple[float, float, str]
"""Seconds; those between the first candidate and the last; what was born."""


def ours(folder: Path, url: str, calls: int, workers: int) -> Ran:
    """Run ours; what was born is the lineage."""
    out = folder / f"ours{time.monotonic_ns()}"
    command = [sys.executable, "-m", "autoagent", "evolve", "program.py", "evaluator.py"]
    command += ["--llm", "openai:m", "--base-url", url, "--api-key", "none"]
    command += ["--calls", calls, "--batch", 4, "--workers", workers, "--seed", SEED]
    command += ["--db", "journal.db", "--out", out]
    whole = timed(command, folder)
    with closing(Journal(folder / "journal.db")) as journal:
        at = [each.at for each in journal.events(journal.find("last"), "evaluation")]
    return whole, at[-1] - at[0], (out / "lineage.jsonl").read_text()


def theirs(python: str, folder: Path, url: str, calls: int, workers: int) -> Ran:
    """Run OpenEvolve; what was born are its checkpoint's programs, without times and names."""
    out = folder / f"theirs{time.monotonic_ns()}"
    configuration = folder / "config.yaml"
    configuration.write_text(CONFIGURATION.format(calls=calls, seed=SEED, url=url, workers=workers))
    code = "from openevolve.cli import main; import sys; sys.exit(main())"
    command = [python, "-c", code, "program.py", "evaluator.py"]
    command += ["--config", configuration, "--output", out]
    seconds = timed(command, folder)
    found = sorted(out.glob("checkpoints/*/programs/*.json"))
    programs = [json.loads(path.read_text()) for path in found]
    at = sorted(each["timestamp"] for each in programs)
    born = sorted((each["iteration_found"], each["code"]) for each in programs)
    return seconds, at[-1] - at[0], json.dumps(born)


def timed(command: list[object], folder: Path) -> float:
    """Return the seconds that a command takes."""
    started = time.monotonic()
    environment = {**os.environ, "OPENAI_API_KEY": "none"}
    subprocess.run(
        list(map(str, command)), check=True, capture_output=True, env=environment, cwd=folder
    )
    return time.monotonic() - started


def main() -> None:
    """Run each of them twice under one seed, by turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--openevolve", help="The Python that has it (default: ours alone).")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    contenders: dict[str, Callable[..., Ran]] = {"ours": ours}
    if given.openevolve:
        contenders["OpenEvolve"] = partial(theirs, given.openevolve)
    runs: dict[str, list[Ran]] = {who: [] for who in contenders}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "program.py").write_text(PROGRAM)
        (folder / "evaluator.py").write_text(EVALUATOR)
        for _ in range(2):
            for who, contender in contenders.items():
                runs[who].append(contender(folder, url, given.calls, given.workers))
    for who, found in runs.items():
        same = "identical" if len({born for *_, born in found}) == 1 else "different"
        whole = ", ".join(f"{given.calls / seconds:.1f}" for seconds, _, _ in found)
        rest = ", ".join(f"{given.calls / seconds:.1f}" for _, seconds, _ in found)
        print(f"{who}: {whole} candidates/s, without start and end {rest}; under one seed {same}")


if __name__ == "__main__":
    main()
