from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from autoagent.view.app import application
from autoagent.view.source import Source
from autoagent.view.started import Started

PORT = 8123
BASE = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of the test's own, by which runs are known as the user's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def started(db: Path) -> Iterator[Started]:
    """Lives what is taken up from the pages."""
    started = Started(db)
    yield started
    started.close()


@pytest.fixture
def stranger(db: Path, own_key: None, started: Started) -> TestClient:
    """A browser that was never let in."""
    app = application(Source(db), started, port=PORT, token="the-token")
    return TestClient(app, base_url=BASE, follow_redirects=False)


@pytest.fixture
def browser(stranger: TestClient) -> Iterator[TestClient]:
    """A browser that was let in, and sends what browsers send with a form of these pages."""
    assert stranger.get("/enter?token=the-token").status_code == 303
    stranger.headers["origin"] = BASE
    yield stranger
    stranger.close()
