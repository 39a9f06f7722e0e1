"""A report on a log."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    parts = words(random, 4)
    lines, slowest = [], dict.fromkeys(parts, 0)
    failed = dict.fromkeys(parts, 0)
    for _ in range(120):
        part, ms = random.choice(parts), random.randrange(1, 9000)
        state = random.choice(["ok", "ok", "ok", "FAILED"])
        clock = f"{random.randrange(24):02}:{random.randrange(60):02}"
        lines.append(f"[{clock}] {part}: {state} after {ms} ms")
        slowest[part] = max(slowest[part], ms)
        failed[part] += state == "FAILED"
        if random.random() < 0.15:
            lines.append(f"    (a note on {random.choice(parts)}: FAILED after 99999 ms before)")
    report = [f"{name} {failed[name]} {slowest[name]}" for name in sorted(parts)]
    return {
        "prompt": "Lines of the file log.txt look like '[09:30] NAME: ok after 12 ms', or with "
        "FAILED instead of ok. Lines that begin with spaces are notes and do not count. Write the "
        "file report.txt with a line 'NAME COUNT MOST' for each name, sorted by name: how often it "
        "failed, and the most ms of its lines, ok or not. Finish with the number of notes.",
        "files": {"log.txt": "\n".join(lines) + "\n"},
        "after": {"report.txt": "\n".join(report)},
        "expected": sum(line.startswith(" ") for line in lines),
    }
