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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PROGRAM = "# EVOLVE-BLOCK-START\nx = 1\n# EVOLVE-BLOCK-END\n"
EVALUATOR = """
import re
def evaluate(path):
    return {"combined_score": float(re.search(r"x = (\\d+)", open(path).read())[1])}
"""
CONFIGURATION = """
max_iterations: {calls}
checkpoint_interval: 100000
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


def ours(folder: Path, url: str, calls: int, workers: int, seed: int) -> tuple[float, str]:
    """Return candidates per second, and the lineage."""
    out = folder / f"ours{time.monotonic_ns()}"
    command = [sys.executable, "-m", "autoagent", "evolve", folder / "program.py"]
    command += [
        folder / "evaluator.py",
        "--llm",
        "openai:m",
        "--base-url",
        url,
        "--api-key",
        "none",
    ]
    command += ["--calls", calls, "--batch", 4, "--workers", workers, "--seed", seed]
    command += ["--db", folder / "journal.db", "--out", out]
    started = time.monotonic()
    subprocess.run([*map(str, command)], check=True, capture_output=True)
    seconds = time.monotonic() - started
    lineage = (out / "lineage.jsonl").read_text()
    return (len(lineage.splitlines()) - 1) / seconds, lineage


def theirs(
    python: str, folder: Path, url: str, calls: int, workers: int, seed: int
) -> tuple[float, str]:
    """Return the same of OpenEvolve: its checkpoint's programs, without their times and names."""
    out = folder / f"theirs{time.monotonic_ns()}"
    configuration = folder / "config.yaml"
    configuration.write_text(CONFIGURATION.format(calls=calls, seed=seed, url=url, workers=workers))
    code = "from openevolve.cli import main; import sys; sys.exit(main())"
    command = [python, "-c", code, folder / "program.py", folder / "evaluator.py"]
    command += ["--config", configuration, "--output", out]
    environment = {**os.environ, "OPENAI_API_KEY": "none"}
    started = time.monotonic()
    subprocess.run([*map(str, command)], check=True, capture_output=True, env=environment)
    seconds = time.monotonic() - started
    found = sorted(out.glob("checkpoints/*/programs/*.json"))
    programs = [json.loads(path.read_text()) for path in found]
    told = sorted((each["iteration_found"], each["code"]) for each in programs)
    return calls / seconds, json.dumps(told)


def main() -> None:
    """Run each of them twice under one seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--openevolve", help="The Python that has it (default: ours alone).")
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "program.py").write_text(PROGRAM)
        (folder / "evaluator.py").write_text(EVALUATOR)
        chosen = (folder, url, given.calls, given.workers, 0)
        runs = {"ours": [ours(*chosen) for _ in range(2)]}
        if given.openevolve:
            runs["OpenEvolve"] = [theirs(given.openevolve, *chosen) for _ in range(2)]
    for who, ((first, one), (second, other)) in runs.items():
        same = "identical" if one == other else "different"
        print(f"{who}: {first:.1f} and {second:.1f} candidates/s; under one seed {same}")


if __name__ == "__main__":
    main()
