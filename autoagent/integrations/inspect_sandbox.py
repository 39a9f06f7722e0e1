"""A sandbox environment for Inspect (https://inspect.aisi.org.uk) that is the jail for processes.

``sandbox="autoagent"`` in a task, or ``inspect eval ... --sandbox autoagent``. Inspect finds it
through an entry point.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar, overload

from anyio import to_thread
from inspect_ai.util import (
    ExecResult,
    OutputLimitExceededError,
    SandboxEnvironment,
    SandboxEnvironmentConfigType,
    SandboxEnvironmentLimits,
    SandboxUserUnsupportedError,
    sandboxenv,
)
from pydantic import BaseModel, ConfigDict, Field

from autoagent.integrations.commands import Commands
from sandbox.limits import LONGEST_WALL_SECONDS, SMALLEST_MEMORY_MB

T = TypeVar("T")
NEEDED = "the sandbox autoagent"


class JailConfig(BaseModel):
    """How the jail of a sample is made.

    Attributes:
        packages: Names of installed packages that Python may import there.
        memory_mb: What each process may take.
        seconds: How long a command may take that names no time of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    packages: tuple[str, ...] = ()
    memory_mb: int = Field(default=512, ge=SMALLEST_MEMORY_MB, le=4096)
    seconds: float = Field(default=180.0, gt=0, le=LONGEST_WALL_SECONDS)


@sandboxenv(name="autoagent")
class JailEnvironment(SandboxEnvironment):
    """Files of a sample, and commands among them, each in a fresh jail.

    Files last, processes do not: what a command leaves running ends with it. There is no network,
    there are no other users, and what is written cannot be executed but by an interpreter.

    Args:
        config: How it is made.
    """

    def __init__(self, config: JailConfig) -> None:
        super().__init__()
        self._config = config
        self._commands = Commands(config.packages, memory_mb=config.memory_mb)

    @classmethod
    def config_deserialize(cls, config: dict[str, Any]) -> BaseModel:
        """Read a configuration that was written down.

        Raises:
            ValidationError: It is none; the message says what is wrong.
        """
        return JailConfig.model_validate(config)

    @classmethod
    def default_concurrency(cls) -> int | None:
        """Return how many samples may have one at the same time."""
        return 4 * (os.cpu_count() or 1)

    @classmethod
    async def task_init(cls, task_name: str, config: SandboxEnvironmentConfigType | None) -> None:
        """Find out whether the jail stands on this machine.

        Raises:
            SandboxError: It does not; the message says what it lacks.
            ValueError: The configuration is wrong; the message says how.
        """
        commands = Commands(_read(config).packages)
        try:
            await to_thread.run_sync(partial(commands.execute, ["true"], seconds=60.0))
        finally:
            commands.close()

    @classmethod
    async def sample_init(
        cls,
        task_name: str,
        config: SandboxEnvironmentConfigType | None,
        metadata: dict[str, str],
    ) -> dict[str, SandboxEnvironment]:
        """Make the environment of a sample."""
        return {"default": cls(_read(config))}

    @classmethod
    async def sample_cleanup(
        cls,
        task_name: str,
        config: SandboxEnvironmentConfigType | None,
        environments: dict[str, SandboxEnvironment],
        interrupted: bool,
    ) -> None:
        """End whatever runs, and forget the files."""
        for each in environments.values():
            each.as_type(JailEnvironment).close()

    async def exec(
        self,
        cmd: list[str],
        input: str | bytes | None = None,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        user: str | None = None,
        timeout: int | None = None,
        timeout_retry: bool = True,
        concurrency: bool = True,
    ) -> ExecResult[str]:
        """Execute a command; nobody retries one that took too long.

        Raises:
            OutputLimitExceededError: It wrote more than Inspect lets it.
            PermissionError: It is no program that can be executed.
            SandboxUserUnsupportedError: It is to have a user of its own.
            TimeoutError: It took too long.
        """
        if user is not None:
            raise SandboxUserUnsupportedError(f"{NEEDED} has one user, and cannot be {user!r}")
        most = SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE
        done = await self._apart(
            partial(
                self._commands.execute,
                cmd,
                seconds=timeout or self._config.seconds,
                stdin=input.encode() if isinstance(input, str) else input or b"",
                folder=cwd or "",
                environment=env,
                most_output=most,
            )
        )
        if done.status == "late":
            raise TimeoutError(f"{cmd[0]} took longer than {timeout or self._config.seconds:g} s")
        if done.status == "forbidden":
            raise PermissionError(done.why)
        if done.status == "broken":
            return ExecResult(False, 137, "", f"{NEEDED} ended the command: {done.why}")
        for written in (done.stdout, done.stderr):
            if len(written) > most:
                limit = SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE_STR
                raise OutputLimitExceededError(limit, written[:most].decode(errors="replace"))
        stdout, stderr = (each.decode(errors="replace") for each in (done.stdout, done.stderr))
        return ExecResult(done.code == 0, done.code, stdout, stderr)

    async def write_file(self, file: str, contents: str | bytes) -> None:
        """Write a file (see `autoagent.integrations.file_tree.FileTree.write`)."""
        data = contents.encode() if isinstance(contents, str) else contents
        self._commands.files.write(file, data)

    @overload
    async def read_file(self, file: str, text: Literal[True] = True) -> str: ...

    @overload
    async def read_file(self, file: str, text: Literal[False]) -> bytes: ...

    async def read_file(self, file: str, text: bool = True) -> str | bytes:
        """Read a file (see `autoagent.integrations.file_tree.FileTree.read`).

        Raises:
            OutputLimitExceededError: It is longer than Inspect lets it be.
        """
        data = self._commands.files.read(file)
        if len(data) > SandboxEnvironmentLimits.MAX_READ_FILE_SIZE:
            raise OutputLimitExceededError(SandboxEnvironmentLimits.MAX_READ_FILE_SIZE_STR, None)
        return data.decode() if text else data

    async def exec_remote(self, *_: Any, **__: Any) -> Any:
        """Refuse what needs a server inside.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            f"{NEEDED} keeps no process between commands, which this tool needs: use bash, python "
            "and files, or the sandbox docker"
        )

    def close(self) -> None:
        """End every command of this environment."""
        self._commands.close()

    async def _apart(self, work: Callable[[], T]) -> T:
        """Do work in a thread, and leave it there if nobody waits for it any more.

        Its jail ends it at its time, and the sample's cleanup before that.
        """
        return await to_thread.run_sync(work, abandon_on_cancel=True)


def _read(config: SandboxEnvironmentConfigType | None) -> JailConfig:
    """Return a configuration that is one already, or in a file of JSON, or the usual one.

    Raises:
        ValueError: It is none; the message says what is wrong.
    """
    if isinstance(config, JailConfig):
        return config
    if config is None:
        return JailConfig()
    if isinstance(config, str):
        try:
            return JailConfig.model_validate(json.loads(Path(config).read_bytes()))
        except OSError as error:
            raise ValueError(f"the configuration {config} cannot be read: {error}") from None
    raise ValueError(f"{NEEDED} takes a JailConfig or a file of JSON, not {type(config).__name__}")
