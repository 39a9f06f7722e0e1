"""Make as many paperclips in 30 seconds as can be: how to ask a factory that is a local server.

Run it with `autoagent optimize examples/optimize/paperclips.py`. What the model writes are
settings, and the requests are made here: no wall lets a program reach a server, loopback or not.
"""

import atexit
import http.client
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECONDS = float(os.environ.get("PAPERCLIP_SECONDS", "30"))
MOST = {"workers": 64, "clips": 100}
task = f"""A factory makes paperclips when it is asked to, over HTTP, for {SECONDS:g} seconds.
An order for n clips takes 5 ms and n * n / 10 ms more; at most 8 orders are worked at once.
Settings are JSON such as {{"workers": 4, "clips": 10, "keep_alive": true}}: from 1 to 64 workers
who order one after another, from 1 to 100 clips in an order, and whether connections are kept."""
question = "Which settings are to be tried next, such that more clips are made?"
x0 = '{"workers": 1, "clips": 1, "keep_alive": false}'
max_steps = 5
places = threading.Semaphore(8)


class Factory(BaseHTTPRequestHandler):
    """Makes what the path says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Make some paperclips."""
        clips = int(self.path.strip("/"))
        with places:
            time.sleep(0.005 + clips * clips / 10_000)
        body = str(clips).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Factory)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
atexit.register(server.shutdown)


def f(text: str) -> tuple[float, str]:
    """Return how many paperclips these settings make."""
    settings = json.loads(text)
    for name, most in MOST.items():
        if type(settings.get(name)) is not int or not 1 <= settings[name] <= most:
            raise ValueError(f"{name} must be a whole number from 1 to {most}")
    made = [0] * settings["workers"]
    end = time.monotonic() + SECONDS
    workers = [
        threading.Thread(target=work, args=(made, number, settings, end))
        for number in range(settings["workers"])
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    return sum(made), f"{sum(made)} clips in {SECONDS:g} seconds"


def work(made: list[int], number: int, settings: dict, end: float) -> None:
    """Order until the end."""
    factory = None
    while time.monotonic() < end:
        factory = factory or http.client.HTTPConnection("127.0.0.1", server.server_port)
        factory.request("GET", f"/{settings['clips']}")
        made[number] += int(factory.getresponse().read())
        if not settings.get("keep_alive"):
            factory.close()
            factory = None
