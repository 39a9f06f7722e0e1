"""What a model is asked: one text, or the messages of a conversation."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Literal, TypedDict, get_args

Role = Literal["system", "user", "assistant"]
ROLES: tuple[str, ...] = get_args(Role)


class Message(TypedDict):
    """One message of a conversation, as OpenAI's chat protocol has it.

    Attributes:
        role: Who says it.
        content: What is said.
    """

    role: Role
    content: str


Query = str | list[Message]
"""A text, which a frame makes a conversation of; or a whole conversation."""


def is_query(value: object) -> bool:
    """Tell whether JSON from a stranger is a query: a text, or one message at least."""
    if isinstance(value, str):
        return True
    return isinstance(value, list) and bool(value) and all(map(_is_message, value))


def _is_message(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"role", "content"}
        and value["role"] in ROLES
        and isinstance(value["content"], str)
    )


def in_words(query: Query) -> str:
    """Return a query as one text, for whoever takes no messages: a person, an environment."""
    if isinstance(query, str):
        return query
    return "\n\n".join(f"[{message['role']}]\n{message['content']}" for message in query)


def size(query: Query) -> int:
    """Return how many characters a query has."""
    return len(query) if isinstance(query, str) else sum(len(each["content"]) for each in query)


def noted(query: Query, note: str) -> Query:
    """Return a query with a note behind what it says last."""
    if isinstance(query, str):
        return f"{query}\n\n{note}"
    *earlier, last = query
    return [*earlier, Message(role=last["role"], content=f"{last['content']}\n\n{note}")]


def ruled(query: Query, rules: str) -> Query:
    """Return a conversation with rules behind what its system message says; a text as it is."""
    if isinstance(query, str):
        return query
    first, *rest = query
    if first["role"] != "system":
        return [Message(role="system", content=rules), *query]
    return [Message(role="system", content=f"{first['content']}\n\n{rules}"), *rest]


def told_apart(query: Query) -> str:
    """Return a text that no other query has."""
    return query if isinstance(query, str) else json.dumps(query)


def mapped(query: Query, change: Callable[[str], str]) -> Query:
    """Return a query in which each text is changed."""
    if isinstance(query, str):
        return change(query)
    return [Message(role=each["role"], content=change(each["content"])) for each in query]


def texts(query: Query) -> list[str]:
    """Return the texts that a query is made of."""
    return [query] if isinstance(query, str) else [message["content"] for message in query]


def with_texts(query: Query, texts: Sequence[str]) -> Query:
    """Return a query with other texts in place of its own."""
    if isinstance(query, str):
        return texts[0]
    return [
        Message(role=message["role"], content=text)
        for message, text in zip(query, texts, strict=True)
    ]
