"""Real compilers and real interpreters, in the jail; where they are missing, tests say why."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.limits import Limits
from sandbox.programs import CompileError, Language, Program, Run, open_source, open_target
from sandbox.session import SandboxError
from tests.walls import missing

QUICK = {"fuel": 10**11, "wall_seconds": 60.0, "memory_mb": 64, "output_bytes": 1 << 16}
"""More time than any program takes that ends, on a slow and busy machine as well."""


def opened(opener: Callable[[], Language]) -> Iterator[Language]:
    try:
        language = opener()
        language.compile("")  # where the kernel lacks a layer, it is the first use that says so
    except SandboxError as error:
        missing("process", error)  # the jail is made of what that wall is made of
    yield language
    language.close()


@pytest.fixture(scope="package")
def c() -> Iterator[Language]:
    yield from opened(lambda: open_target("c", print))


@pytest.fixture(scope="package")
def native_c() -> Iterator[Language]:
    yield from opened(lambda: open_target("c-native", print))


@pytest.fixture(scope="package")
def javascript() -> Iterator[Language]:
    yield from opened(lambda: open_source("javascript"))


@pytest.fixture(scope="package")
def python() -> Iterator[Language]:
    yield from opened(lambda: open_source("python"))


@pytest.fixture(scope="package")
def python_target() -> Iterator[Language]:
    yield from opened(lambda: open_target("python", print))


def compiled(language: Language, source: str) -> Program:
    program = language.compile(source)
    assert not isinstance(program, CompileError), program.text
    return program


def errors(language: Language, source: str) -> str:
    error = language.compile(source)
    assert isinstance(error, CompileError)
    assert error.length == len(error.text)
    return error.text


def ran(language: Language, source: str, stdin: bytes = b"", **limits: Any) -> Run:
    (run,) = compiled(language, source).run([stdin], Limits(**{**QUICK, **limits}))
    return run
