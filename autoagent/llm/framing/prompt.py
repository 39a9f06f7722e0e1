"""A query in its frame as chat messages, and how it is made to fit."""

from collections.abc import Callable

from autoagent.llm.base import LLMError
from autoagent.llm.framing.frame import PYTHON, Frame

OPENING, CLOSING = PYTHON.opening, PYTHON.closing
MARKER = "\n[... shortened ...]\n"
MAX_CHARS_PER_TOKEN = 32
MIN_QUERY = 64


def messages(query: str, frame: Frame = PYTHON) -> list[dict[str, str]]:
    """Return the chat messages that ask a model, by default for Python code."""
    return [{"role": "system", "content": frame.system}, {"role": "user", "content": query}]


def room_for_query(name: str, n_ctx: int, around: int, max_tokens: int) -> int:
    """Return how many tokens a query may take.

    Args:
        name: The name of the model.
        n_ctx: Its context, in tokens.
        around: Tokens of the frame.
        max_tokens: Tokens kept free for the answer.

    Raises:
        LLMError: The answer would leave too little of the context.
    """
    most = n_ctx - around - MIN_QUERY
    if not 1 <= max_tokens <= most:
        raise LLMError(
            f"max_tokens is {max_tokens}; {name} with a context of {n_ctx} tokens "
            f"allows 1 to {most}"
        )
    return n_ctx - around - max_tokens


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
