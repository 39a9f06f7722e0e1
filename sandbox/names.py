"""What a name says by itself, whether it stands in a text or is computed at run time.

The same functions judge a text and guard what is reached while code runs (`sandbox.guards`).
"""

from collections.abc import Iterable
from dataclasses import replace

from sandbox.rules import (
    ALLOWED_DUNDERS,
    ALLOWED_MODULES,
    DUNDER,
    IMPORT,
    INSTEAD,
    READ_ONLY,
    RULES,
    WRITTEN,
    Rule,
    Where,
)
from sandbox.verdict import Violation


def _rules_by_name(*where: Where) -> dict[str, Rule]:
    return {name: rule for rule in RULES if rule.where in where for name in rule.names}


_NAMES = _rules_by_name("name")
_ATTRIBUTES = _rules_by_name("name", "attribute")
_MODULES = _rules_by_name("module")
BUILTINS = _rules_by_name("builtin")
PATHS = _rules_by_name("path")
"""Rules about what is reached through a module, such as ``os.system``."""
FILES = _rules_by_name("file")
"""Rules about what changes files, which depend on where these are."""


def violation_of(rule: Rule, what: str, line: int | None) -> Violation:
    """Return what breaks a rule, in words."""
    return Violation(rule.kind, f"{what[:80]}: {rule.reason}", line)


def judge_name(name: str, line: int | None = None) -> Violation | None:
    """Judge a name that is bound or read."""
    rule = _NAMES.get(name)
    special = len(name) > 4 and name[:2] == name[-2:] == "__"
    if rule is None and special and name not in ALLOWED_DUNDERS:
        rule = DUNDER
    return violation_of(rule, name, line) if rule else None


def judge_attribute(name: str, line: int | None = None) -> Violation | None:
    """Judge an attribute, whether it is written in the text or computed at run time."""
    rule = _ATTRIBUTES.get(name)
    return violation_of(rule, name, line) if rule else judge_name(name, line)


def judge_write(name: str, line: int | None = None) -> Violation | None:
    """Judge an attribute that is set or deleted."""
    if name in READ_ONLY:
        return violation_of(WRITTEN, name, line)
    return judge_attribute(name, line)


def judge_fields(names: Iterable[str]) -> Violation | None:
    """Judge the names that a class gives to positional patterns."""
    return next(filter(None, map(judge_attribute, names)), None)


def judge_builtin(name: str, line: int | None = None) -> Violation | None:
    """Judge a builtin function by its name."""
    rule = BUILTINS.get(name)
    return violation_of(rule, name, line) if rule else None


def judge_module(name: str, line: int | None = None) -> Violation | None:
    """Judge the import of a module by its absolute name."""
    if name in ALLOWED_MODULES:
        return None
    root = name.partition(".")[0]
    rule = _MODULES.get(name) or _MODULES.get(root, IMPORT)
    if rule is IMPORT and root in INSTEAD:
        rule = replace(IMPORT, reason=f"it cannot be imported; {INSTEAD[root]}")
    return violation_of(rule, f"import {name}", line)
