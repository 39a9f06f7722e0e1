"""C: the compiler in its jail, and programs behind WebAssembly's wall."""

import gc
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from sandbox.cache import Cache
from sandbox.limits import Limits
from sandbox.programs import Language, Run
from sandbox.programs.c import LITTLE, C, WasmProgram
from sandbox.programs.compilers.jailed import JailedCompiler, clang
from tests.sandbox.programs.conftest import QUICK, compiled, errors, ran
from tests.waiting import gone, named, soon

STDIO = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
CAT = STDIO + "int main(void) { int c; while ((c = getchar()) != EOF) putchar(c); return 0; }"


def body(text: str, above: str = "") -> str:
    return f"{STDIO}{above}\nint main(void) {{ {text} return 0; }}"


def test_hello(c: Language) -> None:
    run = ran(c, body('puts("hello");'))
    assert (run.status, run.stdout, run.stderr, run.detail) == ("ok", b"hello\n", b"", "")
    assert run.fuel is not None
    assert run.fuel > 0


@pytest.mark.parametrize(
    "stdin",
    [b"", b"text\n", bytes(range(256)), b"\0" * 100_000],
    ids=["none", "text", "bytes", "0"],
)
def test_echo(c: Language, stdin: bytes) -> None:
    assert ran(c, CAT, stdin, output_bytes=1 << 20).stdout == stdin


def test_huge_input(c: Language) -> None:
    source = body('long n = 0; while (getchar() != EOF) n++; printf("%ld", n);')
    assert ran(c, source, b"x" * 50_000_000).stdout == b"50000000"


def test_reads_nothing(c: Language) -> None:
    assert ran(c, body('puts("1");'), b"x" * 10_000_000).stdout == b"1\n"


def test_several_inputs_meet_fresh_programs(c: Language) -> None:
    source = body('static int n; n += getchar(); printf("%d", n);')
    runs = compiled(c, source).run([b"a", b"b", b"a"], Limits(**QUICK))
    assert [run.stdout for run in runs] == [b"97", b"98", b"97"]
    assert runs[0] == runs[2]


def test_streams_are_apart(c: Language) -> None:
    run = ran(c, body('fputs("out", stdout); fputs("err", stderr);'))
    assert (run.stdout, run.stderr) == (b"out", b"err")


@pytest.mark.parametrize("code", [1, 3, 255])
def test_exit_status(c: Language, code: int) -> None:
    run = ran(c, body(f"exit({code});"))
    assert (run.status, run.detail) == ("exit", f"exit status {code}")


def test_a_missing_include_is_an_error_that_names_what_is_missing(c: Language) -> None:
    text = errors(c, body("return isdigit('1');"))
    assert "error: call to undeclared library function 'isdigit'" in text
    assert "include the header <ctype.h>" in text
    assert text.startswith("program.c:")


def test_no_path_of_the_host_is_in_diagnostics(c: Language) -> None:
    text = errors(c, '#include <stdio.h>\nint printf(void);\n#include "stdio.h"\nint x = y;')
    assert "/zig/lib/libc/include" in text or "/wasi/include" in text
    assert str(Path.home()) not in text
    assert sys.prefix not in text


def test_all_errors_are_told(c: Language) -> None:
    text = errors(c, "".join(f"int a{n} = unknown{n};\n" for n in range(200)))
    assert text.count("error:") == 200
    assert "unknown199" in text


def test_what_the_compiler_warns_of_is_kept_with_the_program(c: Language) -> None:
    for _ in range(2):  # the second one comes from the cache
        doubtful = compiled(c, body('printf("%d", 1.5);'))
        assert "warning: format specifies type 'int'" in doubtful.warnings
    assert compiled(c, CAT).warnings == ""


def test_an_undefined_function_is_an_error_of_the_linker(c: Language) -> None:
    assert "undefined symbol: absent" in errors(
        c, "int absent(void); int main() { return absent(); }"
    )


@pytest.mark.parametrize("source", ["int", "\ud800", "\1", "}{" * 1000, "💥"])
def test_nonsense_is_an_error(c: Language, source: str) -> None:
    assert errors(c, source)


@pytest.mark.parametrize("file", ["/etc/passwd", "/proc/self/environ", __file__])
@pytest.mark.parametrize(
    "way", ['#include "{}"', "char x[] = {{\n#embed <{}>\n}};", 'asm(".incbin \\"{}\\"");']
)
def test_no_file_of_the_host_can_be_compiled_in(c: Language, file: str, way: str) -> None:
    text = errors(c, way.format(file) + "\nint main(void) { return 0; }")
    assert "root:" not in text
    assert "not found" in text or "Could not find" in text


