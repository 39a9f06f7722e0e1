"""Where strangers' texts are analysed: copies of a process that has mypy and jedi loaded.

The copies stand in the jail of the process wall, read the standard library and the analyzers' own
packages, and load no compiled code any more. Nothing that they say is trusted.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sandbox.cache import Cache, content_key, user_cache
from sandbox.extras import pip_install
from sandbox.jail.enclosure import advise
from sandbox.jail.guest_process import GuestProcess
from sandbox.jail.supply import Source, Supply
from sandbox.jail.system_calls import READER
from sandbox.jail.zygote import Mould, Zygote
from sandbox.session import SandboxError

INSIDE = Path(__file__).parent / "inside"
WORKER, TYPE_CHECKER = INSIDE / "worker.py", INSIDE / "type_checker.py"
PACKAGES = (
    "mypy", "mypy_extensions", "typing_extensions", "pathspec", "librt", "ast_serialize", "jedi",
    "parso",
)  # fmt: skip
"""All that there is in the jail beside the standard library."""
STRANGERS = ("site-packages", "dist-packages")
MEMORY_MB = 512
LARGEST_ANSWER = 1 << 20
KEPT_SECONDS = 300.0
"""How long it may take to have mypy read the standard library's stubs, once."""


class AnalysisFailed(Exception):
    """A text could not be analysed; the message says what it did to the analyzer."""


class Jailed:
    """Asks jailed copies; any thread may use it.

    Args:
        seconds: How long an answer may take.

    Raises:
        SandboxError: This is not Linux, or mypy and jedi are not installed.
    """

    def __init__(self, *, seconds: float = 20.0) -> None:
        if sys.platform != "linux":
            raise SandboxError(
                "code is analysed in a jail that is made of what only Linux has, and this is "
                f"{sys.platform}; leave the analyzers out, or run this on Linux"
            )
        if missing := [name for name in ("mypy", "jedi") if find_spec(name) is None]:
            raise SandboxError(
                f"{missing[0]} is not installed; install it with: {pip_install('coder')}"
            )
        self._seconds = seconds
        self._lock = threading.Lock()
        self._supply: Supply[GuestProcess] = Supply(_zygote, whole=True, refused=_refused)

    def ask(self, about: str, text: str, **question: Any) -> Any:
        """Return the answer to a question about a text: JSON, of whatever shape.

        Raises:
            AnalysisFailed: There is none.
            SandboxError: No copy can be made; the message says why.
        """
        words = {"about": about, "text": text.encode(errors="replace").decode(), **question}
        with self._lock:
            process = self._supply.start_guest(MEMORY_MB)
        try:
            said = _exchanged(process.channel, json.dumps(words).encode() + b"\n", self._seconds)
        except TimeoutError:
            raise AnalysisFailed(f"no end within {self._seconds:g} s") from None
        except OSError as error:
            raise AnalysisFailed(f"the analyzer died ({error})") from None
        finally:
            process.close()
        if "answer" not in said:
            raise AnalysisFailed(f"the analyzer failed ({str(said.get('failure'))[:500]})")
        return said["answer"]

    def close(self) -> None:
        """End every process."""
        self._supply.close()


def _exchanged(channel: socket.socket, question: bytes, seconds: float) -> Mapping[str, Any]:
    """Send a question, and return the answer.

    Raises:
        OSError: There is none, or it is no answer.
    """
    end = time.monotonic() + seconds
    channel.settimeout(seconds)
    channel.sendall(question)
    said = bytearray()
    while not said.endswith(b"\n"):
        channel.settimeout(max(end - time.monotonic(), 1e-3))
        piece = channel.recv(1 << 16)
        said += piece
        if not piece or len(said) > LARGEST_ANSWER:
            raise OSError("it said nothing" if not piece else "it said too much")
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        raise OSError("it said what is no answer") from None
    if not isinstance(answer, dict):
        raise OSError("it said what is no answer")
    return answer


def _zygote() -> Source[GuestProcess]:
    """Start what copies are made of.

    Raises:
        SandboxError: It does not start.
    """
    kept = kept_stubs()
    base = {"platbase": sys.base_exec_prefix}  # not of an environment that stands on it
    library = {sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")}
    places = Cache(user_cache("analyzers/places"), needs_mb=1)
    bare = places.get_or_build(content_key(*PACKAGES), _make_places).files
    hidden = [Path(each, name) for each in library for name in STRANGERS]
    files = {
        **{each: each for each in library},
        **{str(each): str(bare) for each in hidden if each.is_dir()},
        **{str(each): str(each) for each in (*map(_place, PACKAGES), kept, INSIDE)},
    }
    return Zygote(
        Mould(
            runtime=WORKER,
            load=(str(kept),),
            path=str(_place("mypy").parent),
            profile=READER,
            still=False,
            files=files,
        )
    )


def _make_places(folder: Path) -> None:
    """Make a folder without packages, in which those of ours can be mounted all the same."""
    for place in map(_place, PACKAGES):
        if place.is_dir():
            (folder / place.name).mkdir()
        else:
            (folder / place.name).touch()


def _place(package: str) -> Path:
    """Return the folder or the file that a package is."""
    spec = find_spec(package)
    if spec is not None and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0])
    if spec is None or spec.origin is None:
        raise SandboxError(f"{package} is not installed; install it with: {pip_install('coder')}")
    return Path(spec.origin)


def kept_stubs() -> Path:
    """Return the folder with what mypy keeps of the standard library, filling it once."""
    cache = Cache(user_cache("analyzers/stubs"), needs_mb=30, keeps_mb=100)
    key = content_key(version("mypy"), sys.version, str(_place("mypy")), TYPE_CHECKER.read_text())
    return cache.get_or_build(key, _fill).files


def _fill(folder: Path) -> None:
    command = [sys.executable, "-I", str(TYPE_CHECKER), str(folder)]
    try:
        subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=KEPT_SECONDS, cwd=folder
        )
    except subprocess.SubprocessError as error:
        words = str(getattr(error, "stderr", "") or error)[-500:]
        raise SandboxError(
            f"mypy does not work here: {words}; install it anew with: {pip_install('coder')}"
        ) from None


def _refused(missing: Mapping[str, str]) -> SandboxError:
    return SandboxError(f"code is analysed in a jail, and this machine has none: {advise(missing)}")
