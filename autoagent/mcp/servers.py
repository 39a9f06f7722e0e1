"""The servers of one agent: opened together, and closed when it is."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack

from anyio.from_thread import start_blocking_portal

from autoagent.mcp.connection import MOST_TOOLS, Connection
from autoagent.mcp.reach import checked
from autoagent.mcp.told import name_for
from autoagent.mcp.tool import ServerTool


class Servers:
    """Servers, and the tools that they offered when they were opened.

    Args:
        where: A command line or a URL for each.
        taken: Names of skills that their tools cannot have.
        progress: Told of each tool that is called otherwise than it names itself.

    Attributes:
        tools: Their tools, in the order of the servers.

    Raises:
        ValueError: One cannot be used; the message says which, and why.
    """

    def __init__(
        self, where: Sequence[str], taken: Collection[str], progress: Callable[[str], None]
    ) -> None:
        self.tools: list[ServerTool] = []
        names = set(taken)
        commands = [checked(each) for each in where]
        with ExitStack() as opened:
            portal = opened.enter_context(start_blocking_portal())
            for each in commands:
                server = Connection(each, portal)
                opened.callback(server.close)
                offered = server.tools()
                for tool in offered:
                    name = name_for(tool.name, names)
                    names.add(name)
                    self.tools.append(ServerTool(server, tool, name))
                    if name != tool.name:
                        progress(f"the tool {tool.name[:80]!r} of {each!r} is called {name!r} here")
                if len(offered) == MOST_TOOLS:
                    progress(f"of the tools of {each!r}, the first {MOST_TOOLS} are taken")
            # Who closes nothing shall not wait at the exit for a loop that stands still by then.
            self._close = weakref.finalize(self, opened.pop_all().close)

    def close(self) -> None:
        """End every conversation, and every server that was started."""
        self._close()
