"""The container engine: reaching it, and clearing away what dead hosts left in it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException
from requests import RequestException

from sandbox.session import SandboxError

HOST = "autoagent.host"
"""The label that names the process which a container belongs to."""

FAILURES = (DockerException, RequestException, OSError)
"""What the SDK raises when the engine refuses, or is gone."""

PATIENCE_SECONDS = 30
"""How long the engine may keep us waiting, unless it builds an image."""


def connect() -> Any:
    """Return a client of the engine that the environment names.

    Raises:
        SandboxError: No engine answers.
    """
    try:
        client = docker.from_env(timeout=PATIENCE_SECONDS)
        client.ping()
    except (*FAILURES, ValueError) as error:
        where = os.environ.get("DOCKER_HOST", "its default socket")
        raise SandboxError(
            f"no container engine answers at {where} ({error}): start one (dockerd, or podman "
            "system service), or set DOCKER_HOST to where one listens"
        ) from error
    return client


def require_runtime(client: Any, name: str) -> None:
    """Check that the engine has a runtime.

    Raises:
        SandboxError: It has not; the message names those that it has.
    """
    known = client.info()["Runtimes"]
    if name not in known:
        raise SandboxError(
            f"the container engine has no runtime {name!r}; it has: {', '.join(sorted(known))}"
        )


def host_label() -> str:
    """Name this process so that it cannot be mistaken for another one, here or elsewhere."""
    return f"{_here()}/{os.getpid()}/{_birth(os.getpid())}"


def sweep(client: Any) -> None:
    """Remove containers whose host is dead: made, and never started.

    Those that ran have ended with their host. Who is not of this machine is not ours to judge.
    """
    for container in client.api.containers(all=True, filters={"label": HOST}):
        here, pid, birth = container["Labels"][HOST].rsplit("/", 2)
        if here == _here() and _birth(int(pid)) != birth:
            discard(client, container["Id"])


def discard(client: Any, container: str) -> None:
    """Kill and remove a container, if it is still there."""
    with suppress(*FAILURES):  # mostly it is gone, or about to be
        client.api.remove_container(container, force=True)


def _here() -> str:
    """Name this boot of this machine, and the process ids that are in force."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return "elsewhere"


def _birth(pid: int) -> str:
    """Return when a process began, in ticks since boot; empty if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[19]
    except OSError:
        return ""
