"""Templates as pages; whatever they are given is text, made safe on its way in."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from autoagent.differences import difference
from autoagent.organism import extract_code
from autoagent.view import charts, texts


@cache
def environment() -> Environment:
    """Return what holds the templates. Every expression is made visible, and then escaped."""
    made = Environment(
        loader=PackageLoader("autoagent.view"),
        autoescape=True,
        finalize=texts.shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "amount": texts.amount,
        "code": texts.code,
        "cut": texts.cut,
        "date": texts.date,
        "diff": texts.diff,
        "first_line": texts.first_line,
        "extracted": extract_code,
    }
    made.globals |= {
        "curve": charts.curve,
        "family": charts.family,
        "heat": charts.heat,
        "strip": charts.strip,
        "lanes": charts.lanes,
        "difference": difference,
        "most": texts.LONGEST,
    }
    return made


def rendered(template: str, /, **values: Any) -> str:
    """Return a template with values in it."""
    return environment().get_template(template).render(**values)
