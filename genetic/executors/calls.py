"""A call as bytes, its answer as bytes.

Both are pickles, and both ends of the channel are ours: who answers is a worker that we started,
or a machine of a cluster that runs our code. What strangers' programs print is bytes inside.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Sequence
from typing import Any


def pack(function: Callable[..., Any], arguments: Sequence[object]) -> bytes:
    """Put a call into bytes."""
    return pickle.dumps((function, tuple(arguments)))


def perform(call: bytes) -> bytes:
    """Make a call, and put what came of it into bytes; whatever it raises is in there, too."""
    try:
        function, arguments = pickle.loads(call)
        return pickle.dumps((function(*arguments), None))
    except BaseException as error:
        return _packed(error)


def unpack(answer: bytes) -> Any:
    """Return what a call returned, or raise what it raised."""
    result, error = pickle.loads(answer)
    if error is not None:
        raise error
    return result


def _packed(error: BaseException) -> bytes:
    # A traceback cannot be pickled, and without one nobody finds the place.
    error.add_note("In the worker:\n" + "".join(traceback.format_exception(error)))
    try:
        packed = pickle.dumps((None, error))
        pickle.loads(packed)
    except Exception:
        return pickle.dumps((None, RuntimeError(f"{type(error).__qualname__}: {error}")))
    return packed
