"""How the model that learns from pairs is asked: as briefly as can be, and always alike."""

from __future__ import annotations

from collections.abc import Sequence

from genetic.translate.forge.c import INCLUDES
from genetic.translate.languages import fence_of
from genetic.translate.prompts import Prompts
from sandbox.programs import SOURCES

TAUGHT = "smollm2:c"
"""The bundled model that was taught with pairs."""
LANGUAGE, TARGET = "javascript", "c"
PROMPTS = Prompts(
    translate="$source",
    mend_errors="$source\n\n$program\n\n$errors",
    mend_output="$source\n\n$program\n\n$feedback",
    mend_mixed="$source\n\n$program",
    mend_mutated="$source\n\n$program",
    footer="",
    system="Translate JavaScript to C.",
    opening=f"{INCLUDES}\n",
)
"""The program itself is all that is asked; or a wrong translation of it, with what shows that."""
FRAME = PROMPTS.frame("C", TARGET)
"""What stands around it. The answer begins behind the includes, which are the same in all."""


def suited(models: Sequence[str], language: str, target: str) -> Prompts:
    """Return the prompts that suit some models: those that the bundled one was taught with."""
    known = SOURCES[language].title == SOURCES[LANGUAGE].title and fence_of(target) == TARGET
    taught = known and set(models) == {TAUGHT}
    return PROMPTS if taught else Prompts()
