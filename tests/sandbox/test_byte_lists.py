"""Bytes that go into a guest all at once are the same values as one by one."""

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wasmtime import _ffi as c
from wasmtime.component._types import ListType

from sandbox.wasm.inside import byte_lists


@given(st.binary(max_size=3000))
def test_each_is_a_value_of_its_kind(value: bytes) -> None:
    made = c.wasmtime_component_val_t()
    byte_lists._lay_out(value, ctypes.pointer(made))
    assert made.kind == c.WASMTIME_COMPONENT_LIST.value
    listed = made.of.list
    assert listed.size == len(value)
    each = [listed.data[i] for i in range(len(value))]
    assert {one.kind for one in each} <= {c.WASMTIME_COMPONENT_U8.value}
    assert bytes(one.of.u8 for one in each) == value
    c.wasmtime_component_vallist_delete(ctypes.byref(listed))


def test_a_version_that_is_not_known_inside_converts_as_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ListType, "convert_to_c", before := ListType.convert_to_c)
    monkeypatch.delattr(ListType, "_is_bytes")
    byte_lists.lay_out_bytes_at_once()
    assert ListType.convert_to_c is before
    monkeypatch.undo()
    monkeypatch.setattr(ListType, "convert_to_c", before)
    byte_lists.lay_out_bytes_at_once()
    assert ListType.convert_to_c is not before