MACROS = "#define A(x) B(x) B(x)\n" + "".join(
    f"#define {chr(66 + n)}(x) {chr(67 + n)}(x) {chr(67 + n)}(x)\n" for n in range(24)
) + "int a = A(1);"  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        '#include "program.c"\n#include "program.c"\n',
        MACROS,
        "int main(void) { return " + "(" * 200_000 + "1" + ")" * 200_000 + "; }",
        "char big[1 << 30] = {1};\nint main(void) { return big[0]; }",
    ],
    ids=["include", "macros", "parentheses", "data"],
)  # fmt: skip
def test_compile_bombs_end_by_limits(c: Language, source: str) -> None:
    assert errors(c, source)


def test_a_compiler_out_of_time_is_stopped(monkeypatch: pytest.MonkeyPatch, c: Language) -> None:
    monkeypatch.setattr("sandbox.programs.compiled.COMPILER_LIMITS", Limits(wall_seconds=0.01))
    assert "the compiler was stopped: no end within" in errors(c, MACROS)


def test_the_time_of_compilation_is_no_secret_channel(c: Language) -> None:
    assert ran(c, body("puts(__DATE__);")).stdout == b"Sep  9 2001\n"


def test_endless_loop_ends_by_fuel(c: Language) -> None:
    run = ran(c, body("for (volatile int i = 0;; i++);"), fuel=10**8)
    assert (run.status, run.fuel) == ("fuel", 10**8)


def test_a_long_run_is_what_a_short_one_would_be(c: Language) -> None:
    """Code is made once more, with care, and counts the same fuel."""
    source = body(
        'int n = atoi(gets_s()); volatile int i = 0; while (i < n) i++; printf("%d", i);',
        ("static char line[99]; static char *gets_s(void) { return fgets(line, 99, stdin); }"),
    )
    program = compiled(c, source)
    assert isinstance(program, WasmProgram)
    inputs, limits = [b"10", b"20000000", b"30"], Limits(**{**QUICK, "fuel": 10**10})
    runs = program.run(inputs, limits)
    assert [run.stdout for run in runs] == inputs
    assert runs[1].fuel is not None
    assert runs[1].fuel > LITTLE
    assert program.run(inputs, limits) == runs == program._at_length(inputs, limits)
    assert program._runner.run(program._code, inputs, limits, quick=True) == runs


@pytest.mark.parametrize("depth", [b"1000", b"20000", b"200000"])
def test_a_recursion_may_be_as_deep_as_with_care(c: Language, depth: bytes) -> None:
    above = "static int deep(int n) { volatile int m = n; return m < 1 ? 0 : deep(m - 1) + m; }"
    source = body('int n; scanf("%d", &n); printf("%d", deep(n) > 0);', above)
    program = compiled(c, source)
    assert isinstance(program, WasmProgram)
    limits = Limits(**QUICK)
    assert program.run([depth], limits) == program._at_length([depth], limits)


def test_endless_calls_end_by_fuel(c: Language) -> None:
    source = body(
        "for (;;) clock_gettime(CLOCK_REALTIME, &t);", "#include <time.h>\nstruct timespec t;"
    )
    assert ran(c, source, fuel=10**7).status == "fuel"


def test_endless_sleep_takes_no_time(c: Language) -> None:
    run = ran(c, body("for (;;) sleep(1000);", "#include <unistd.h>"), fuel=10**7)
    assert run.status == "fuel"


def test_endless_loop_ends_by_time(c: Language) -> None:
    program = compiled(c, body("for (volatile int i = 0;; i++);"))
    started = time.monotonic()
    (run,) = program.run([b""], Limits(**{**QUICK, "fuel": 10**15, "wall_seconds": 0.3}))
    assert run.status == "hang"
    assert time.monotonic() - started < 60


def test_flood_is_stopped_at_the_cap(c: Language) -> None:
    run = ran(c, body('for (;;) puts("flood");'), output_bytes=1000)
    assert run.status == "output"
    assert len(run.stdout) == 1000
    assert run.fuel is not None
    assert run.fuel < 10**6


def test_both_streams_share_the_cap(c: Language) -> None:
    run = ran(c, body('for (;;) fputs("flood", stderr);'), output_bytes=100)
    assert (run.status, len(run.stderr)) == ("output", 100)


def test_no_main_is_a_trap(c: Language) -> None:
    assert ran(c, "").status == "trap"


def test_memory_ends(c: Language) -> None:
    source = body('int n = 0; while ((p = malloc(1 << 20))) p[9] = 1, n++; printf("%d", n);',
                  "volatile char *volatile p;")  # fmt: skip
    assert 16 < int(ran(c, source, memory_mb=64).stdout) < 64


