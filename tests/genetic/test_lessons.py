"""What there is to learn from a translation."""

import pytest

from autoagent.llm import Frame
from genetic.translate.forge.asked import FRAME
from genetic.translate.forge.c import INCLUDES
from genetic.translate.lessons import said

PLAIN = Frame(system="", opening="```c\n", closing="```")
PROGRAM = "int main(void) {\n    return 0;\n}"


@pytest.mark.parametrize("program", [PROGRAM, f"{PROGRAM}\n", f"\n{PROGRAM}\n\n"])
def test_an_answer_goes_on_where_its_opening_ends(program: str) -> None:
    assert said(PLAIN, "c", program) == f"{PROGRAM}\n```"
    taught = said(FRAME, "c", f"{INCLUDES}\n{program}")
    assert taught == f"{PROGRAM}\n```"


def test_what_does_not_begin_with_the_opening_cannot_be_said() -> None:
    assert said(FRAME, "c", PROGRAM) is None
    assert said(PLAIN, "python", PROGRAM) is None
