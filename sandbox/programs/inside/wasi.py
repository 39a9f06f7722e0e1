"""The world of a WebAssembly program: WASI preview 1 with three streams and nothing else.

There is no file but standard input, output and error; no argument, no environment. The clock
moves by a fixed step at each reading and by as much as the program sleeps; random bytes are
the same in every run. So a run is a function of the module and its input. What is not defined
here is a trap.

Each call costs fuel, since what it does costs the host time. What the functions are meant to do is
described at https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md.
"""

# ruff: noqa: D102

from __future__ import annotations

import ctypes
import random
from typing import Any

MODULE = "wasi_snapshot_preview1"

SUCCESS, BAD_FILE, FAULT, INVALID, IS_PIPE = 0, 8, 21, 28, 70
STDIN, STDOUT, STDERR = range(3)
REGULAR_FILE = 4
"""What a stream says it is: C libraries buffer what they write to one."""
MAY_READ, MAY_WRITE = 1 << 1, 1 << 6

FUEL_OF_A_CALL = 1_000
MOST_VECTORS, MOST_EVENTS, MOST_RANDOM = 1024, 64, 1 << 16
FIRST_INSTANT = 10**18
"""What the clock shows when a program starts: 2001-09-09, in nanoseconds."""
TICK_OF_CLOCK = 1_000_000
MASK = 0xFFFFFFFF


