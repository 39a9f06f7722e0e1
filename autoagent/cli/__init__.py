"""The command line. Thin: parse, wire, show."""

from autoagent.cli.app import main

__all__ = ["main"]