def test_a_program_that_is_too_large_to_start(c: Language) -> None:
    source = body("return big[getchar() + 1];", "char big[80 << 20];")
    assert ran(c, source, memory_mb=64).status == "memory"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("abort();", "unreachable"),
        ('volatile int z = 0; printf("%d", 10 / z);', "integer divide by zero"),
        ("volatile int *p = (int *)0xFFFFFFF0; *p = 1;", "out of bounds"),
        (
            "void (*volatile f)(int, int) = (void (*)(int, int))abort; f(1, 2);",
            "indirect call type mismatch",
        ),
    ],
)
def test_traps(c: Language, text: str, detail: str) -> None:
    run = ran(c, body(text))
    assert run.status == "trap"
    assert detail in run.detail


def test_assertions_are_told(c: Language) -> None:
    run = ran(c, body("assert(1 == 2);", "#include <assert.h>"))
    assert run.status == "trap"
    assert b"1 == 2" in run.stderr


@pytest.mark.parametrize(
    "text",
    [
        "int deep(int n) { volatile char a[1000]; a[0] = n; return deep(n + 1) + a[0]; }",
        "int deep(volatile int n) { int m = deep(n + 1); return m * n ^ m; }",
    ],
)
def test_stack_overflow_is_a_trap(c: Language, text: str) -> None:
    run = ran(c, body("return deep(1);", text))
    assert run.status in ("trap", "fuel")
    assert "stack" in run.detail or "out of bounds" in run.detail


def test_large_local_arrays_fit(c: Language) -> None:
    assert (
        ran(c, body('volatile int a[1000000]; a[999999] = 5; printf("%d", a[999999]);')).stdout
        == b"5"
    )


WORLD = """
#include <time.h>
#include <unistd.h>
#include <sys/time.h>
"""


def test_clock_and_chance_are_the_same_in_every_run(c: Language) -> None:
    source = body(
        "unsigned char r[8]; getentropy(r, 8); struct timeval t; gettimeofday(&t, 0);"
        'printf("%lld %lld %d %d", (long long)time(0), (long long)t.tv_usec, r[0], r[7]);', WORLD
    )  # fmt: skip
    first, second = compiled(c, source).run([b"", b""], Limits(**QUICK))
    assert first == second
    assert first.stdout.startswith(b"1000000000 ")


def test_there_is_nothing_but_the_streams(c: Language) -> None:
    source = body(
        'printf("%d%d%d", !!fopen("/etc/passwd", "r"), !!fopen("x", "w"), !!getenv("PATH"));'
        "char b[1]; for (int i = 3; i < 99; i++)"
        'if (write(i, b, 1) >= 0 || read(i, b, 1) >= 0) puts("!");',
        WORLD,
    )
    assert ran(c, source).stdout == b"000"


def test_arguments_are_empty(c: Language) -> None:
    assert ran(c, STDIO + 'int main(int n, char **v) { printf("%d", n); }').stdout == b"0"


@pytest.mark.parametrize("module", ["env", "wasi_snapshot_preview1"])
def test_imports_beyond_the_world_trap(c: Language, module: str) -> None:
    above = f'__attribute__((import_module("{module}"), import_name("path_open"))) int door(int);'
    run = ran(c, body('puts("before"); fflush(stdout); door(1);', above))
    assert (run.status, run.stdout) == ("trap", b"before\n")


def test_imports_of_the_wrong_type_are_a_trap(c: Language) -> None:
    above = (
        '__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write")))'
        "int door(int);"
    )
    assert ran(c, body("return door(1);", above)).status == "trap"


@pytest.mark.parametrize("name", ["fd_read", "fd_write", "poll_oneoff"])
@pytest.mark.parametrize("address", [0, 16, 0xFFFFFFF0])
@pytest.mark.parametrize("count", [0, 1, 1000, 0xFFFFFFFF])
def test_the_world_survives_any_argument(c: Language, name: str, address: int, count: int) -> None:
    above = (
        f'__attribute__((import_module("wasi_snapshot_preview1"), import_name("{name}"))) '
        "int door(int, int, int, int);"
    )
    source = body("int a, n; scanf(\"%d %d\", &a, &n); for (int i = -1; i < 4; i++) "
                  "door(i, a, n, a); puts(\"alive\");", above)  # fmt: skip
    run = ran(
        c, source, f"{address - (address >> 31 << 32)} {count - (count >> 31 << 32)}".encode()
    )
    assert run.status in ("ok", "trap", "output")


