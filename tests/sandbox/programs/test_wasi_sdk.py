"""C compiled in containers, by an image that is laid out as upstream's of the wasi-sdk."""
# ruff: noqa: E402 - what a wall is made of may be missing, which is told before it is imported

import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cache import Cache
from sandbox.limits import Limits
from sandbox.programs import CompileError, Language, Run, open_target
from sandbox.programs.c import C
from sandbox.programs.compilers import open_compiler
from sandbox.programs.compilers.jailed import clang
from sandbox.session import SandboxError
from tests.sandbox.programs.conftest import compiled, errors, ran
from tests.sandbox.programs.images import PASSWD, write_shell, write_wasi_sdk
from tests.sandbox.programs.test_c import CAT, body
from tests.waiting import soon
from tests.walls import container_engine, needed

needed("docker", "docker")

from sandbox.docker.engine import HOST
from sandbox.programs.compilers.wasi_sdk import WasiSdk, require_image

REPOSITORY = f"autoagent-test-wasi-sdk-{os.getpid()}"
"""Of this process alone: others may test the same beside it, and remove theirs."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    with container_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def image(engine: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    toolchain = clang()
    if toolchain is None:
        pytest.skip("no clang 16 or newer with lld, wasi-libc and compiler-rt to make an image of")
    file = tmp_path_factory.mktemp("image") / "root.tar"
    with tarfile.open(file, "w") as archive:
        write_wasi_sdk(toolchain, archive)
    engine.api.import_image(src=str(file), repository=REPOSITORY, tag="whole")
    file.unlink()
    yield f"{REPOSITORY}:whole"
    engine.images.remove(f"{REPOSITORY}:whole", force=True)


@pytest.fixture(scope="module")
def sdk(image: str) -> Iterator[WasiSdk]:
    sdk = WasiSdk(image)
    yield sdk
    sdk.close()


@pytest.fixture
def language(sdk: WasiSdk, tmp_path: Path) -> Iterator[Language]:
    """The language with an empty cache, so that everything is compiled."""
    language = C(compiler=sdk, cache=Cache(tmp_path, needs_mb=1))
    yield language
    language._runner.close()


def containers(engine: Any) -> list[Any]:
    return list(
        engine.containers.list(
            sparse=True, filters={"label": HOST, "ancestor": f"{REPOSITORY}:whole"}
        )
    )


def soon_gone(engine: Any) -> bool:
    return soon(lambda: not containers(engine))


def test_a_program_runs(language: Language, engine: Any) -> None:
    run = ran(language, CAT, bytes(range(256)))
    assert (run.status, run.stdout) == ("ok", bytes(range(256)))
    assert soon_gone(engine)


def test_it_is_chosen_by_the_environment(image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOAGENT_C_COMPILER", f"docker:{image}")
    language = open_target("c")
    assert ran(language, body('puts("hello");')).stdout == b"hello\n"
    language.close()


def test_it_is_taken_where_no_other_compiler_is(
    image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.programs.compilers.zig", lambda progress: None)
    monkeypatch.setattr("sandbox.programs.compilers.clang", lambda: None)
    monkeypatch.setattr("sandbox.programs.compilers.wasi_sdk.IMAGE", image)
    monkeypatch.delenv("AUTOAGENT_C_COMPILER", raising=False)
    found = open_compiler(print)
    assert isinstance(found, WasiSdk)
    found.close()
    monkeypatch.setattr("sandbox.programs.compilers.wasi_sdk.IMAGE", "no/such:image")
    with pytest.raises(SandboxError, match="docker pull no/such:image"):
        require_image()


def test_diagnostics_are_the_compilers_alone(language: Language) -> None:
    text = errors(language, body("return isdigit('1');"))
    assert text.startswith("program.c:")
    assert "include the header <ctype.h>" in text
    assert "undefined symbol: absent" in errors(
        language, "int absent(void); int main() { return absent(); }"
    )
    many = errors(language, "".join(f"int a{n} = unknown{n};\n" for n in range(200)))
    assert many.count("error:") == 200


@pytest.mark.parametrize("source", ["int", "\ud800", "\1", "'\"`$(exit 3)\n", "💥"])
def test_nonsense_is_an_error(language: Language, source: str) -> None:
    assert errors(language, source)


def test_no_file_of_the_host_can_be_compiled_in(language: Language) -> None:
    source = 'char *s = (char[]){\n#embed "/etc/passwd"\n, 0};\nint main(void) { printf("%s", s); }'
    assert ran(language, f"#include <stdio.h>\n{source}").stdout == PASSWD
    for file in (__file__, sys.executable, str(Path.home())):
        assert "file not found" in errors(language, f'#include "{file}"')


@pytest.mark.parametrize(
    "source",
    [
        '#include "program.c"\n#include "program.c"\n',
        "int main(void) { return " + "(" * 200_000 + "1" + ")" * 200_000 + "; }",
        "int x = " + "-" * 500_000 + "1;",
        "".join(f"int a{n} = unknown{n};\n" for n in range(30_000)),
        "char big[20 << 20] = {1};\nint main(void) { return big[0]; }",
        "char big[1 << 30] = {1};\nint main(void) { return big[0]; }",
    ],
    ids=["include", "parentheses", "stack", "output", "module", "data"],
)
def test_compile_bombs_end_by_limits(language: Language, source: str) -> None:
    assert errors(language, source)


def stopped(language: Language, source: str) -> str:
    error = language.compile(source)
    assert isinstance(error, CompileError)
    assert error.stopped
    return error.text


def test_what_is_written_is_bounded(language: Language) -> None:
    text = stopped(language, "".join(f"int a{n} = unknown{n};\n" for n in range(30_000)))
    assert "the compiler was stopped: it wrote more than it may" in text
    assert len(text) < 1.1 * 2**20


@pytest.mark.slow
def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    monkeypatch.setattr("sandbox.programs.compiled.COMPILER_LIMITS", Limits(memory_mb=128))
    filling = 'asm(".fill 2000000000, 1, 1"); int main(void) { return 0; }'
    assert "its memory ran out" in stopped(language, filling)


def test_cpu_is_bounded(monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    limits = Limits(fuel=10**10, memory_mb=1024)
    monkeypatch.setattr("sandbox.programs.compiled.COMPILER_LIMITS", limits)
    squared = "#define A(x) B(x) B(x)\n" + "".join(
        f"#define {chr(66 + n)}(x) {chr(67 + n)}(x) {chr(67 + n)}(x)\n" for n in range(24)
    )
    assert "the compiler was stopped: " in stopped(language, squared + "int a = A(1);")


def test_what_never_ends_is_ended(
    monkeypatch: pytest.MonkeyPatch, language: Language, engine: Any
) -> None:
    monkeypatch.setattr("sandbox.programs.compiled.COMPILER_LIMITS", Limits(wall_seconds=2))
    assert "no end within" in stopped(language, '#include "/proc/1/fd/0"\n')
    assert soon_gone(engine)


def test_threads_share_it(language: Language) -> None:
    runs: list[Run] = []

    def live(text: str) -> None:
        runs.append(ran(language, body(f'puts("{text}");')))

    threads = [threading.Thread(target=live, args=(str(n),)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(run.stdout for run in runs) == [b"0\n", b"1\n", b"2\n", b"3\n"]


def test_what_it_makes_is_cached_by_image(sdk: WasiSdk, tmp_path: Path) -> None:
    language = C(compiler=sdk, cache=Cache(tmp_path, needs_mb=1))
    compiled(language, CAT)
    other = C(compiler=Broken(sdk.identity), cache=Cache(tmp_path, needs_mb=1))
    assert ran(other, CAT, b"hi").stdout == b"hi"
    stranger = C(compiler=Broken(("wasi-sdk", "other")), cache=Cache(tmp_path, needs_mb=1))
    with pytest.raises(ZeroDivisionError):
        stranger.compile(CAT)
    for each in (language, other, stranger):
        each._runner.close()


class Broken:
    def __init__(self, identity: tuple[str, ...]) -> None:
        self.identity = identity

    def compile(self, source: bytes, limits: Limits) -> tuple[Run, bytes]:
        raise ZeroDivisionError

    def close(self) -> None:
        pass


CONFINED = {
    "NetworkMode": "none",
    "ReadonlyRootfs": True,
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges"],
    "PidsLimit": 64,
    "NanoCpus": 10**9,
    "Binds": None,
    "AutoRemove": True,
}


def test_a_container_is_confined_and_dies_with_its_host(sdk: WasiSdk, engine: Any) -> None:
    code = (
        "import sys; from sandbox.programs.compilers.wasi_sdk import *;"
        "WasiSdk(sys.argv[1]).compile(b'#include \"/proc/1/fd/0\"', TRIAL_LIMITS)"
    )
    with subprocess.Popen([sys.executable, "-c", code, f"{REPOSITORY}:whole"]) as host:
        try:
            assert soon(lambda: containers(engine) or host.poll() is not None)
            told = engine.api.inspect_container(containers(engine)[0].id)
        finally:
            host.kill()
    assert {name: told["HostConfig"][name] for name in CONFINED} == CONFINED
    assert told["Config"]["User"] == "65534:65534"
    assert told["Mounts"] == []
    assert told["HostConfig"]["Memory"] == told["HostConfig"]["MemorySwap"]
    assert soon_gone(engine)


def test_an_image_without_what_it_takes_is_refused(engine: Any, tmp_path: Path) -> None:
    def refusal(tag: str, write: Callable[[tarfile.TarFile], None]) -> str:
        with tarfile.open(tmp_path / tag, "w") as archive:
            write(archive)
        name = f"{REPOSITORY}:{tag}"
        engine.api.import_image(src=str(tmp_path / tag), repository=REPOSITORY, tag=tag)
        try:
            with pytest.raises(SandboxError) as refused:
                WasiSdk(name)
        finally:
            engine.images.remove(name, force=True)
        return str(refused.value)

    assert "/bin/sh" in refusal("empty", lambda archive: archive.add(__file__, "/nothing"))
    without = refusal("shell", write_shell)
    assert f"'{REPOSITORY}:shell' has no wasi-sdk in /opt/wasi-sdk that runs (" in without
    assert "bin/clang: not found" in without
    with pytest.raises(SandboxError, match="'no/such:image' is neither in the engine nor can it"):
        WasiSdk("no/such:image")


def test_an_engine_that_is_gone_is_no_fault_of_a_program(
    image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(SandboxError, match="no container engine answers"):
        WasiSdk(image)
