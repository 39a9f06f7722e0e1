"""Modules that are imported beside other work."""

import sys
import time
from pathlib import Path

import pytest

from autoagent.ahead import ahead


def test_a_module_is_imported_without_anybody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_one.py").write_text("import time\ntime.sleep(0.5)\nready = True\n")
    (tmp_path / "broken_one.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    ahead("broken_one")
    ahead("no_such_module")
    ahead("slow_one")
    while "slow_one" not in sys.modules:
        time.sleep(0.01)
    import slow_one  # type: ignore[import-not-found]

    assert slow_one.ready, "whoever needs it waits for the rest"
    with pytest.raises(ZeroDivisionError):
        import broken_one  # type: ignore[import-not-found]  # noqa: F401
