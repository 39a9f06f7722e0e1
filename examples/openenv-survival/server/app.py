"""The survival environment as an OpenEnv server: `python -m server.app --port 8000`."""

import argparse

import uvicorn

from env.adapters.openenv import LONGEST_MESSAGE, create_app

app = create_app()


def main() -> None:
    """Serve until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    uvicorn.run(app, host=given.host, port=given.port, ws_max_size=LONGEST_MESSAGE)


if __name__ == "__main__":
    main()
