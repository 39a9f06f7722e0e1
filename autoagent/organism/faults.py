"""What went wrong, in words: an error as the organism and the host are told of it.

Errors here are the organism's own, and even looking at one may run its code: what can be asked of
the interpreter is asked of it, past anything that the error's class says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

GENOME = "<genome"
"""What names of files begin with whose code an organism is born with."""
LONGEST_ERROR = 2_000
LONGEST_LINE = 200
MOST_FRAMES = 12
"""Frames of one traceback that are told, half of them from each end."""
MOST_CHAINED = 4

Place = tuple[str, int, str]
"""A file name, a line and a function's name."""


def described(error: BaseException, texts: Mapping[str, str]) -> str:
    """Say what went wrong and at which line of the executed code, in one line.

    Args:
        error: What was raised.
        texts: File name, as code objects carry it, to the text that was compiled under it.
    """
    text = _said(error)
    places = [each for each in _places(error, texts) if not each[0].startswith(GENOME)]
    if not places or issubclass(type(error), SyntaxError):
        return text
    file, line, _ = places[-1]
    return f"{text} (line {line}: {_line(texts, file, line)})"


def traceback_of(error: BaseException, texts: Mapping[str, str]) -> str:
    """Return the traceback of an error through the organism's own code, causes before effects."""
    told: list[str] = []
    link = ""
    for each, reason in _chain(error):
        told.append("\n".join(_lines(each, texts)) + link)
        link = f"\n\n{reason}\n" if reason else ""
    return "\n".join(reversed(told))


def _lines(error: BaseException, texts: Mapping[str, str]) -> Iterator[str]:
    places = list(_places(error, texts))
    if places:
        yield "Traceback (most recent call last):"
    left_out = len(places) - MOST_FRAMES
    for number, (file, line, function) in enumerate(places):
        if left_out > 0 and number == MOST_FRAMES // 2:
            yield f"  [{left_out} more calls]"
        if left_out > 0 and MOST_FRAMES // 2 <= number < MOST_FRAMES // 2 + left_out:
            continue
        yield f'  File "{file}", line {line}, in {function}'
        yield f"    {_line(texts, file, line)}"
    yield from _pointed(error)
    yield _said(error)


def _pointed(error: BaseException) -> Iterator[str]:
    """Yield the line that does not parse, and a mark below the place in it."""
    if not issubclass(type(error), SyntaxError):
        return
    text, offset = (asked(error, name, SyntaxError) for name in ("text", "offset"))
    if type(text) is str and type(offset) is int and text.strip():
        line = text.strip("\n")
        place = offset - 1 - (len(line) - len(line.lstrip()))
        yield f"    {line.strip()[:LONGEST_LINE]}"
        if 0 <= place < LONGEST_LINE:
            yield f"    {' ' * place}^"


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """Yield an error and what led to it, each with the words that link it to the one before."""
    current: BaseException | None = error
    for _ in range(MOST_CHAINED):
        if current is None:
            return
        cause = asked(current, "__cause__")
        context = asked(current, "__context__")
        hushed = asked(current, "__suppress_context__")
        if cause is not None:
            yield current, "The above exception was the direct cause of the following exception:"
            current = cause
        elif context is not None and not hushed:
            yield (
                current,
                "During handling of the above exception, another exception occurred:",
            )
            current = context
        else:
            yield current, ""
            return


def _places(error: BaseException, texts: Mapping[str, str]) -> Iterator[Place]:
    """Yield where in the organism's own code an error passed, outermost first."""
    frame: TracebackType | None = asked(error, "__traceback__")
    while frame is not None:
        code = frame.tb_frame.f_code
        if code.co_filename in texts:
            yield code.co_filename, frame.tb_lineno or 0, code.co_name
        frame = frame.tb_next


def asked(error: BaseException, name: str, kind: type[BaseException] = BaseException) -> Any:
    """Return an attribute of an error as the interpreter has it, past what its class says."""
    return kind.__dict__[name].__get__(error)


def _said(error: BaseException) -> str:
    """Return an error's type and text."""
    name = str(type.__dict__["__name__"].__get__(type(error)))
    try:
        return f"{name}: {error}"[:LONGEST_ERROR]
    except Exception:  # its own __str__ fails
        return name


def _line(texts: Mapping[str, str], file: str, line: int) -> str:
    lines = texts[file].splitlines()
    return lines[line - 1].strip()[:LONGEST_LINE] if 0 < line <= len(lines) else ""
