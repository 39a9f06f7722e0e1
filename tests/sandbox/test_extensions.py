"""What installed packages add, found by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import extensions
from sandbox.extensions import ExtensionError, Extensions
from tests.installed import install


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on Python's path; what is installed is looked for anew."""
    monkeypatch.syspath_prepend(tmp_path)
    extensions._installed.cache_clear()
    yield tmp_path
    extensions._installed.cache_clear()


def things() -> Extensions[Any]:
    return Extensions("test.things", "thing", needs=())


def test_objects_are_found_by_name_and_loaded_when_asked_for(folder: Path) -> None:
    points = {"test.things": {"b": "math:pi", "a": "math:sqrt", "sub.c": "math"}}
    install(folder, "one", points)
    found = things()
    assert list(found) == ["a", "b", "sub.c"]
    assert "b" in found
    assert "c" not in found
    assert found["a"](4) == 2
    assert found["sub.c"].pi == found["b"]


def test_an_unknown_name_is_told_with_those_that_are_known(folder: Path) -> None:
    install(folder, "one", {"test.things": {"a": "math:pi", "b": "math:pi"}})
    with pytest.raises(ExtensionError, match="^unknown thing 'x'; known: a, b$"):
        things()["x"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_module:x", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("math:nothing", "AttributeError: module 'math' has no attribute 'nothing'"),
        ("failing_module:x", "RuntimeError: 42"),
    ],
)
def test_a_broken_one_is_told_with_its_package_and_does_not_hide_others(
    folder: Path, value: str, reason: str
) -> None:
    points = {"test.things": {"bad": value, "good": "math:pi"}}
    install(folder, "one", points, failing_module="raise RuntimeError(42)")
    with pytest.raises(ExtensionError) as caught:
        things()["bad"]
    assert f"the thing 'bad' of one 1.0 cannot be loaded ({value}: {reason})" in str(caught.value)
    assert things()["good"] == pytest.approx(3.14, abs=0.01)


def test_a_name_is_of_one_package(folder: Path) -> None:
    install(folder, "one", {"test.things": {"a": "math:pi", "b": "math:pi"}})
    install(folder, "two", {"test.things": {"a": "math:e", "b": "math:pi"}})
    with pytest.raises(ExtensionError, match="'a' is offered by (one|two) 1.0 and by (one|two)"):
        things()["a"]
    assert things()["b"] == pytest.approx(3.14, abs=0.01)  # the same, of whatever package


def test_what_lacks_an_attribute_that_all_must_have_is_told(folder: Path) -> None:
    install(folder, "one", {"test.things": {"a": "math:pi", "b": "math:sqrt"}})
    called = Extensions[Any]("test.things", "thing")
    assert called["b"](4) == 2
    told = "^the thing 'a' of one 1.0 is none: math:pi cannot be called; mend or uninstall it$"
    with pytest.raises(ExtensionError, match=told):
        called["a"]
    with pytest.raises(ExtensionError, match="is none: math:sqrt has no 'real'; mend"):
        Extensions[Any]("test.things", "thing", needs=["__call__", "real"])["b"]


def test_one_of_our_own_says_which_extra_it_needs(folder: Path) -> None:
    install(folder, "autoagent-runtime", {"test.things": {"a": "no_such_module:x"}})
    install(folder, "one", {"test.things": {"b": "no_such_module:x"}})
    found = Extensions[Any]("test.things", "thing", extra="elm")
    with pytest.raises(ExtensionError, match=r"needs the package no_such_module, .*\[elm\]"):
        found["a"]
    with pytest.raises(ExtensionError, match="'b' of one 1.0 cannot be loaded"):
        found["b"]
