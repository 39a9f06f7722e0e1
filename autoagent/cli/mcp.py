"""`autoagent mcp`: serve our walls as tools to other people's agents."""

from __future__ import annotations

import os
import secrets
from contextlib import closing
from importlib.util import find_spec
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.options import Bounds, BuiltWall, PolicyChoice, PolicyOption, SandboxOption
from autoagent.walls import open_wall
from sandbox.extras import pip_install

TOKEN = "AUTOAGENT_MCP_TOKEN"


def mcp(
    *,
    http: Annotated[
        int | None,
        typer.Option(
            help=f"Port on loopback to serve HTTP at, with a token: {TOKEN}, or one that is told "
            "(default: standard streams).",
            min=1,
            max=65535,
        ),
    ] = None,
    sandbox: SandboxOption = "wasm",
    wall: BuiltWall,
    policy: PolicyOption = PolicyChoice.strict,
    bounds: Bounds,
    seconds: Annotated[float, typer.Option(help="Wall-clock seconds of a call.")] = 30.0,
    sessions: Annotated[int, typer.Option(help="Most sessions at once.", min=1)] = 64,
    idle: Annotated[
        float, typer.Option(help="Seconds after which an unused session is closed.", min=1)
    ] = 1800.0,
    llm: Annotated[str, typer.Option(help="Model that the tool 'translate' asks.")] = "smollm2:c",
) -> None:
    """Serve a sandboxed Python, and what judges and makes translations, as tools over MCP."""
    with bad_input_exits():
        if find_spec("mcp") is None:
            fail(f"serving tools needs a package; install it with: {pip_install('mcp')}")
        from autoagent.tools.offer import Offer
        from autoagent.tools.serve import serve_http, serve_stdio, server

        with closing(open_wall(sandbox, progress, wall)) as opened:
            given = Offer(
                wall=opened,
                policy=policy.value,
                limits=bounds.limits(seconds),
                sessions=sessions,
                idle_seconds=idle,
                llm=llm,
            )
            with given.closing:
                made = server(given)
                if http is None:
                    serve_stdio(made)
                    return
                token = os.environ.get(TOKEN) or secrets.token_urlsafe(24)
                progress(f"serving http://127.0.0.1:{http}/mcp")
                if TOKEN not in os.environ:
                    progress(f"the token is {token}")
                serve_http(made, http, token)
