"""How the model that learns from pairs is asked: as briefly as can be, and always alike."""

from __future__ import annotations

from autoagent.llm import Frame
from genetic.translate.forge.c import INCLUDES
from genetic.translate.prompts import Prompts

PROMPTS = Prompts(
    translate="$source",
    mend_errors="$source\n\n$program\n\n$errors",
    mend_output="$source\n\n$program\n\n$feedback",
    mend_mixed="$source\n\n$program",
    mend_mutated="$source\n\n$program",
    footer="",
)
"""What is asked: the program itself, and a translation of it that is wrong, with what shows that."""
FRAME = Frame(
    system="Translate JavaScript to C.", opening=f"```c\n{INCLUDES}\n", closing="```"
)
"""What stands around it. The answer begins behind the includes, which are the same in all."""