class Stop(Exception):
    """The program ends here.

    Attributes:
        status: How, as `Run.status` has it.
        detail: What there is to say about it.
    """

    def __init__(self, status: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class FaultError(Exception):
    """An address outside the program's memory."""


class World:
    """One run of a program, as the program sees it.

    Args:
        store: The engine's store that it runs in.
        stdin: All that it can read.
        output_bytes: How much it may write.

    Attributes:
        memory: Its linear memory, once it is instantiated.
        written: What it wrote, by descriptor.
    """

    def __init__(self, store: Any, stdin: bytes, output_bytes: int) -> None:
        self.store = store
        self.memory: Any = None
        self.written = {STDOUT: bytearray(), STDERR: bytearray()}
        self._stdin, self._read = stdin, 0
        self._room = output_bytes
        self._clock = FIRST_INSTANT
        self._random = random.Random(0)

    def call(self, name: str, *arguments: int) -> int:
        """Answer a call of the function `name`.

        Raises:
            Stop: The program ends with it.
        """
        self._charge(FUEL_OF_A_CALL)
        try:
            result: int = getattr(self, name)(*(each & MASK for each in arguments))
        except FaultError:
            return FAULT
        return result

    def _charge(self, fuel: int) -> None:
        left = self.store.get_fuel() - fuel
        self.store.set_fuel(max(left, 0))
        if left < 0:
            raise Stop("fuel", "the CPU budget is used up")

    def _address(self, pointer: int, length: int) -> int:
        if self.memory is None or pointer + length > self.memory.data_len(self.store):
            raise FaultError
        return ctypes.addressof(self.memory.data_ptr(self.store).contents) + pointer

    def _load(self, pointer: int, length: int) -> bytes:
        return ctypes.string_at(self._address(pointer, length), length)

    def _save(self, pointer: int, data: bytes) -> None:
        ctypes.memmove(self._address(pointer, len(data)), data, len(data))

    def _number(self, pointer: int, value: int, size: int = 4) -> int:
        self._save(pointer, (value & (1 << 8 * size) - 1).to_bytes(size, "little"))
        return SUCCESS

    def _vectors(self, pointer: int, count: int) -> list[tuple[int, int]]:
        words = memoryview(self._load(pointer, 8 * count)).cast("I").tolist()
        return list(zip(words[::2], words[1::2], strict=True))

    def fd_read(self, fd: int, vectors: int, count: int, result: int) -> int:
        if fd != STDIN:
            return BAD_FILE
        if count > MOST_VECTORS:
            return INVALID
        start = self._read
        for pointer, length in self._vectors(vectors, count):
            data = self._stdin[self._read : self._read + length]
            self._save(pointer, data)
            self._read += len(data)
        self._charge(self._read - start)
        return self._number(result, self._read - start)

    def fd_write(self, fd: int, vectors: int, count: int, result: int) -> int:
        if fd not in self.written:
            return BAD_FILE
        if count > MOST_VECTORS:
            return INVALID
        total = 0
        for pointer, length in self._vectors(vectors, count):
            self.written[fd] += self._load(pointer, min(length, self._room))
            if length > self._room:
                raise Stop("output", "it wrote more than it may")
            self._room -= length
            total += length
        self._charge(total)
        return self._number(result, total)

    def fd_fdstat_get(self, fd: int, result: int) -> int:
        if fd > STDERR:
            return BAD_FILE
        rights = MAY_READ if fd == STDIN else MAY_WRITE
        self._save(
            result, bytes([REGULAR_FILE, *7 * [0]]) + rights.to_bytes(8, "little") + bytes(8)
        )
        return SUCCESS

    def fd_filestat_get(self, fd: int, result: int) -> int:
        if fd > STDERR:
            return BAD_FILE
        self._save(result, bytes(16) + bytes([REGULAR_FILE]) + bytes(47))
        return SUCCESS

    def fd_seek(self, fd: int, *_: int) -> int:
        return IS_PIPE if fd <= STDERR else BAD_FILE

    def fd_close(self, fd: int) -> int:
        return SUCCESS if fd <= STDERR else BAD_FILE

    def fd_fdstat_set_flags(self, fd: int, _flags: int) -> int:
        return SUCCESS if fd <= STDERR else BAD_FILE

    def fd_prestat_get(self, _fd: int, _result: int) -> int:
        return BAD_FILE

    def environ_sizes_get(self, count: int, size: int) -> int:
        return self._number(count, 0) or self._number(size, 0)

    def environ_get(self, _pointers: int, _texts: int) -> int:
        return SUCCESS

    args_sizes_get, args_get = environ_sizes_get, environ_get

    def clock_time_get(self, _clock: int, _precision: int, result: int) -> int:
        self._clock += TICK_OF_CLOCK
        return self._number(result, self._clock, 8)

    def clock_res_get(self, _clock: int, result: int) -> int:
        return self._number(result, 1, 8)

    def random_get(self, pointer: int, length: int) -> int:
        if length > MOST_RANDOM:
            return INVALID
        self._charge(length)
        self._save(pointer, self._random.randbytes(length))
        return SUCCESS

    def poll_oneoff(self, wanted: int, events: int, count: int, result: int) -> int:
        """Let everything asked for have happened; sleeping moves the clock and costs no time."""
        if not 0 < count <= MOST_EVENTS:
            return INVALID
        for each in range(count):
            asked = self._load(wanted + 48 * each, 48)
            if asked[8] == 0:
                timeout, absolute = int.from_bytes(asked[24:32], "little"), asked[40] & 1
                later = timeout if absolute else self._clock + timeout
                self._clock = max(self._clock, min(later, 1 << 63))
            self._save(events + 32 * each, asked[:8] + bytes([0, 0, asked[8]]) + bytes(21))
        return self._number(result, count)

    def sched_yield(self) -> int:
        return SUCCESS

    def proc_exit(self, code: int) -> int:
        raise Stop("exit" if code else "ok", f"exit status {code}" if code else "")


SIGNATURES = {
    "fd_read": "iiii", "fd_write": "iiii", "fd_seek": "iIii", "fd_close": "i",
    "fd_fdstat_get": "ii", "fd_fdstat_set_flags": "ii", "fd_filestat_get": "ii",
    "fd_prestat_get": "ii", "environ_sizes_get": "ii", "environ_get": "ii",
    "args_sizes_get": "ii", "args_get": "ii", "clock_time_get": "iIi", "clock_res_get": "ii",
    "random_get": "ii", "poll_oneoff": "iiii", "sched_yield": "", "proc_exit": "i",
}  # fmt: skip
"""What each function takes: ``i`` for 32 bits, ``I`` for 64; all but the last return an error."""
