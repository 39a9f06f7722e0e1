"""Tools of MCP servers as skills: an organism calls them with `self.use`, as any skill."""

import logging

from autoagent.mcp.servers import Servers

__all__ = ["Servers"]

for _library in ("mcp", "httpx2"):  # what a stranger's server does wrong is told where it matters
    logging.getLogger(_library).addHandler(logging.NullHandler())
