"""Judges what an agent has left in a container; written beside a task, and executed there alone.

``python3 verifier.py APP LOGS``: the agent's files are in APP, and what it finished with is
``result.json`` there. What the task poses and hides, and the functions that judge it, lie beside
this file. The reward, 1 or 0, is written into LOGS, and why on standard output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
START = """
import json, os, sys
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
exec(compile(sys.argv.pop(), "program.py", "exec"), {"__name__": "__main__"})
"""
"""Becomes nobody, and then the agent's program."""
SECONDS = 20
LONGEST = 1 << 18


def main(app: Path, logs: Path) -> None:
    """Judge, and write the reward down."""
    if os.geteuid() == 0:
        HERE.chmod(0o700)  # the agent's programs run as somebody else, and read nothing here
    names = {"__name__": "inside"}
    for each in ("inside.py", "task.py"):
        exec(compile((HERE / each).read_text("utf-8"), each, "exec"), names)
    posed = json.loads((HERE / "posed.json").read_text("utf-8"))
    wrong = judged(names, posed, found(app))
    logs.mkdir(parents=True, exist_ok=True)
    (logs / "reward.txt").write_text("0\n" if wrong else "1\n")
    print(wrong or "solved")


def found(app: Path) -> dict[str, Any]:
    """Return what an agent has left, as tasks look at it."""
    files = {
        path.relative_to(app).as_posix(): path.read_bytes().decode(errors="replace")
        for path in sorted(app.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    try:
        result = json.loads(files.pop("result.json", "null"))
    except (ValueError, RecursionError):
        result = None
    return {
        "result": result,
        "files": files,
        "definitions": {},
        "born": {},
        "steps": [],
    }


def judged(names: dict[str, Any], posed: dict[str, Any], left: dict[str, Any]) -> str | None:
    """Say what is wrong, or nothing."""
    tried = names["trial"](posed, left)
    if isinstance(tried, str):
        return tried
    ran = [run(tried["program"], each) for each in tried["inputs"]] if tried else []
    verdict = names["check"](posed, left, ran)
    return None if verdict is None else str(verdict)


def run(program: str, stdin: str) -> dict[str, str]:
    """Run an agent's program on an input, as nobody."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", START, program],
            input=stdin.encode(),
            capture_output=True,
            timeout=SECONDS,
            cwd="/",
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"status": "hang", "stdout": "", "told": f"it took longer than {SECONDS} s"}
    except (OSError, ValueError) as error:
        return {"status": "worker", "stdout": "", "told": str(error)}
    told = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    status = "exit" if done.returncode else "ok"
    stdout = done.stdout[:LONGEST].decode(errors="replace")
    return {"status": status, "stdout": stdout, "told": "".join(told)[:500]}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
