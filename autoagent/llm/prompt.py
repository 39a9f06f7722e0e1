"""A query in its frame as chat messages, and how it is made to fit."""

from collections.abc import Callable

from autoagent.llm.frame import PYTHON, Frame

OPENING, CLOSING = PYTHON.opening, PYTHON.closing
MARKER = "\n[... shortened ...]\n"
MAX_CHARS_PER_TOKEN = 32


def messages(query: str, frame: Frame = PYTHON) -> list[dict[str, str]]:
    """Return the chat messages that ask a model, by default for Python code."""
    return [{"role": "system", "content": frame.system}, {"role": "user", "content": query}]


def shorten(text: str, budget: int, count_tokens: Callable[[str], int]) -> str:
    """Cut the middle out of a text, so that it takes at most `budget` tokens.

    Args:
        text: The text; it is returned unchanged if it fits.
        budget: How many tokens are allowed.
        count_tokens: Counts the tokens of a text.

    Returns:
        The text, or its beginning and end around a marker.
    """
    limit = max(budget, 0) * MAX_CHARS_PER_TOKEN
    if len(text) <= limit and count_tokens(text) <= budget:
        return text
    low, high = 0, min(len(text) - 1, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(_ends(text, middle)) <= budget:
            low = middle
        else:
            high = middle - 1
    return _ends(text, low)


def _ends(text: str, keep: int) -> str:
    """Return `keep` characters of a text, from both of its ends, around the marker."""
    tail = keep // 2
    return text[: keep - tail] + MARKER + text[len(text) - tail :]
