"""What a model can be asked: a text, or the messages of a conversation as plain data."""

from __future__ import annotations

from typing import Any

ROLES = ("system", "user", "assistant")


def as_query(query: Any) -> Any:
    """Return what a model can be asked: messages as plain data, and of anything else its text.

    Raises:
        TypeError: A list is none of messages; the error says what one looks like.
    """
    if not issubclass(type(query), list | tuple):
        return str(query)
    if not query or not all(map(is_message, query)):
        raise TypeError(
            "a query is a text, or a list of messages such as "
            "{'role': 'user', 'content': 'text'}, with the roles system, user and assistant"
        )
    return [{"role": str(each["role"]), "content": str(each["content"])} for each in query]


def is_message(value: object) -> bool:
    """Tell whether it is a message of a conversation."""
    return (
        type(value) is dict
        and value.keys() == {"role", "content"}
        and value["role"] in ROLES
        and type(value["content"]) is str
    )
