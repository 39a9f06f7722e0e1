"""The docs name what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_the_house_as_told_is_the_house_as_built(page: str) -> None:
    """Every file or folder that is named with its package is there."""
    named = re.findall(
        r"`((?:autoagent|env|genetic|rl|sandbox|tests)/[\w/.]*)`", (ROOT / page).read_text()
    )
    assert len(named) > 2
    assert not [name for name in named if not (ROOT / name).exists()]
