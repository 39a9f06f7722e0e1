"""A server of the library itself, for tests to start."""

import os
import sys

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.session import ServerSession

server = MCPServer("honest")


@server.tool()
def add(a: int, b: int = 2) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def environment() -> list[str]:
    """Return the names of the variables that this server can read."""
    return sorted(os.environ)


@server.tool()
def long() -> str:
    """Say more than anybody wants to know."""
    return "x" * 1_000_000


@server.tool()
async def ask_back(ctx: Context[ServerSession, None]) -> str:
    """Try to have the client's model answer something."""
    return str(await ctx.session.list_roots())


@server.tool(name="odd name!")
def odd() -> str:
    """Have a name that is no identifier."""
    return "odd"


if __name__ == "__main__":
    if sys.argv[1:]:
        server.run("streamable-http", port=int(sys.argv[1]))
    else:
        server.run()
