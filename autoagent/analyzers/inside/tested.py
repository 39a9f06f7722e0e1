"""Runs ``program.py`` and the tests behind it, and tells that their end was reached.

See `autoagent.analyzers.tools.Tools.test`. A word and the tests are at the head of the standard
input, which is read when the program has come to its end: until then, nothing that it could look
through knows them, neither its own file nor a frame. Said backwards, the word is the proof, so
that an echo of the input is none.
"""

from __future__ import annotations

import builtins
import os
import sys
from types import ModuleType

PROGRAM, TESTS = "program.py", "<tests>"


def main() -> None:
    """Run the program, then the tests; tell of the end, or of the error on the way to it."""
    size = os.lseek(0, 0, os.SEEK_END)  # for the program, there is nothing to read
    given, told, read, write = os.dup(0), os.dup(1), os.pread, os.write
    usual = dict(vars(builtins))
    module = ModuleType("__main__")
    module.__file__ = PROGRAM
    sys.modules["__main__"], sys.argv[:] = module, [PROGRAM]
    tests = b""
    try:
        with open(PROGRAM, "rb") as file:
            code = compile(file.read(), PROGRAM, "exec", dont_inherit=True)
        try:
            exec(code, module.__dict__)
        except SystemExit as end:  # what it leaves is tested all the same
            if end.code:
                raise
        vars(builtins).update(usual)
        word, _, tests = read(given, size, 0).partition(b"\n")
        exec(compile(tests, TESTS, "exec", dont_inherit=True), module.__dict__)
        write(told, word[::-1])
    except SystemExit:
        raise
    except BaseException as error:
        tell(error, tests.decode())
        raise SystemExit(1) from None


def tell(error: BaseException, tests: str) -> None:
    """Say what went wrong as Python does, with the lines of the tests, which are in no file."""
    import linecache
    import traceback

    linecache.cache[TESTS] = len(tests), None, tests.splitlines(keepends=True), TESTS
    frames = error.__traceback__ and error.__traceback__.tb_next  # without our own
    traceback.print_exception(error.with_traceback(frames))


if __name__ == "__main__":
    main()
