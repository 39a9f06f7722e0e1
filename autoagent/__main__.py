"""Run the command line with ``python -m autoagent``."""

from autoagent.cli import main

main()
