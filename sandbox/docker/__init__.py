"""The container wall: a native interpreter in a container of its own for each guest."""

from importlib.util import find_spec

from sandbox.extras import pip_install
from sandbox.session import SandboxError

if find_spec("docker") is None:
    raise SandboxError(f"containers need the Docker SDK; install it with: {pip_install('docker')}")

from sandbox.docker.wall import DockerSandbox

__all__ = ["DockerSandbox"]
