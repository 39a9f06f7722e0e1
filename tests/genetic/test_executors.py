"""Each executor does what all promise; Ray does it on a real cluster of several nodes."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from genetic.executors import EXECUTORS, Executor, ExecutorError, LostWorkerError, open_executor
from genetic.translate.evaluate import Evaluation, Trial
from genetic.translate.settings import Settings
from sandbox.extras import pip_install
from tests.conftest import free_port
from tests.genetic.fakes import Model, evaluated, judge_of, search_of, settings_of, writer

LOCAL = "local"
REMOTE = [name for name in EXECUTORS if name != LOCAL]
# A cluster takes a quarter of a minute to begin.
SLOW_RAY = [pytest.param(name, marks=pytest.mark.slow if name == "ray" else ()) for name in REMOTE]
# Ray reads these once, when it is imported: nothing of it listens but on loopback, or to others.
for name, value in {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
}.items():
    os.environ.setdefault(name, value)


@dataclass(frozen=True)
class Pair:
    left: bytes
    right: tuple[str, ...]


class Complaint(Exception):
    def __init__(self, code: int, *, text: str) -> None:  # cannot be unpickled: text is missing
        super().__init__(f"{code} {text}")


# What the workers call.


def swap(pair: Pair) -> Pair:
    return Pair("".join(pair.right).encode(), (pair.left.decode(),))


def divide(dividend: int, divisor: int) -> float:
    return dividend / divisor


def complain() -> None:
    raise Complaint(1, text="no")


def leave() -> None:
    sys.exit(3)


def pid() -> int:
    return os.getpid()


def forked(number: int) -> int:
    """Return in two processes."""
    os.fork()
    return number


def leave_a_file() -> str:
    return tempfile.mkdtemp()


def interrupt() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "went on"


def visit(folder: str) -> int:
    """Leave a mark; return how many there are now."""
    (Path(folder) / f"{os.getpid()}-{secrets.token_hex(8)}").touch()
    return len(os.listdir(folder))


def meet(folder: str, guests: int) -> int:
    """Wait until so many are here at once."""
    visit(folder)
    return until(lambda: len(os.listdir(folder)) >= guests) and os.getpid()


def stay(folder: str, end: str) -> int:
    """Wait for the end, that is for a file of that name."""
    visit(folder)
    return until(Path(end).exists) and os.getpid()


def die(folder: str, times: int) -> str:
    """Die the first so many times."""
    if visit(folder) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


def judge_slowly(folder: str, source: str, trial: Trial) -> Evaluation:
    """Judge a program as a search in another world does, and leave a mark."""
    visit(folder)
    time.sleep(0.05)
    return evaluated(source, trial)


class Elsewhere:
    """Has an executor judge programs of that world."""

    name, workers = "elsewhere", 2

    def __init__(self, executor: Executor, folder: Path) -> None:
        self.executor, self.folder = executor, folder

    def submit(self, function: Callable[..., Any], /, *arguments: object) -> Future[Any]:
        return self.executor.submit(judge_slowly, str(self.folder), *arguments)

    def close(self) -> None:
        pass


def bred(
    settings: Settings, executor: Elsewhere, meanwhile: Callable[[], None]
) -> tuple[list[str], list[str]]:
    """Search; return the best of each island and generation, and all that was asked.

    Something happens while the second generation is judged.
    """
    model = Model(writer(0.3, 0.5))
    search = search_of(model, settings=settings, judge=judge_of(executor), at_once=4)
    found: list[str] = []
    happening = threading.Thread(target=once_busy, args=(executor.folder, meanwhile))
    for generation in search.generations():
        found += [candidate.program for candidate in generation.islands]
        if generation.number == 0:
            happening.start()
    happening.join()
    return found, sorted(model.queries)


def once_busy(folder: Path, happens: Callable[[], None]) -> None:
    before = len(os.listdir(folder))
    until(lambda: len(os.listdir(folder)) > before + 2)
    happens()


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return True


def visitors(folder: Path) -> set[int]:
    return {int(name.split("-")[0]) for name in os.listdir(folder)}


def gone(processes: set[int]) -> bool:
    return until(lambda: not any(alive(process) for process in processes))


def alive(process: int) -> bool:
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head and another node, with a processor each."""
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    made = Cluster()
    for _ in range(2):
        add_node(made)
    yield made
    made.shutdown()


def add_node(cluster: Any) -> None:
    cluster.add_node(
        num_cpus=1,
        object_store_memory=80_000_000,
        include_dashboard=False,
        node_ip_address="127.0.0.1",
    )


@pytest.fixture(scope="module", params=[LOCAL, *SLOW_RAY])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    address = request.getfixturevalue("cluster").address if request.param == "ray" else None
    opened = open_executor(request.param, 2, address)
    assert (opened.name, opened.workers) == (request.param, 2)
    yield opened
    opened.close()


