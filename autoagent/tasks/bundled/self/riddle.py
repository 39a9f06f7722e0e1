"""A long text that says at its beginning what is wanted."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    wanted, *others = words(random, 160)
    text = f"The word that is wanted is {wanted}. " + " ".join(others)
    secret = "".join(chr((ord(c) - 97 + 13) % 26 + 97) if c.islower() else c for c in text)
    return {
        "prompt": "Each lower-case letter of this text has been moved 13 places on in the "
        f"alphabet. Put them back, print the text, and read what it says:\n{secret}\nIf a query "
        "of yours does not show you all of what was printed, change build_query so that it does. "
        "Finish with the word that is wanted.",
        "expected": wanted,
    }
