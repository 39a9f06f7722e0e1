"""The images that guests run in: an interpreter, and on top of it the guest.

Images are named after their content, so each is built once for an engine, and two hosts that
build the same one at the same time do no harm. Nothing is removed, since others may run it;
``docker image prune --all --filter label=autoagent`` frees the space.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.errors import ImageNotFound

from sandbox.cache import Entry
from sandbox.docker import warden
from sandbox.docker.engine import FAILURES
from sandbox.docker.interpreter import Interpreter, owned_by_root
from sandbox.session import SandboxError

PYTHON = """FROM scratch
LABEL autoagent=python
COPY files /
"""

# Compiled in the image, since it may hold another interpreter than this one; a life cannot write.
GUEST = """FROM {base}
LABEL autoagent=guest
HEALTHCHECK NONE
USER 0:0
COPY files /guest
RUN ["python3", "-c", "import sys; assert sys.version_info >= (3, 11), 'Python is too old'"]
RUN ["python3", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "/guest"]
"""

BUILD_SECONDS = 600

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Image:
    """An image in the engine: its id there, and a content hash that is the same everywhere."""

    id: str
    digest: str


def guest_image(client: Any, tree: Entry, named: str | None, progress: Progress) -> Image:
    """Return the image with a guest in it, building it when missing.

    Args:
        client: The engine.
        tree: The guest's files.
        named: The base image; None makes one of the running interpreter.
        progress: Told a line before each slow stage.

    Raises:
        SandboxError: An image is missing or cannot be built.
    """
    base = named_image(client, named, progress) if named else _python(client, progress)

    def write(context: tarfile.TarFile) -> None:
        context.add(tree.files, "files", filter=owned_by_root)
        context.add(warden.__file__, "files/warden.py", filter=owned_by_root)

    recipe = GUEST.format(base=base.id)
    digest = _hash(tree.identity, base.digest, GUEST, Path(warden.__file__).read_text())
    return _built(client, "guest", digest, recipe, write, progress)


def _python(client: Any, progress: Progress) -> Image:
    interpreter = Interpreter()
    digest = _hash(interpreter.digest, PYTHON)

    def write(context: tarfile.TarFile) -> None:
        interpreter.write(context, "files")

    return _built(client, "python", digest, PYTHON, write, progress)


def named_image(client: Any, name: str, progress: Progress) -> Image:
    """Return an image that somebody else has made, pulling it when missing.

    Raises:
        SandboxError: It cannot be pulled, or cannot be confined.
    """
    try:
        image = find_image(client, name)
        if image is None:
            progress(f"pulling the image {name}")
            image = client.images.pull(name)
    except FAILURES as error:
        raise SandboxError(
            f"the image {name!r} is neither in the engine nor can it be pulled ({error}): "
            "name another, or none"
        ) from error
    if image.attrs["Config"].get("Volumes"):
        raise SandboxError(
            f"the image {name!r} declares volumes, which a guest could fill without bound: "
            "name one without"
        )
    return Image(image.id, image.id)


def _built(
    client: Any,
    kind: str,
    digest: str,
    recipe: str,
    write: Callable[[tarfile.TarFile], None],
    progress: Progress,
) -> Image:
    tag = f"autoagent-{kind}:{digest[:24]}"
    image = find_image(client, tag)
    if image is None:
        progress(f"building the container image {tag} (once, some seconds)")
        with tempfile.TemporaryFile() as file:
            with tarfile.open(fileobj=file, mode="w") as context:
                dockerfile = tarfile.TarInfo("Dockerfile")
                dockerfile.size = len(recipe)
                context.addfile(dockerfile, io.BytesIO(recipe.encode()))
                write(context)
            file.seek(0)
            try:
                image, _ = client.images.build(
                    **{"fileobj": file, "custom_context": True, "tag": tag, "rm": True},
                    **{"network_mode": "none", "forcerm": True, "timeout": BUILD_SECONDS},
                )
            except FAILURES as error:
                raise SandboxError(f"the container image cannot be built: {error}") from error
    return Image(image.id, digest)


def find_image(client: Any, name: str) -> Any:
    """Return an image that is in the engine, as the engine's SDK describes it, or None."""
    try:
        return client.images.get(name)
    except ImageNotFound:
        return None


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
