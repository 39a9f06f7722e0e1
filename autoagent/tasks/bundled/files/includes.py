"""Settings that include others, which they overrule."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    keys, names = words(random, 12), words(random, 6)
    texts = {}
    for number, name in enumerate(names):
        lines = [f"include conf/{other}.txt" for other in names[number + 1 : number + 3]]
        lines += [f"{key} = {random.randrange(1000)}" for key in random.sample(keys, 5)]
        if number:
            random.shuffle(lines)
        texts[f"conf/{name}.txt"] = "\n".join(["# settings", *lines]) + "\n"
    return {
        "prompt": "Files in the folder conf hold lines 'KEY = NUMBER', comments that begin with #, "
        "and lines 'include FILE', in whose place all lines of that file count (which may include "
        "others in turn). Of several values of a key the last one counts. Write the file "
        f"settings.json: an object from each key to its number, as conf/{names[0]}.txt has it in "
        "the end. Finish with the number of keys.",
        "files": texts,
        "settings": resolved(texts, f"conf/{names[0]}.txt"),
    }


def resolved(texts: dict[str, str], name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in texts[name].splitlines():
        if line.startswith("include "):
            found |= resolved(texts, line.removeprefix("include "))
        elif "=" in line:
            key, _, number = line.partition(" = ")
            found[key] = int(number)
    return found


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    found = json_file(left, "settings.json")
    if not same(found, posed["settings"]):
        return f"settings.json holds {shown(found)}"
    right = same(left["result"], len(posed["settings"]))
    return None if right else f"the result is {shown(left['result'])}"
