"""Lists of bytes on their way into a guest, without a turn of Python's loop for each of them.

When an instance starts, its interpreter asks for 2,496 random bytes, and `wasmtime` makes a value
of each by itself: that took more time than all else at the start. Here they are laid out at once.
"""

from __future__ import annotations

import ctypes
from typing import Any


def lay_out_bytes_at_once() -> None:
    """Have `wasmtime` convert lists of bytes in one go, and all other lists as it does.

    What is inside of it may change with any version; where it is not as known, nothing is done.
    """
    try:
        from wasmtime import _ffi as c
        from wasmtime.component._types import ListType

        one_by_one = ListType.convert_to_c
        _ = ListType._is_bytes
        _lay_out(b"", ctypes.pointer(c.wasmtime_component_val_t()))
    except (ImportError, AttributeError):
        return

    def convert_to_c(self: Any, store: Any, value: Any, target: Any) -> None:
        if isinstance(value, bytes) and self._is_bytes():
            _lay_out(value, target)
        else:
            one_by_one(self, store, value, target)

    ListType.convert_to_c = convert_to_c


def _lay_out(value: bytes, target: Any) -> None:
    """Write a list of bytes, each of which is a value with its kind, to where `target` points."""
    from wasmtime import _ffi as c

    each = ctypes.sizeof(c.wasmtime_component_val_t)
    of = c.wasmtime_component_val_t.of.offset
    laid_out = bytearray(each * len(value))
    laid_out[0::each] = c.WASMTIME_COMPONENT_U8.value.to_bytes() * len(value)
    laid_out[of::each] = value
    made = c.wasmtime_component_vallist_t()
    c.wasmtime_component_vallist_new_uninit(made, len(value))
    ctypes.memmove(made.data, bytes(laid_out), len(laid_out))
    target.contents.kind = c.WASMTIME_COMPONENT_LIST
    target.contents.of.list = made
