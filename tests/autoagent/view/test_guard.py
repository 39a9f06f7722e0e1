from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.autoagent.view.conftest import BASE
from tests.autoagent.view.lives import lived


def test_nobody_is_let_in_without_the_token(stranger: TestClient) -> None:
    for address in ("/", "/static/view.js", "/run/00000000", "/enter", "/enter?token=guessed"):
        answer = stranger.get(address)
        assert answer.status_code == 403
        assert "autoagent view" in answer.text


def test_the_token_is_exchanged_once_for_a_cookie_that_other_pages_cannot_send(
    stranger: TestClient, db: Path
) -> None:
    lived(db)
    entered = stranger.get("/enter?token=the-token&to=/run/12")
    cookie = entered.headers["set-cookie"]
    assert entered.headers["location"] == "/run/12"
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "the-token" not in cookie
    assert stranger.get("/").status_code == 200
    stranger.cookies.clear()
    assert stranger.get("/enter?token=the-token").status_code == 403


@pytest.mark.parametrize("to", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
def test_the_entrance_leads_nowhere_else(stranger: TestClient, to: str) -> None:
    entered = stranger.get("/enter", params={"token": "the-token", "to": to})
    assert entered.headers["location"] == "/"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:8123"])
def test_a_name_that_was_made_to_lead_here_is_refused(browser: TestClient, host: str) -> None:
    assert browser.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", BASE + "1", "", None])
def test_another_page_changes_nothing(browser: TestClient, db: Path, origin: str | None) -> None:
    run = lived(db)
    del browser.headers["origin"]
    headers = {} if origin is None else {"origin": origin}
    answer = browser.post(f"/run/{run}/delete", data={"again": run}, headers=headers)
    assert answer.status_code == 403
    assert browser.get(f"/run/{run}").status_code == 200


def test_nothing_is_changed_by_get(browser: TestClient, db: Path) -> None:
    run = lived(db)
    for change in ("resume", "rollback", "pause", "tags", "hide", "delete"):
        assert browser.get(f"/run/{run}/{change}").status_code in (404, 405)


def test_every_answer_forbids_scripts_of_others(browser: TestClient, db: Path) -> None:
    run = lived(db)
    for address in ("/", f"/run/{run}", "/static/view.js", "/run/ffffffff", "/nowhere"):
        headers = browser.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_the_cookie_of_another_session_is_none(stranger: TestClient, db: Path) -> None:
    lived(db)
    stranger.get("/enter?token=the-token")
    (name,) = stranger.cookies.keys()
    stranger.cookies.clear()
    for given in ("", "x", "é", '"'):
        answer = stranger.get("/", headers={"cookie": f"{name}={given}".encode("latin-1")})
        assert answer.status_code == 403
