"""The pages in a real browser, headless.

Where there is no Chromium these tests are skipped; but not where ``AUTOAGENT_BROWSER`` is set.
There it must be, and a test without it is a failure.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal
from tests.autoagent.view.lives import BIRTH, lived, step
from tests.autoagent.view.test_pages import spoilt

VARIABLE = "AUTOAGENT_BROWSER"
PATIENCE = 60_000
"""Milliseconds that a busy machine may take for anything."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium, from the system."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get(VARIABLE):
            pytest.fail(f"{VARIABLE} says that Chromium is here, and it is not", pytrace=False)
        pytest.skip("no Chromium here: `apt-get install chromium`")
    driver = pytest.importorskip("playwright.sync_api")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The journal of all tests here, whose runs are known as the user's."""
    folder = tmp_path_factory.mktemp("view")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        yield folder / "journal.db"


@pytest.fixture(scope="module")
def context(chromium: Any, db: Path) -> Iterator[tuple[Any, str]]:
    """A browser that was let in by the command, and the address of the list."""
    command = [sys.executable, "-m", "autoagent", "view", "--no-browser", "--db", str(db)]
    lived(db, 1, prompt="Something else")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://\S+", server.stderr.readline())
            assert found
            with closing(chromium.new_context(viewport={"width": 1280, "height": 800})) as context:
                tab = context.new_page()
                tab.goto(found[0], timeout=PATIENCE)
                yield context, tab.url
        finally:
            server.terminate()
        assert server.wait(60) in (0, -15)


@pytest.fixture
def page(context: tuple[Any, str]) -> Iterator[Any]:
    """A tab with the list, which must not complain of anything."""
    tab = context[0].new_page()
    tab.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
    tab.goto(context[1])
    yield tab
    tab.close()
    assert complaints == []


def test_runs_are_found_and_gone_through_step_by_step(page: Any, db: Path) -> None:
    run, base = lived(db, 250, prompt="Look for needles"), page.url
    page.keyboard.press("/")
    page.keyboard.type("needles")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=needles**")
    page.locator(".runs a.id").click()
    page.wait_for_url(f"**/run/{run}")  # and until it is loaded: its keys are heard from then on
    heading = page.locator(".detail h2")
    heading.get_by_text("Step 250").wait_for()
    page.keyboard.press("k")
    heading.get_by_text("Step 249").wait_for()
    page.keyboard.press("g")
    heading.get_by_text("Step 1", exact=True).wait_for()
    page.keyboard.press("j")
    heading.get_by_text("Step 2", exact=True).wait_for()
    page.locator('.row[aria-current="true"] .no').get_by_text("2", exact=True).wait_for()
    # Of a long life only what is seen is there.
    assert page.locator(".row").count() <= 200
    page.locator("[data-timeline]").evaluate("box => { box.scrollTop = 180 * 56 }")
    page.locator('.row[data-step="181"]').click()
    heading.get_by_text("Step 181").wait_for()
    page.goto(f"{base}run/{run}/genome?a=2&b=3")
    assert page.locator("ins").first.inner_text() == "+def count3():"


def test_a_page_goes_on_with_its_run(page: Any, db: Path) -> None:
    run = lived(db, 2, ended=False)
    page.goto(page.url + f"run/{run}")
    heading = page.locator(".detail h2")
    heading.get_by_text("Step 2").wait_for()
    with closing(Journal(db)) as journal:
        step(journal, run, 3, BIRTH)
    heading.get_by_text("Step 3").wait_for()
    page.locator(".row").nth(2).wait_for()
    assert page.locator(".row").count() == 3


def test_a_life_is_rolled_back_from_the_page(page: Any, db: Path) -> None:
    run = lived(db, 3, llm="gguf:/nowhere.gguf")
    page.goto(page.url + f"run/{run}?step=2")
    page.get_by_text("Roll back to here").click()
    page.get_by_role("button", name="Roll back and live on").click()
    page.locator("dt").get_by_text("forked from").wait_for()
    assert f"{run}, step 2" in page.locator(".facts").inner_text()


def test_payloads_do_nothing(page: Any, db: Path) -> None:
    run = lived(db, 3, change=spoilt)
    base = page.url
    for path in ("", f"run/{run}?step=2", f"run/{run}/genome"):
        page.goto(base + path)
        assert page.locator("img, iframe, svg[onload]").count() == 0
        assert page.evaluate("document.scripts.length") == 1


def test_pages_are_for_everybody(page: Any, db: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    run, base = lived(db, 6), page.url
    born = {"name": "0.0.0", "parents": [], "score": 1.0, "problem": "", "calls": 1, "best": 1.0}
    with closing(Journal(db)) as journal:
        search = journal.begin({"activity": "evolve", "llm": "smollm2", "prompt": "A search"})
        journal.append(search, [("born", born)])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in ("", f"run/{run}?step=3", f"run/{run}/genome", f"run/{search}?born=0.0.0"):
            page.goto(base + path)
            found = axe.run(page)
            assert found.violations_count == 0, found.generate_report()