def test_what_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="unknown executor 'dask'; known: local, process, ray"):
        open_executor("dask", 2)
    with pytest.raises(ValueError, match="0 workers"):
        open_executor("local", 0)
    with pytest.raises(ValueError, match=r"'process' has no address \('a:1'\)"):
        open_executor("process", 1, "a:1")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ExecutorError, match=re.escape(pip_install("ray"))):
        open_executor("ray", 1, "127.0.0.1:6379")


@pytest.mark.parametrize(
    "address", ["", "here", "here:", "here:ray", "a@b:1", "a:1/b", "ray://a:1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    pytest.importorskip("ray")
    with pytest.raises(ExecutorError, match="is no address of a Ray cluster"):
        open_executor("ray", 1, address)


def test_a_cluster_that_is_not_there_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    with pytest.raises(ExecutorError, match="cannot be joined .*refused.*; `ray start --head`"):
        open_executor("ray", 1, f"127.0.0.1:{free_port()}")
    with pytest.raises(ExecutorError, match="127.0.0.1:99999 cannot be joined"):
        open_executor("ray", 1, "127.0.0.1:99999")
    monkeypatch.setattr("genetic.executors.ray.JOIN_SECONDS", 2.0)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(ExecutorError, match="did not let us in within 2 seconds"),
    ):
        open_executor("ray", 1, f"127.0.0.1:{silent.getsockname()[1]}")


def test_results_belong_to_their_calls(executor: Executor) -> None:
    futures = [executor.submit(divide, number, 2) for number in range(20)]
    assert [future.result() for future in futures] == [number / 2 for number in range(20)]


def test_a_call_that_forks_answers_once() -> None:
    with closing(open_executor("process", 1)) as executor:
        assert [executor.submit(forked, number).result() for number in range(6)] == [*range(6)]


def test_what_processes_leave_in_their_temporary_folder_is_removed() -> None:
    with closing(open_executor("process", 1)) as executor:
        left = Path(executor.submit(leave_a_file).result())
        assert left.is_dir()
    assert not left.exists()


def test_plain_data_goes_in_and_out(executor: Executor) -> None:
    assert executor.submit(swap, Pair(b"x", ("y", "z"))).result() == Pair(b"yz", ("x",))
    large = Pair(b"x" * 3_000_000, ("y" * 3_000_000,))  # more than any pipe or message holds
    assert executor.submit(swap, large).result() == swap(large)


def test_what_a_call_raises_is_raised(executor: Executor) -> None:
    future = executor.submit(divide, 1, 0)
    with pytest.raises(ZeroDivisionError, match="division by zero") as caught:
        future.result()
    assert type(caught.value) is ZeroDivisionError
    if executor.name != "local":
        assert "dividend / divisor" in caught.value.__notes__[0]
    with pytest.raises(Exception, match="1 no"):
        executor.submit(complain).result()
    with pytest.raises(SystemExit) as left:
        executor.submit(leave).result()
    assert left.value.code == 3
    assert executor.submit(divide, 4, 2).result() == 2


def test_calls_run_at_once(executor: Executor, tmp_path: Path) -> None:
    futures = [executor.submit(meet, str(tmp_path), 2) for _ in range(2)]
    met = {future.result() for future in futures}
    assert len(met) == (1 if executor.name == "local" else 2)
    assert (os.getpid() in met) == (executor.name == "local")


@pytest.mark.parametrize("executor", ["process"], indirect=True)
def test_ctrl_c_is_not_the_workers_business(executor: Executor) -> None:
    assert executor.submit(interrupt).result() == "went on"


@pytest.mark.parametrize("executor", SLOW_RAY, indirect=True)
class TestWorkersThatDie:
    def test_a_call_is_made_again(self, executor: Executor, tmp_path: Path) -> None:
        assert executor.submit(die, str(tmp_path), 2).result() == "survived"
        assert len(visitors(tmp_path)) == 3

    def test_but_not_for_ever_and_neighbours_do_not_pay(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        (marks := tmp_path / "marks").mkdir()
        (deaths := tmp_path / "deaths").mkdir()
        end = tmp_path / "end"
        neighbour = executor.submit(stay, str(marks), str(end))
        until(lambda: bool(os.listdir(marks)))
        deadly = executor.submit(die, str(deaths), 100)
        others = [executor.submit(divide, number, 1) for number in range(10)]
        with pytest.raises(LostWorkerError, match="die was given up, since 3 workers died"):
            deadly.result()
        assert len(visitors(deaths)) == 3
        assert [each.result() for each in others] == list(range(10))
        end.touch()
        assert {neighbour.result()} == visitors(marks)

    def test_an_idle_one_is_replaced(self, executor: Executor) -> None:
        for _ in range(2):
            os.kill(dead := executor.submit(pid).result(), signal.SIGKILL)
            gone({dead})
        assert executor.submit(divide, 4, 2).result() == 2


@pytest.mark.parametrize("name", ["local", "process"])
def test_closing_ends_calls_that_run_and_calls_that_wait(name: str, tmp_path: Path) -> None:
    (marks := tmp_path / "marks").mkdir()
    end = tmp_path / "end"
    executor = open_executor(name, 2)
    futures = [executor.submit(stay, str(marks), str(end)) for _ in range(5)]
    until(lambda: len(os.listdir(marks)) == 2)
    executor.close()
    executor.close()
    assert wait(futures, timeout=0).not_done == set()
    for future in futures:
        with pytest.raises(CancelledError):
            future.result()
    with pytest.raises(RuntimeError, match="closed"):
        executor.submit(pid)
    if name == "process":
        gone(visitors(marks))
    end.touch()


# Each of these is the main program of another process.


def close_a_local_ray(folder: str) -> None:
    on_terminate = signal.getsignal(signal.SIGTERM)
    executor = open_executor("ray", 2)
    assert executor.workers == 2
    assert signal.getsignal(signal.SIGTERM) == on_terminate
    running = executor.submit(stay, folder, f"{folder}/never")
    until(lambda: bool(os.listdir(folder)))
    ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = {
        connection.laddr.ip.removeprefix("::ffff:")
        for process in ours
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    executor.close()
    assert isinstance(running.exception(timeout=0), CancelledError)
    gone({process.pid for process in ours[1:]})
    with pytest.raises(RuntimeError, match="closed"):
        executor.submit(pid)


def work_until_killed(name: str, folder: str) -> None:
    open_executor(name, 1).submit(stay, folder, f"{folder}/never").result()


def program(main: Callable[..., None], *arguments: str, home: Path) -> subprocess.Popen[bytes]:
    code = f"import {__name__} as tests; tests.{main.__name__}(*{arguments})"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")}
    return subprocess.Popen([sys.executable, "-c", code], env={**environment, "HOME": str(home)})


@pytest.mark.slow
def test_a_local_ray_keeps_to_itself_and_ends(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    (marks := tmp_path / "marks").mkdir()
    assert program(close_a_local_ray, str(marks), home=tmp_path).wait() == 0
    gone(visitors(marks))
    assert os.listdir(tmp_path) == ["marks"]


@pytest.mark.parametrize("name", SLOW_RAY)
def test_workers_die_with_their_host(name: str, tmp_path: Path) -> None:
    if name == "ray":
        pytest.importorskip("ray")
    (marks := tmp_path / "marks").mkdir()
    host = program(work_until_killed, name, str(marks), home=tmp_path)
    until(lambda: bool(os.listdir(marks)) or host.poll() is not None)
    family = psutil.Process(host.pid).children(recursive=True)
    host.kill()
    assert host.wait() == -signal.SIGKILL
    gone(visitors(marks))
    for each in family:  # Ray's agents notice, but take their time
        with suppress(psutil.NoSuchProcess):
            each.kill()


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["ray"], indirect=True)
class TestCluster:
    def test_a_lost_node_loses_no_call(
        self,
        executor: Executor,
        cluster: Any,
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        (marks := tmp_path / "marks").mkdir()
        end = tmp_path / "end"
        futures = [executor.submit(stay, str(marks), str(end)) for _ in range(6)]
        until(lambda: len(os.listdir(marks)) == 2)
        lost, *_ = cluster.worker_nodes
        cluster.remove_node(lost, allow_graceful=False)
        until(lambda: not all(map(alive, visitors(marks))))
        end.touch()
        workers = {future.result() for future in futures}
        assert len(os.listdir(marks)) == len(futures) + 1
        assert len(visitors(marks) - workers) == 1
        assert capfd.readouterr() == ("", "")
        add_node(cluster)

    @pytest.mark.slow
    def test_islands_breed_the_same_where_a_node_is_lost(
        self, executor: Executor, cluster: Any, tmp_path: Path
    ) -> None:
        settings = settings_of(islands=3, migrate_every=1, generations=3, until_correct=False)
        with closing(open_executor("local", 2)) as local:
            expected = bred(settings, Elsewhere(local, tmp_path), lambda: None)
        (marks := tmp_path / "marks").mkdir()

        def lose() -> None:
            lost, *_ = cluster.worker_nodes
            cluster.remove_node(lost, allow_graceful=False)

        found = bred(settings, Elsewhere(executor, marks), lose)
        assert found == expected
        assert found[0]
        add_node(cluster)

    def test_a_ray_in_use_is_shared_and_left_as_it_was(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        with pytest.raises(ExecutorError, match="already"):
            open_executor("ray", 1, "127.0.0.1:1")
        guest = open_executor("ray", 1)
        running = guest.submit(stay, str(tmp_path), str(tmp_path / "never"))
        until(lambda: bool(os.listdir(tmp_path)))
        guest.close()
        gone(visitors(tmp_path))
        assert isinstance(running.exception(timeout=0), CancelledError)
        assert executor.submit(divide, 4, 2).result() == 2
