"""The container wall: what the engine is told, what a guest finds inside, what is left behind."""
# ruff: noqa: E402 - what a wall is made of may be missing, which is told before it is imported

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autoagent.death import Cause
from autoagent.life import CodePolicy, Death, Heartbeat, Life
from autoagent.walls import open_wall
from sandbox.extras import pip_install
from sandbox.limits import Limits
from sandbox.session import End, Message, SandboxError
from tests.sandbox.guests import EVALUATOR, ended, text
from tests.waiting import soon
from tests.walls import container_engine, needed, standing

needed("docker", "docker")

from sandbox.docker import DockerSandbox
from sandbox.docker.container import Container
from sandbox.docker.engine import HOST, host_label


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    with container_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def wall(engine: Any) -> Iterator[DockerSandbox]:
    with standing("docker", EVALUATOR) as wall:
        yield wall


def said(wall: DockerSandbox, expression: str, **limits: Any) -> Message | End:
    session = wall.start("", Limits(**limits), seed=0, now=0.0)
    try:
        return session.resume(expression, now=0.0)
    finally:
        session.close()


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    root = Path(__file__).parents[2]
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)


def exists(engine: Any, container: str) -> bool:
    return container in [each.id for each in engine.containers.list(all=True, sparse=True)]


def test_the_engine_is_told_to_confine(wall: DockerSandbox, engine: Any) -> None:
    session: Any = wall.start("", Limits(memory_mb=64), seed=0, now=0.0)
    container = session._channel.id
    told = engine.api.inspect_container(container)
    session.close()
    host = told["HostConfig"]
    assert told["Config"]["User"] == "65534:65534"
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"] is True
    assert not host["CapAdd"]
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["Privileged"] is False
    assert host["Memory"] == host["MemorySwap"] == 96 << 20
    assert host["NanoCpus"] == 10**9
    assert host["PidsLimit"] == 64
    assert host["AutoRemove"] is True
    assert host["LogConfig"]["Type"] == "none"
    limits = {
        each["Name"].lower().removeprefix("rlimit_"): each["Hard"] for each in host["Ulimits"]
    }
    assert limits == {"core": 0, "nofile": 64}
    assert not host["Binds"]
    assert told["Mounts"] == []


STATUS = "open('/proc/self/status').read()"


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("__import__('os').listdir('/sys/class/net')", "['lo']"),
        ("__import__('os').open('/x', 65)", "OSError(30, 'Read-only file system')"),
        ("__import__('os').open('/dev/shm/x', 65)", "FileNotFoundError"),
        ("__import__('os').getresuid()", "(65534, 65534, 65534)"),
        ("__import__('os').getresgid()", "(65534, 65534, 65534)"),
        (f"'CapEff:\\t0000000000000000\\n' in {STATUS}", "True"),
        (f"'CapBnd:\\t0000000000000000\\n' in {STATUS}", "True"),
        (f"'NoNewPrivs:\\t1\\n' in {STATUS}", "True"),
        (f"'Seccomp:\\t2\\n' in {STATUS}", "True"),
        ("open('/proc/1/mem', 'rb')", "PermissionError"),
        ("__import__('os').listdir('/proc/1/fd')", "PermissionError"),
        ("__import__('os').kill(1, 9)", "None"),
    ],
)
def test_what_a_guest_finds_inside(wall: DockerSandbox, expression: str, answer: str) -> None:
    assert answer in text(said(wall, expression))


def running(code: str) -> str:
    """An expression that runs the `main` of some code."""
    return f"(lambda names: exec({code!r}, names) or names['main']())({{}})"


HOARD = """
import os, time
os.fork()
kept = b"x" * 80_000_000
time.sleep(600)
"""

KEEP_OPEN = """
def main():
    import os
    kept = []
    for name in range(3, 20):
        try: kept.append(os.open(f"/proc/self/fd/{name}", os.O_RDWR))
        except OSError: pass
    while kept:
        pass
"""

BLIND = """
def main():
    import resource
    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_DATA):
        resource.prlimit(1, limit, (0, 0))
    while True:
        pass
"""


def test_processes_and_memory_are_bounded_for_the_guest(wall: DockerSandbox) -> None:
    assert text(said(wall, "__import__('os').fork()")).startswith("BlockingIOError")
    assert text(said(wall, "len(bytearray(10**9))")) == "MemoryError()"


def test_who_gets_around_that_meets_the_container_s_bounds(wall: DockerSandbox) -> None:
    """Programs without the guest's own limits, in the same container."""
    forks = ending(wall, "import os\nwhile True: os.fork()")
    assert forks == End("trap", "the interpreter left with exit status 1", None)
    assert ending(wall, HOARD).cause == "memory"


