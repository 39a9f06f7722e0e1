import json
import os
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from filelock import FileLock
from starlette.testclient import TestClient

from autoagent.forks import fork
from autoagent.journal import Data, Journal
from autoagent.past import Past
from tests.autoagent.view.lives import lived

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7919 * 7907 }}{% raw %}",
    "javascript:alert(1)",
    "</pre></textarea></title><svg onload=alert(1)>",
    "\x1b[2J\x00\u202egnp.exe\u2066\u200b\ud800",
)
PAYLOAD = "".join(PAYLOADS)


class Markup(HTMLParser):
    """What is markup in a page, as a browser takes it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.scripts: list[str | None] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]
        self.links += [given[name] or "" for name in ("href", "src", "action") if name in given]
        if tag == "script":
            self.scripts.append(given.get("src"))


def harmless(page: str) -> None:
    found = Markup(page)
    assert set(found.scripts) <= {"/static/view.js"}
    assert found.handlers == []
    assert not found.tags & {"img", "iframe", "object", "embed", "base"}
    assert all(re.match(r"[/?#]", link) for link in found.links), found.links
    for hidden in "\x1b\x00\u202e\u2066\u200b":
        assert hidden not in page
    assert "62615533" not in page


def poisoned(value: Any) -> Any:
    """Put a payload wherever there is text."""
    if isinstance(value, str):
        return PAYLOAD
    if isinstance(value, list):
        return [poisoned(each) for each in value]
    if isinstance(value, dict):
        return {name: poisoned(each) for name, each in value.items()}
    return value


FREE: dict[str, list[str]] = {
    "run": ["prompt", "llm", "sandbox", "budget", "skills"],
    "heartbeat": ["query"],
    "call": ["text", "model"],
    "reply": ["text"],
    "outcome": ["stdout", "error", "changed", "state"],
    "end": ["cause", "detail"],
}


def spoilt(kind: str, data: Data) -> Data:
    spoilt = dict(data)
    for name in FREE.get(kind, []):
        spoilt[name] = poisoned(data[name])
    if kind == "outcome":
        harm = {"kind": "harm", "what": PAYLOAD, "line": 1}
        spoilt |= {"changed": [PAYLOAD], "state": [PAYLOAD], "error": PAYLOAD, "harm": [harm]}
    if kind == "run":
        spoilt |= {"skills": [PAYLOAD], "forked": {"run": PAYLOAD, "step": 1}}
    return spoilt


def test_the_list_shows_runs_newest_first(browser: TestClient, db: Path) -> None:
    runs = [lived(db, prompt=f"Prompt {number}") for number in range(3)]
    page = browser.get("/").text
    assert [page.index(run) for run in runs] == sorted(
        (page.index(run) for run in runs), reverse=True
    )
    assert all(f"Prompt {number}" in page for number in range(3))


def test_the_list_is_searched_and_filtered(browser: TestClient, db: Path) -> None:
    apples, pears = lived(db, prompt="Count Apples"), lived(db, prompt="Count pears", llm="gguf:x")
    for query, found, left in (
        ({"text": "apples"}, apples, pears),
        ({"text": pears[:5]}, pears, apples),
        ({"model": "gguf"}, pears, apples),
        ({"text": "%"}, None, apples),
        ({"kind": "evolve"}, None, pears),
    ):
        page = browser.get("/", params=query).text
        assert left not in page
        assert found is None or f"/run/{found}" in page
    assert "No run is like that" in browser.get("/?text=plums").text


def test_a_long_list_is_turned_page_by_page(browser: TestClient, db: Path) -> None:
    runs = {lived(db, 0) for _ in range(55)}
    address: str | None = "/"
    seen: list[str] = []
    while address:
        page = browser.get(address).text
        seen += re.findall(r'href="/run/(\w+)"', page)
        at = re.search(r'name="before_at" value="([^"]+)"', page)
        run = re.search(r'name="before_run" value="([^"]+)"', page)
        address = f"/?before_at={at[1]}&before_run={run[1]}" if at and run else None
    assert len(seen) == len(set(seen))
    assert set(seen) == runs


def test_a_run_that_a_process_has_lives(browser: TestClient, db: Path) -> None:
    run = lived(db, ended=False)
    assert "unfinished" in browser.get("/").text
    with FileLock(f"{db}.{run}.lock"):
        assert '<span class="state lives">lives</span>' in browser.get("/").text


def test_a_life_is_a_timeline_with_one_step_in_full(browser: TestClient, db: Path) -> None:
    run = lived(db, 6)
    page = browser.get(f"/run/{run}?step=3").text
    assert len(re.findall(r'class="row ', page)) == 6
    assert page.count("110 tok") == 6
    for words in ("Step 3", "What next, after 2?", "<b class", "count3", "17 steps", "no harm"):
        assert words in page
    assert browser.get(f"/run/{run}").text.count('aria-current="true"') == 1
    part = browser.get(f"/run/{run}/step/5").text
    assert "ZeroDivisionError" in part
    assert "<html" not in part


def test_what_was_answered_stands_beside_what_was_executed_in_its_place(
    browser: TestClient, db: Path
) -> None:
    def edited(kind: str, data: dict[str, Any]) -> dict[str, Any]:
        return data | {"text": "<<<<<<< SEARCH <b>"} if kind == "call" else data

    run = lived(db, 3, change=edited)
    page = browser.get(f"/run/{run}/step/3").text
    assert re.search(
        r"Answered</h3>\s*<pre[^>]*>&lt;&lt;&lt;&lt;&lt;&lt;&lt; SEARCH &lt;b&gt;", page
    )
    assert "Executed in its place" in page
    assert "The whole answer" not in page


def test_parts_of_a_long_life_are_read_by_themselves(browser: TestClient, db: Path) -> None:
    run = lived(db, 130)
    page = browser.get(f"/run/{run}?step=120").text
    steps = [int(each) for each in re.findall(r'data-step="(\d+)"><?', page) if int(each) != 120]
    assert min(steps) == 31
    part = browser.get(f"/run/{run}/rows?first=101&size=20").text
    assert re.findall(r'data-step="(\d+)"', part) == [str(step) for step in range(101, 121)]
    assert browser.get(f"/run/{run}/rows?first=131").text.strip() == ""
    assert browser.get(f"/run/{run}/rows?first=1&size=100000").status_code == 422


def test_two_steps_are_compared(browser: TestClient, db: Path) -> None:
    run = lived(db, 6)
    page = browser.get(f"/run/{run}/genome?a=3&b=6").text
    assert "<ins>+def count6():</ins>" in page
    assert "def count3" not in page.partition("The whole genome")[0]
    assert "Nothing changed" in browser.get(f"/run/{run}/genome?a=1&b=2").text
    assert browser.get(f"/run/{run}/genome?a=1&b=99").status_code == 422


def test_forks_are_a_tree(browser: TestClient, db: Path) -> None:
    run = lived(db, 6)
    with closing(Journal(db)) as journal:
        child = fork(journal, Past.of(journal, run), 3)
        grandchild = fork(journal, Past.of(journal, child), 2)
    for each in (run, child, grandchild):
        page = browser.get(f"/run/{each}/genome").text
        assert all(f'<a href="/run/{other}">' in page for other in (run, child, grandchild))


def test_nothing_in_a_life_is_markup(browser: TestClient, db: Path) -> None:
    run = lived(db, 3, change=spoilt)
    browser.post(f"/run/{run}/tags", data={"tags": "<b>"})
    for address in (
        "/",
        f"/run/{run}",
        f"/run/{run}/rows",
        f"/run/{run}/step/2",
        f"/run/{run}/genome",
        f"/run/{run}/panels",
        f"/?text={PAYLOADS[0]}&model={PAYLOADS[1]}&kind={PAYLOADS[2]}&tag={PAYLOADS[5]}",
        f"/run/{run}?step=4",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, answer.text
        harmless(answer.text)


def test_nothing_in_a_message_of_an_error_is_markup(browser: TestClient, db: Path) -> None:
    lived(db)
    for address in (
        f"/run/{PAYLOADS[0]}",
        f"/run/x/text/1/{PAYLOADS[0]}",
        f"/?hidden={PAYLOADS[0]}",
    ):
        answer = browser.get(address)
        assert answer.status_code in (404, 422)
        harmless(answer.text)


def test_any_event_may_be_damaged(browser: TestClient, db: Path) -> None:
    run = lived(db, 1)
    others = lived(db, 0)
    damages = ("not JSON", "[]", json.dumps({"step": "x"}))
    with closing(sqlite3.connect(db, isolation_level=None)) as file:
        numbers = [n for (n,) in file.execute("SELECT number FROM events WHERE run = ?", (run,))]
        for number in numbers:
            (held,) = file.execute(
                "SELECT data FROM events WHERE run = ? AND number = ?", (run, number)
            ).fetchone()
            for damage in damages:
                file.execute(
                    "UPDATE events SET data = ? WHERE run = ? AND number = ?",
                    (damage, run, number),
                )
                assert f"/run/{others}" in browser.get("/").text
                for address in (f"/run/{run}", f"/run/{run}/rows", f"/run/{run}/genome"):
                    assert browser.get(address).status_code in (200, 422)
            file.execute(
                "UPDATE events SET data = ? WHERE run = ? AND number = ?", (held, run, number)
            )


def test_a_run_without_a_beginning_is_told(browser: TestClient, db: Path) -> None:
    run = lived(db, 1)
    with closing(sqlite3.connect(db, isolation_level=None)) as file:
        file.execute("DELETE FROM events WHERE run = ? AND kind = 'run'", (run,))
    for address in (f"/run/{run}", f"/run/{run}/step/1", f"/run/{run}/genome"):
        answer = browser.get(address)
        assert answer.status_code == 422
        assert "has no beginning" in answer.text


def test_an_endless_line_is_cut_and_can_be_had_whole(browser: TestClient, db: Path) -> None:
    def long(kind: str, data: Data) -> Data:
        return data | {"stdout": "x" * 10_000_000} if kind == "outcome" else data

    run = lived(db, 1, change=long)
    page = browser.get(f"/run/{run}?step=1").text
    assert len(page) < 40_000
    assert "10,000,000 characters in all" in page
    whole = browser.get(f"/run/{run}/text/1/stdout")
    assert len(whole.content) == 10_000_000
    assert whole.headers["content-type"].startswith("text/plain")
    assert whole.headers["content-disposition"].startswith("attachment")


def test_there_may_be_no_journal(browser: TestClient, db: Path) -> None:
    answer = browser.get("/")
    assert answer.status_code == 422
    assert "there is no journal" in answer.text


def test_a_file_that_is_no_journal_is_told(browser: TestClient, db: Path) -> None:
    db.write_bytes(os.urandom(4096))
    assert "not a journal" in browser.get("/").text


def test_a_kind_that_shows_nothing_is_told(browser: TestClient, db: Path) -> None:
    run = lived(db, 0, activity="knitting")
    assert "nothing to see of a knitting" in browser.get(f"/run/{run}").text
