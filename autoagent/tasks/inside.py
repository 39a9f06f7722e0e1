"""Poses tasks and judges what lives leave; this text is a program that runs behind the wall.

The text of a task is executed among the names of this module, so that it may use them, and its
functions stand in place of those here. Nothing that a life has left is ever executed here: what
is to be run of it, `trial` makes a program of, and the host runs that by itself.
"""

import json
import re
import sys
from random import Random
from typing import Any

CALL = """
import json, sys
names = {{"__name__": "solution"}}
exec({source!r}, names)
value = names[{name!r}](*json.loads(sys.stdin.read()))
print("\\n" + json.dumps(value))
"""
"""Calls a function of a module."""

METHOD = """
import json, sys
names = {{"__name__": "organism"}}
exec({source!r}, names)
class Organism:
    def __getattr__(self, name):
        if name not in names:
            raise AttributeError(name)
        value = names[name]
        code = getattr(value, "__code__", None)
        takes_self = code is not None and code.co_varnames[:1] == ("self",)
        return value.__get__(self) if takes_self else value
name, arguments, instead = json.loads(sys.stdin.read())
for each in instead:
    names[each] = lambda *given, value=instead[each]: value
value = getattr(Organism(), name)(*arguments)
print("\\n" + json.dumps(value))
"""
"""Calls a method, among the definitions that an organism has made for itself.

In place of some of these may stand others, which return what is given: that shows who calls whom.
"""


def trial(posed: dict[str, Any], left: dict[str, Any]) -> dict[str, Any] | str | None:
    """Say what of a life is to be run.

    Returns:
        A program and its inputs; or why there is none; or None if nothing is to be run.
    """
    if "function" in posed:
        inputs = [json.dumps(arguments) for arguments, _ in posed["cases"]]
        source = left["result"]
        if not isinstance(source, str):
            return f"the result is {shown(source)}, and no source text"
        return {"program": CALL.format(source=source, name=posed["function"]), "inputs": inputs}
    if "method" in posed:
        name, born = posed["method"], left["born"]
        inputs = [called(name, arguments, *how) for arguments, _, *how in posed["cases"]]
        for each in dict.fromkeys(json.loads(call)[0] for call in inputs):
            if each not in left["definitions"]:
                return f"there is no method {each}"
        own = {name: text for name, text in left["definitions"].items() if born.get(name) != text}
        source = "\n\n".join(defined(name, text) for name, text in own.items())
        return {"program": METHOD.format(source=source), "inputs": inputs}
    if "program" in posed:
        source = left["files"].get(posed["program"])
        if source is None:
            return f"there is no file {posed['program']}"
        return {"program": source, "inputs": [stdin for stdin, _ in posed["cases"]]}
    return None


usual_trial = trial
"""For tasks whose own `trial` runs more."""


def called(method: str, arguments: list[Any], how: dict[str, Any] | None = None) -> str:
    """Return the input that has a method called.

    Args:
        method: The one that was asked for.
        arguments: What it is given.
        how: With ``call`` another one is called, and with ``instead`` others are not, when the
            method calls them, but return what is said here.
    """
    how = how or {}
    return json.dumps([how.get("call", method), arguments, how.get("instead", {})])


def defined(name: str, text: str) -> str:
    """Return the source of a definition as a statement: that of a lambda is an expression."""
    return text if re.match(r"@|(async )?def |class ", text) else f"{name} = {text}"


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[dict[str, Any]]) -> str | None:
    """Say why a task is not solved, or None; each condition that was posed must hold.

    Args:
        posed: What `pose` returned.
        left: What the life has left.
        ran: What came of running its program on each input: a status and what it wrote.
    """
    if "expected" in posed and not same(left["result"], posed["expected"]):
        return f"the result is {shown(left['result'])}, and not {shown(posed['expected'])}"
    for name, text in posed.get("after", {}).items():
        if (reason := wrong_file(left["files"].get(name), text)) is not None:
            return f"{name}: {reason}"
    for (given, wanted, *how), run in zip(posed.get("cases", []), ran, strict=True):
        given = [given, *how] if how else given
        if run["status"] != "ok":
            return f"with {shown(given)} it ended by {run['status']}: {run['told']}"
        if "program" in posed:
            right = run["stdout"].split() == wanted.split()
        else:
            right = says(run["stdout"], wanted)
        if not right:
            return f"with {shown(given)} it gave {shown(run['stdout'].strip())}"
    return None


usual_check = check
"""For tasks whose own `check` asks for more."""


def says(stdout: str, wanted: Any) -> bool:
    """Tell whether the last line of an output is a value as JSON."""
    lines = stdout.strip().splitlines()
    try:
        return bool(lines) and same(json.loads(lines[-1]), wanted)
    except ValueError:
        return False


def same(one: Any, other: Any) -> bool:
    """Tell whether two values of JSON are equal; floating-point numbers may be a little apart."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or (
            isinstance(other, float) and abs(one - other) <= 1e-6 * max(1.0, abs(other))
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


def wrong_file(found: str | None, wanted: str | None) -> str | None:
    """Say what is wrong with a file, or None; spaces at the ends of lines do not matter."""
    if wanted is None:
        return None if found is None else "it is still there"
    if found is None:
        return "it is not there"
    lines, right = (
        [line.rstrip() for line in text.strip().splitlines()] for text in (found, wanted)
    )
    for number, (line, wish) in enumerate(zip(lines, right, strict=False), 1):
        if line != wish:
            return f"line {number} is {shown(line)}, and not {shown(wish)}"
    return None if len(lines) == len(right) else f"it has {len(lines)} lines, and not {len(right)}"


def json_file(left: dict[str, Any], name: str) -> Any:
    """Return what a file holds as JSON; None if it is missing or holds none."""
    try:
        return json.loads(left["files"].get(name, ""))
    except ValueError:
        return None


def beginning(posed: dict[str, Any], left: dict[str, Any]) -> str:
    """Return what the first query of a life says up to the end of its task."""
    before, prompt, _ = left["steps"][0]["query"].partition(posed["prompt"])
    return str(before + prompt)


def words(random: Random, count: int) -> list[str]:
    """Draw different words that can be pronounced."""
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        syllables = [random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(3)]
        drawn["".join(syllables)] = None
    return list(drawn)


def shown(value: Any) -> str:
    """Return a value in few characters."""
    return re.sub(r"\s+", " ", repr(value))[:120]


def main() -> None:
    """Do what standard input asks for, and write the answer as the last line."""
    asked = json.loads(sys.stdin.read())
    names = globals()
    exec(compile(asked["task"], "task.py", "exec"), names)
    do = {"pose": lambda seed: names["pose"](Random(seed)), "trial": names["trial"]}
    do["check"] = names["check"]
    answer = do[asked["do"]](*asked["with"])
    print("\n" + json.dumps(answer))


if __name__ == "__main__":
    main()