def ending(wall: DockerSandbox, program: str) -> End:
    container = Container(wall.engine, wall.image.id, ["-c", program], 128, None)
    try:
        assert container.receive(1, 120) == b""
        return container.autopsy()
    finally:
        container.close()


def test_a_removed_container_is_a_dead_worker(wall: DockerSandbox, engine: Any) -> None:
    session: Any = wall.start("", Limits(), seed=0, now=0.0)
    container = session._channel.id
    engine.api.remove_container(container, force=True)
    assert ended(session.resume("1", now=0.0)).cause == "worker"
    assert container not in wall.containers()


@pytest.mark.parametrize("code", ["def main():\n    while True: pass", KEEP_OPEN, BLIND])
def test_a_killed_host_leaves_no_container(wall: DockerSandbox, engine: Any, code: str) -> None:
    host = (
        "from tests.sandbox.test_docker import *\n"
        "import signal\n"
        "wall = DockerSandbox(EVALUATOR)\n"
        "session = wall.start('', Limits(), seed=0, now=0.0)\n"
        "print(wall.containers()[0], flush=True)\n"
        "signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))\n"
        "signal.alarm(1)\n"
        f"session.resume({running(code)!r}, now=0.0)\n"
        "signal.pause()\n"
    )
    done = python(host)
    assert done.returncode == -9, done.stderr
    assert soon(lambda: not exists(engine, done.stdout.strip()))


def test_what_dead_hosts_left_is_swept_and_nothing_else(wall: DockerSandbox, engine: Any) -> None:
    image = wall.image.id
    here, _, _ = host_label().rsplit("/", 2)
    dead, alive, foreign = (
        engine.containers.create(image, "true", labels={HOST: label}, network_mode="none").id
        for label in (f"{here}/{os.getpid()}/1", host_label(), "elsewhere/1/1")
    )
    try:
        DockerSandbox(EVALUATOR).close()
        assert not exists(engine, dead)
        assert exists(engine, alive)
        assert exists(engine, foreign)
    finally:
        for each in (alive, foreign):
            engine.api.remove_container(each)


def test_images_are_built_once(wall: DockerSandbox) -> None:
    lines: list[str] = []
    again = DockerSandbox(EVALUATOR, progress=lines.append)
    again.close()
    assert lines == []
    assert again.build == wall.build


def test_a_base_image_can_be_named(engine: Any, wall: DockerSandbox) -> None:
    (python, *_) = engine.images.list("autoagent-python")
    named = DockerSandbox(EVALUATOR, image=python.id)
    try:
        assert named.build != wall.build
        assert text(said(named, "1 + 1")) == "2"
    finally:
        named.close()


def test_what_the_engine_does_not_have_is_told(engine: Any) -> None:
    with pytest.raises(SandboxError, match=r"no runtime 'none'; it has: .*runc"):
        DockerSandbox(EVALUATOR, runtime="none")
    with pytest.raises(SandboxError, match="'autoagent.invalid/none' is neither"):
        DockerSandbox(EVALUATOR, image="autoagent.invalid/none")


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("FROM scratch\nLABEL autoagent=none", "cannot be built.*python3"),
        ("FROM scratch\nVOLUME /data", "declares volumes"),
    ],
)
def test_base_images_that_do_not_do_are_told(engine: Any, recipe: str, words: str) -> None:
    image, _ = engine.images.build(fileobj=io.BytesIO(recipe.encode()), rm=True)
    with pytest.raises(SandboxError, match=f"(?s){words}"):
        DockerSandbox(EVALUATOR, image=image.id)


def test_a_missing_sdk_is_told() -> None:
    code = "import sys\nsys.modules['docker'] = None\nfrom sandbox.docker import DockerSandbox\n"
    done = python(code)
    assert "SandboxError" in done.stderr
    assert pip_install("docker") in done.stderr


def test_an_engine_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    with pytest.raises(SandboxError, match="set DOCKER_HOST"):
        DockerSandbox(EVALUATOR)


@pytest.mark.parametrize("policy", ["strict", "open"])
def test_the_organism_lives_behind_it(engine: Any, policy: CodePolicy) -> None:
    wall = open_wall("docker")
    life = Life(wall, policy=policy, limits=Limits(wall_seconds=4.0))
    try:
        assert isinstance(life.begin("Define a function"), Heartbeat)
        defined = life.answer("def greet(self):\n    print('hello')")
        assert defined.outcome.changed == ("greet",)
        called = life.answer("self.greet()")
        assert called.outcome.stdout == "hello\n"
        dead = life.answer("while True: pass")
        assert isinstance(dead, Death)
        assert dead.cause is Cause.HANG
    finally:
        life.close()
        wall.close()
