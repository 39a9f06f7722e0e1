"""Tools for everybody's agents, served over MCP: what `autoagent mcp` offers.

Each is an entry point of the group ``autoagent.tools``: an object that is called with the server
and the `Offer`, and adds what it has to the server.
"""

from autoagent.tools.offer import TOOLS, Offer

__all__ = ["TOOLS", "Offer"]
