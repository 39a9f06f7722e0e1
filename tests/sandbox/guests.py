"""Guests that do what a test tells them to."""

from typing import Any

from sandbox.limits import Limits
from sandbox.session import End, Guest, Message, Sandbox

EVALUATOR = Guest(
    modules={
        "evaluator": """
def main(argument, host):
    reply = host("hello " + argument)
    while reply != "return":
        try:
            reply = host(str(eval(reply)))
        except Exception as error:
            reply = host(repr(error))
    return "returned"
"""
    },
    entry="evaluator:main",
    preload=("os", "random", "sys", "time"),
)
"""Evaluates whatever the host replies."""

CALLER = Guest(
    modules={
        "evaluator": EVALUATOR.modules["evaluator"]
        + """
import ctypes, os, socket, sys

def call(number, *arguments):
    result = libc.syscall(number, *(ctypes.c_long(each) for each in arguments))
    return "made" if result >= 0 else os.strerror(ctypes.get_errno())

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
callback = ctypes.CFUNCTYPE(None)(print)
"""
    },
    entry="evaluator:main",
    preload=("ctypes", "encodings.idna", "os", "socket", "sys"),
)
"""Has at hand what behind a real wall nobody should have: sockets and any system call."""


def text(event: Message | End) -> str:
    assert isinstance(event, Message), event
    return event.text


def ended(event: Message | End) -> End:
    assert isinstance(event, End), event
    return event


def said(wall: Sandbox, *expressions: str, **limits: Any) -> Any:
    """Return what a guest behind a wall says to the last of some expressions."""
    session = wall.start("you", Limits(**limits), seed=0, now=1000.0)
    try:
        for expression in expressions:
            event = session.resume(expression, now=1001.0)
        return event
    finally:
        session.close()
