"""A worker process: takes calls from its channel and answers them, as long as the host lives."""

import os
import pickle
import signal
import sys
import threading
from multiprocessing.connection import Connection
from queue import SimpleQueue


def main(descriptor: int) -> None:
    """Answer calls until the channel closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.set_inheritable(descriptor, False)
    channel = Connection(descriptor)
    sys.path[:] = pickle.loads(channel.recv_bytes())
    from genetic.executors.calls import perform

    own, calls = os.getpid(), SimpleQueue[bytes]()
    threading.Thread(target=_listen, args=(channel, calls), daemon=True).start()
    while True:
        answer = perform(calls.get())
        if os.getpid() != own:
            os._exit(0)  # a call has forked: one of both answers
        channel.send_bytes(answer)


def _listen(channel: Connection, calls: SimpleQueue[bytes]) -> None:
    try:
        while True:
            calls.put(channel.recv_bytes())
    except (EOFError, OSError):
        os._exit(1)  # the host is gone: a call may run for long, and nobody wants its result


if __name__ == "__main__":
    main(int(sys.argv[1]))
