"""The runtime of jailed analysts (see `sandbox.jail.inside.zygote`): one question, one answer.

Each copy serves one question and is gone. So nothing that a text does to the analyzers reaches the
next one, and what is found does not depend on what was asked before.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from importlib import import_module
from typing import Any, NoReturn

LARGEST = 1 << 24
"""Bytes of a question."""
ADDRESSES_FOR_DATA = 4

measured = {"VmData": 0, "VmSize": 0}
"""Bytes that were in use when all was loaded."""


class Analysts:
    """What answers questions, loaded once.

    Args:
        folder: What mypy keeps of the standard library.
    """

    def __init__(self, folder: str) -> None:
        sys.path.append(os.path.dirname(__file__))
        self.names = import_module("name_finder")
        self.checker = import_module("type_checker").Checker(folder)
        self.names.warm_up()

    def answer(self, question: dict[str, Any]) -> Any:
        """Answer a question."""
        text = question["text"]
        match question["about"]:
            case "types":
                return self.checker.check(text)
            case "signatures":
                return self.names.signatures(text, question["findings"], question["first_line"])
            case _:
                return self.names.offered(text, question["lines"], question["attribute"])


def load(folder: str) -> Analysts:
    """Load mypy, jedi, and what they need for nearly everything."""
    return Analysts(folder)


def seal() -> None:
    """Note what is in use. There are files to read from here on, and no compiled code to load."""
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in measured:
                measured[name] = int(value.split()[0]) << 10


def bound(memory_mb: int) -> None:
    """Have the kernel refuse memory beyond the limit."""
    room = memory_mb << 20
    for limit, value in (
        (resource.RLIMIT_DATA, measured["VmData"] + room),
        (resource.RLIMIT_AS, measured["VmSize"] + ADDRESSES_FOR_DATA * room),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def serve(analysts: Analysts, inbox: int, outbox: int) -> NoReturn:
    """Answer the one question that the host asks, a line of JSON, by another."""
    os.getcwd = lambda: "/"  # the jail refuses the call, and this is what it would answer
    try:
        with open(inbox, "rb", closefd=False) as stream:
            question = json.loads(stream.readline(LARGEST))
        told = {"answer": analysts.answer(question)}
    except BaseException as error:  # whatever a text makes mypy or jedi do
        told = {"failure": f"{type(error).__name__}: {error}"[:500]}
    view = memoryview(json.dumps(told).encode() + b"\n")
    while view:
        view = view[os.write(outbox, view) :]
    os._exit(0)
