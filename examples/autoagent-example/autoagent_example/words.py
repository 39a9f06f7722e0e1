"""A skill: the host counts words for an organism."""

from __future__ import annotations

from collections import Counter
from typing import Any

from autoagent.skills import SkillContext, SkillError


class Words:
    """Counts the words of a text (see `autoagent.skills.Skill`)."""

    name = "words"
    description = "self.use('words', text='...') returns a dict: how often each word is in the text"
    cost = 0.0

    def call(self, arguments: dict[str, Any], context: SkillContext) -> dict[str, int]:
        """Count the words of ``text``; large and small letters are the same."""
        text = arguments.get("text")
        if not isinstance(text, str):
            raise SkillError("words: text must be a text")
        return dict(Counter(text.lower().split()))