def test_cache(c: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = C(cache=Cache(tmp_path, needs_mb=1))
    compiled(cached, CAT)
    wrong = errors(cached, "int x = y;")
    monkeypatch.setattr(cached._compiler, "compile", None)
    monkeypatch.setattr(cached._modules, "compile", None)
    assert ran(cached, CAT, b"hi").stdout == b"hi"
    assert errors(cached, "int x = y;") == wrong
    cached.close()


def test_threads_share_a_language(c: Language) -> None:
    runs: list[Run] = []

    def live(text: str) -> None:
        runs.append(ran(c, body(f'puts("{text}");') + f"// {time.time()}"))

    threads = [threading.Thread(target=live, args=(str(n),)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(run.stdout for run in runs) == [b"0\n", b"1\n", b"2\n", b"3\n"]


def test_a_worker_that_dies_costs_one_run(c: Language) -> None:
    alone = C()
    try:
        program = compiled(alone, body("if (getchar() == 'x') for (;;) ; puts(\"fine\");"))
        program.run([b"x"], Limits(**{**QUICK, "fuel": 10**8}))  # so it is made with care already
        (worker,) = alone._runner.workers()
        killer = threading.Thread(target=kill_once_busy, args=(psutil.Process(worker),))
        killer.start()
        runs = program.run([b"", b"x", b""], Limits(**{**QUICK, "fuel": 10**15}))
        killer.join()
    finally:
        alone.close()
    assert [run.status for run in runs] == ["ok", "worker", "ok"]


def kill_once_busy(worker: psutil.Process) -> None:
    """Kill it in the midst of what never ends, which is all that takes so much time."""
    before = cpu_seconds(worker)
    soon(lambda: cpu_seconds(worker) > before + 0.5)
    worker.kill()


def cpu_seconds(*processes: psutil.Process) -> float:
    used = 0.0
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            used += sum(each.cpu_times()[:2])
    return used


def test_a_program_that_finds_no_memory_is_not_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(**QUICK)
    alone = C()
    try:
        program = compiled(alone, CAT)
        with monkeypatch.context() as short:
            short.setattr("sandbox.programs.wasm_runner.ROOM_MB", 16 - limits.memory_mb)
            (run,) = program.run([b"x"], limits)
        assert run.status == "worker"
        assert "no memory left" in run.detail
    finally:
        alone.close()


HOST = """
import sys
from sandbox.limits import Limits
from sandbox.programs import open_target
language = open_target("c")
program = language.compile(sys.argv[1])
print(language._runner.workers(), flush=True)
program.run([b""], Limits(fuel=10**15, wall_seconds=1000))
"""


def test_nothing_outlives_a_killed_host(c: Language) -> None:
    source = f"int main(void) {{ for (volatile int i = 0;; i++); }} // {time.time()}"
    with subprocess.Popen(
        [sys.executable, "-c", HOST, source], stdout=subprocess.PIPE, text=True
    ) as host:
        assert host.stdout is not None
        try:
            host.stdout.readline()
            family = partial(psutil.Process(host.pid).children, recursive=True)
            before = cpu_seconds(*family())
            assert soon(lambda: cpu_seconds(*family()) > before + 0.5), "the program runs"
            processes = [named(each.pid) for each in family()]
            assert len(processes) >= 3
        finally:
            host.kill()
    assert gone(processes)


def test_nothing_leaks(c: Language) -> None:
    gc.collect()  # what earlier tests left is not let go of meanwhile
    alone = C()
    try:
        program = compiled(alone, CAT)
        inputs = [b"x" * 1000] * 50

        def grown() -> tuple[int, int]:
            """Return how many bytes and descriptors more are held after more runs."""
            memory, descriptors = worker.memory_info().rss, psutil.Process().num_fds()
            for _ in range(10):
                program.run(inputs, Limits(**QUICK))
            return worker.memory_info().rss - memory, psutil.Process().num_fds() - descriptors

        program.run(inputs, Limits(**QUICK))
        worker = psutil.Process(*alone._runner.workers())
        # What each run left would be left each time; what malloc keeps now and then is not.
        found = [grown() for _ in range(4)]
    finally:
        alone.close()
    assert min(memory for memory, _ in found) < 1 << 20, found
    assert min(descriptors for _, descriptors in found) <= 0, found


def test_the_clang_of_the_system(tmp_path: Path) -> None:
    toolchain = clang()
    if toolchain is None:
        pytest.skip("no clang 16 or newer with lld, wasi-libc and compiler-rt for wasm32")
    language = C(compiler=JailedCompiler(toolchain), cache=Cache(tmp_path, needs_mb=1))
    assert ran(language, CAT, b"hi").stdout == b"hi"
    assert "include the header <ctype.h>" in errors(language, "int main() { return isdigit(1); }")
    language.close()
