"""A query in its frame as chat messages, and how it is made to fit."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from autoagent.llm.base import LLMError
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Message, Query, texts, with_texts

OPENING, CLOSING = PYTHON.opening, PYTHON.closing
MARKER = "\n[... shortened ...]\n"
MAX_CHARS_PER_TOKEN = 32
MIN_QUERY = 64
PLACE = "{{message {} stands here}}"
"""Stands for a text while a template is rendered."""

Shape = tuple[str, ...]
"""The roles of a conversation, by which a template renders it; empty for one text."""


def messages(query: Query, frame: Frame = PYTHON) -> list[Message]:
    """Return the chat messages that ask a model; one text is asked for Python code by default."""
    if not isinstance(query, str):
        return query
    told: list[Message] = [{"role": "system", "content": frame.system}] if frame.system else []
    return [*told, {"role": "user", "content": query}]


def shape(query: Query) -> Shape:
    """Return what a template has to know of a query before its texts are put in."""
    return () if isinstance(query, str) else tuple(message["role"] for message in query)


def placed(roles: Shape, frame: Frame) -> list[Message]:
    """Return the messages of a query of this shape, with places where its texts shall stand."""
    if not roles:
        return messages(PLACE.format(0), frame)
    return [
        Message(role=role, content=PLACE.format(number))  # type: ignore[typeddict-item]
        for number, role in enumerate(roles)
    ]


def merged(asked: Sequence[Message]) -> list[Message]:
    """Return the same for a template that knows no system role: its text opens the next message."""
    first, *rest = asked
    if first["role"] != "system" or not rest:
        return list(asked)
    content = f"{first['content']}\n\n{rest[0]['content']}"
    return [Message(role=rest[0]["role"], content=content), *rest[1:]]


def around(rendered: str, roles: Shape) -> list[str] | None:
    """Return the parts of a rendered template before, between and after its places.

    None where the template leaves a text out, says one twice, or changes their order.
    """
    places = [PLACE.format(number) for number in range(len(roles) or 1)]
    found = [(rendered.find(place), len(place)) for place in places]
    ordered = all(a < b for (a, _), (b, _) in pairwise(found))
    if found[0][0] < 0 or not ordered or any(rendered.count(place) != 1 for place in places):
        return None
    starts = [0, *(at + length for at, length in found)]
    ends = [*(at for at, _ in found), len(rendered)]
    return [rendered[start:end] for start, end in zip(starts, ends, strict=True)]


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


def fitted(query: Query, budget: int, count_tokens: Callable[[str], int]) -> Query:
    """Return a query that takes at most `budget` tokens: what is longest loses its middle.

    Returns:
        The very query where it fits.

    Raises:
        LLMError: It has more messages than there is room for.
    """
    if isinstance(query, str):
        return shorten(query, budget, count_tokens)
    fitting = texts(query)
    counts = list(map(count_tokens, fitting))
    while (excess := sum(counts) - budget) > 0:
        longest = max(range(len(counts)), key=counts.__getitem__)
        fitting[longest] = shorten(fitting[longest], counts[longest] - excess, count_tokens)
        before, counts[longest] = counts[longest], count_tokens(fitting[longest])
        if counts[longest] >= before:
            raise LLMError(
                f"a conversation of {len(counts)} messages does not fit into {budget} tokens, "
                "however short each is cut; say less, or use a model with a larger context"
            )
    return query if fitting == texts(query) else with_texts(query, fitting)


def _ends(text: str, keep: int) -> str:
    """Return `keep` characters of a text, from both of its ends, around the marker."""
    tail = keep // 2
    return text[: keep - tail] + MARKER + text[len(text) - tail :]
