import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from autoagent.integrations.inside.plain import KIND, OF, pack, unpack
from autoagent.message import from_json, to_json


def refuse(*what: Any) -> Any:
    raise TypeError(what)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 7, -1.5, "text", b"\x00\xff", 1j, [], {}, (), set(), frozenset({1})),
        *([1, [2, (3, {4})]], {"a": {"b": [b"c"]}}, {1: "a", (2, 3): "b"}),
        {KIND: "dict", OF: []},
        *(date(2026, 2, 3), datetime(2026, 2, 3, 4, 5, 6), time(7, 8), Decimal("1.10"), math.inf),
    ],
)
def test_what_is_plain_comes_back_as_it_was(value: Any) -> None:
    back = unpack(from_json(to_json(pack(value, refuse))), refuse)
    assert back == value
    assert type(back) is type(value)


def test_a_subclass_of_plain_data_crosses_as_what_it_is_based_on() -> None:
    class Text(str):
        pass

    assert type(unpack(pack(Text("a"), refuse), refuse)) is str


def test_anything_else_is_asked_about() -> None:
    with pytest.raises(TypeError, match="object"):
        pack([object()], refuse)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({KIND: "dict", OF: 7}, "no dict"),
        ({KIND: "dict", OF: [[1]]}, "unpack"),
        ({KIND: "set", OF: [[]]}, "no set"),
        ({KIND: "decimal", OF: "one"}, "no decimal"),
        ({KIND: "date", OF: "today"}, "isoformat"),
        ({KIND: "bytes", OF: "é"}, "ASCII"),
    ],
)
def test_what_stands_for_nothing_is_a_value_error(data: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        unpack(data, refuse)


def test_an_unknown_kind_is_asked_about_and_never_looked_up() -> None:
    with pytest.raises(TypeError, match="os.system"):
        unpack({KIND: "os.system", OF: "ls"}, refuse)


def test_what_contains_itself_is_refused() -> None:
    knot: list[Any] = []
    knot.append(knot)
    with pytest.raises(ValueError, match="deeper"):
        pack(knot, refuse)
