"""What the policy does not let pass, as the organism is told of it."""

from __future__ import annotations

from sandbox.parsing import Mode, parse
from sandbox.refusal import PolicyError
from sandbox.verdict import Verdict


def refusal(verdict: Verdict, text: str, mode: Mode) -> Exception:
    """Return what is raised in place of a text: all that is wrong with it, each with its line."""
    if all(each.kind == "syntax" for each in verdict.violations):
        return _syntax_error(verdict, text, mode)
    places: dict[str, list[str]] = {}
    for each in verdict.violations:
        at = places.setdefault(f"{each.kind}: {each.what}", [])
        if each.line is not None:
            at.append(str(each.line))
    told = (f"line {', '.join(at)}: {what}" if at else what for what, at in places.items())
    return PolicyError("\n".join(told))


def _syntax_error(verdict: Verdict, text: str, mode: Mode) -> SyntaxError:
    """Return an error that has the line, as the parser here sees it, and the place in it."""
    error = SyntaxError(verdict.message)
    try:
        parse(text, mode)
    except SyntaxError as found:
        if found.lineno == verdict.violations[0].line:
            error.text, error.offset = found.text, found.offset
    except (ValueError, RecursionError, MemoryError):
        pass
    return error
