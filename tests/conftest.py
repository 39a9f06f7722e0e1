import os
import secrets
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from autoagent.life import Death, Heartbeat, Life
from autoagent.llm import LlamaCpp, load, smollm2_path
from sandbox.session import Sandbox
from tests.waiting import soon
from tests.walls import must_stand, standing

# The processors are shared with other tests here: threads that spin while they wait slow all down.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# No example is a fault because others have the processor; and what chance finds is found when
# somebody looks for it (`--hypothesis-profile=chance`), not when others run the tests.
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("chance", BUSY, max_examples=1000)
settings.register_profile("busy", BUSY, derandomize=True, database=None)
settings.load_profile("busy")
# Nobody's own settings count here, and no server that somebody pays for is asked.
for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
    os.environ.pop(name, None)
os.environ["AUTOAGENT_CONFIG"] = str(Path(__file__).with_name("none.toml"))


Live = Callable[..., list[Heartbeat | Death]]
GIVEN_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST_PORT = 10_000


def pytest_configure() -> None:
    """Refuse a list of walls that names none of ours."""
    must_stand()


@pytest.fixture(scope="session")
def smollm2() -> Iterator[LlamaCpp]:
    """SmolLM2, loaded once."""
    pytest.importorskip("llama_cpp")
    model = load("smollm2")
    assert isinstance(model, LlamaCpp)
    yield model
    model.close()


@pytest.fixture(scope="session")
def llama_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of llama-cpp-python's own server with SmolLM2, on loopback."""
    with llama_cpp_server(free_port(), tmp_path_factory.mktemp("llama_server")) as server:
        yield server.base_url


def free_port() -> int:
    """Return a port that nobody has, below those that the system gives to whoever wants any."""
    given = int(GIVEN_PORTS.read_text().split()[0]) if GIVEN_PORTS.exists() else 0
    while given > LOWEST_PORT:
        port = LOWEST_PORT + secrets.randbelow(given - LOWEST_PORT)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Server:
    base_url: str
    process: subprocess.Popen[bytes]


@contextmanager
def llama_cpp_server(port: int, folder: Path) -> Iterator[Server]:
    """llama-cpp-python's own server, once it answers; it may be killed meanwhile."""
    pytest.importorskip("llama_cpp.server.app")
    log = folder / "log"
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(smollm2_path())]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", "1024"]
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        base_url = f"http://127.0.0.1:{port}/v1"
        assert soon(lambda: answers(base_url) or server.poll() is not None, 240), log.read_text()
        assert server.poll() is None, log.read_text()
        yield Server(base_url, server)
    finally:
        server.terminate()
        server.wait(timeout=120)


def answers(base_url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{base_url}/models", timeout=30) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def wall() -> Iterator[Sandbox]:
    """The WebAssembly wall with the organism's guest, shared by all tests."""
    with standing("wasm") as wall:
        yield wall


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Where a test keeps its journal."""
    return tmp_path / "journal.db"


@pytest.fixture
def live(wall: Sandbox) -> Iterator[Live]:
    """Begin a life, give it answers, return the event after each of them."""
    lives: list[Life] = []

    def run(*answers: str, **options: Any) -> list[Heartbeat | Death]:
        life = Life(wall, **options)
        lives.append(life)
        assert isinstance(life.begin("Define a function"), Heartbeat)
        events = []
        for answer in answers:
            events.append(life.answer(answer))
        return events

    yield run
    for life in lives:
        life.close()
