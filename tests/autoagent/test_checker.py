"""Checks that are files: what they say counts, and nothing that others say in their name."""

from collections.abc import Iterator

import pytest

from autoagent.checker import Checker

CHECK = """
def check(result, files):
    exec(files["a.py"], {})
    return "wrong"
"""
EARLY = """print('[\"NoneType\", \"\"]')\nraise SystemExit"""
PEEPING = """
import sys
sys.stdin.seek(0)
told, frame = [sys.stdin.read()], sys._getframe()
while frame is not None:
    told += map(str, frame.f_locals.values())
    frame = frame.f_back
import re
mark = re.search(r"\\b[0-9a-f]{32}\\b", " ".join(told))
print("\\n" + (mark[0] if mark else "") + '["NoneType", ""]')
raise SystemExit
"""


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    file = tmp_path_factory.mktemp("check") / "check.py"
    file.write_text(CHECK)
    checker = Checker(file)
    yield checker
    checker.close()


def test_what_a_check_returns_counts(checker: Checker) -> None:
    assert checker(1, {"a.py": b"x = 1"}) == "wrong"


@pytest.mark.parametrize("code", [EARLY, PEEPING])
def test_code_that_a_check_executes_does_not_pass_by_leaving(checker: Checker, code: str) -> None:
    with pytest.raises(RuntimeError, match="no verdict"):
        checker(1, {"a.py": code.encode()})
