"""An interpreter of a small stack machine whose words were drawn."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    push, add, times, swap, copy, drop, back = words(random, 7)
    names = {add: "add", times: "times", swap: "swap", copy: "copy", drop: "drop"}
    programs = [[]]
    for _ in range(4):
        lines = [f"{push} {random.randrange(1, 9)}" for _ in range(3)]
        lines += [random.choice([*names, f"{push} 2"]) for _ in range(10)]
        programs.append(lines)
    programs.append([f"{push} 7", f"{push} 1", swap, f"{push} -1", add, copy, f"{back} 3", drop])
    few = [f"{push} 4", add, times, swap, f"{push} 3", drop, drop, drop, copy, f"{back} 1"]
    programs.append([*few, f"{push} 5"])
    return {
        "prompt": "Write a Python module with a function run(lines): it executes a program for a "
        "stack machine, given as a list of lines, and returns the stack, as a list with the top "
        f"last. The words are: '{push} N' pushes the whole number N; {add} replaces the two "
        f"topmost numbers by their sum, {times} by their product; {swap} exchanges them; {copy} "
        f"pushes the topmost one again; {drop} takes it away; '{back} N' takes the topmost number "
        "away and, unless that was 0, goes on N lines further up (with N = 1 it would go to the "
        "line just before). A word that finds too few numbers does nothing at all. Test it, then "
        "finish with the source text of the module, as one str.",
        "function": "run",
        "cases": [[[each], executed(each, names, push, back)] for each in programs],
    }


def executed(lines: list[str], names: dict[str, str], push: str, back: str) -> list[int]:
    stack: list[int] = []
    at = steps = 0
    while at < len(lines) and steps < 10_000:
        word, _, number = lines[at].partition(" ")
        steps, at = steps + 1, at + 1
        needed = {"add": 2, "times": 2, "swap": 2, "copy": 1, "drop": 1}.get(names.get(word, ""), 0)
        if len(stack) < (1 if word == back else needed):
            continue
        if word == push:
            stack.append(int(number))
        elif word == back:
            at -= 1 + int(number) if stack.pop() else 0
        else:
            act(names[word], stack)
    return stack


def act(name: str, stack: list[int]) -> None:
    top = stack.pop()
    match name:
        case "add":
            stack.append(stack.pop() + top)
        case "times":
            stack.append(stack.pop() * top)
        case "swap":
            stack.insert(-1, top)
        case "copy":
            stack += [top, top]
