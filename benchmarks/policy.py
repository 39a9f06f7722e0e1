"""What the harm monitor costs, and how often it is wrong about harmless code.

The false alarms are counted on the standard library's own modules: none of them means harm, so
every harm verdict is listed with what it is about.

    python -m benchmarks.policy
"""

import sysconfig
import time
from collections import Counter
from pathlib import Path

from sandbox.judge import judge
from tests.sandbox.test_judge import PURE


def main() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    files = [folder / f"{name}.py" for name in PURE]
    texts = {file.stem: file.read_text() for file in files if file.exists()}
    verdicts = {name: judge(text) for name, text in texts.items()}
    worst = Counter(
        "harm" if verdict.harm else "clean" if verdict.ok else "blocked"
        for verdict in verdicts.values()
    )
    for kind in ("clean", "blocked", "harm"):
        print(f"{kind:8} {worst[kind]:3} of {len(texts)}  {worst[kind] / len(texts):.0%}")
    for name, verdict in verdicts.items():
        harm = sorted({v.what.partition(":")[0] for v in verdict.violations if v.kind == "harm"})
        if harm:
            print(f"  {name}: {', '.join(harm)}")
    lines = sum(text.count("\n") for text in texts.values())
    alarms = sum(v.kind == "harm" for verdict in verdicts.values() for v in verdict.violations)
    print(f"harm alarms per 1,000 lines: {1000 * alarms / lines:.1f}")
    print(f"x = 1: {seconds('x = 1') * 1e6:.0f} µs")
    size = sum(map(len, texts.values())) / 1024
    print(f"per KB: {sum(map(seconds, texts.values())) / size * 1e6:.0f} µs")


def seconds(text: str) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        judge(text)
        best = min(best, time.perf_counter() - started)
    return best


if __name__ == "__main__":
    main()
