"""Fuzz what a life makes of its guest's words: ``python -m tests.fuzz.fuzz_messages``.

Arguments are libFuzzer's, such as ``-max_total_time=60`` and a folder with a corpus.
"""

from __future__ import annotations

import json

import atheris

with atheris.instrument_imports(include=["autoagent.life", "autoagent.genome", "autoagent.skills"]):
    from sandbox.session import End
    from tests.fuzz.targets import END_CAUSES, check_messages, fuzz

OUTCOME = {"stdout": "a", "error": "", "changes": {"f": "def f(): pass", "g": None}, "names": ["x"]}
SEEDS = (
    {"kind": "ask", "query": "q", "outcome": OUTCOME},
    {"kind": "skill", "name": "notes", "input": {"write": "x"}},
    {"kind": "skill", "name": "clock", "input": {}},
    {"kind": "judge", "code": "import os\nos.system('x')", "mode": "eval"},
    {"kind": "harm", "what": "x"},
    {"kind": "flood"},
    {"kind": "ask", "query": [{"role": "user", "content": "q"}], "outcome": OUTCOME},
    {"kind": "finish", "cause": "finished", "result": [1]},
    {"kind": "finish", "cause": "gave_up", "result": "r"},
    {"kind": "over", "outcome": OUTCOME},
    {"cause": "ended", "detail": "d", "outcome": OUTCOME},
    {"cause": "memory", "detail": "d", "outcome": OUTCOME},
)


WORDS = (
    "kind",
    "query",
    "outcome",
    "changes",
    "names",
    "input",
    "write",
    "code",
    "cause",
    "null",
    "result",
)
STRANGE = ["null", "true", "0", "-1", "1.5", "1e999", "NaN", '""', r'"\ud800"', r'"\u0000"']
STRANGE += ["[]", "{}", "[[]]", '{"":{}}', '{"a":null}', "[5]"]


def one_input(data: bytes) -> None:
    """Say the lines of one input, as they are or as messages that are put together from it."""
    choices = atheris.FuzzedDataProvider(data)
    policy = "open" if choices.ConsumeBool() else "strict"
    cause = choices.PickValueInList(list(END_CAUSES))
    if choices.ConsumeBool():
        words = [_message(choices) for _ in range(choices.ConsumeIntInRange(1, 6))]
    else:
        rest = choices.ConsumeBytes(choices.remaining_bytes())
        words = rest.decode("utf-8", "surrogateescape").split("\n")
    check_messages(words[:-1], End(cause, words[-1], None), policy)


def _message(choices: atheris.FuzzedDataProvider) -> str:
    """Put together a message that is almost right: some of its parts are strange, or missing."""
    message = json.loads(json.dumps(choices.PickValueInList(list(SEEDS))))
    for _ in range(choices.ConsumeIntInRange(0, 4)):
        part = message
        inner = message.get("outcome", message.get("input"))
        if isinstance(inner, dict) and choices.ConsumeBool():
            part = inner
        key = choices.PickValueInList([*part, "kind", "x"])
        if choices.ConsumeBool():
            part[key] = json.loads(choices.PickValueInList(STRANGE))
        elif choices.ConsumeBool():
            part[key] = choices.ConsumeUnicode(40)
        else:
            part.pop(key, None)
    return json.dumps(message)


def main() -> None:
    """Fuzz, beginning with one message of each kind."""
    lines = [json.dumps(message).encode() for message in SEEDS]
    fuzz("messages", one_input, WORDS, (line + b"\n" + lines[-1] + b"\0" for line in lines))


if __name__ == "__main__":
    main()
