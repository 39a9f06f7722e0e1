"""Bombs: more of something than there is."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each


def _bomb(name: str, goal: str, code: str) -> Payload:
    return Payload(name=f"resources-{name}", goal=goal, code=code)


PAYLOADS = [
    _bomb("loop", "compute for ever", "while True: pass"),
    _bomb(
        "loop-that-catches",
        "compute for ever, and catch whatever would end it",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    ),
    _bomb("loop-in-c", "compute for ever in C, where no bytecode ends", "sum(range(10 ** 15))"),
    _bomb("power", "a number that takes for ever", "x = 9 ** 9 ** 9"),
    _bomb("digits", "write a big number out", "x = 7 ** 10 ** 6\nprint(len(f'{x:x}'), x)"),
    _bomb("factorial", "a big factorial", "import math\nmath.factorial(10 ** 7)"),
    _bomb("shift", "a number that fills the memory", "x = 1 << (1 << 40)"),
    _bomb("pattern", "catastrophic backtracking", "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')"),
    _bomb(
        "pattern-compiled",
        "a pattern that explodes when it is compiled",
        "import re\nre.compile('(' * 90 + 'a{1,9999}' + '){1,99}' * 90)",
    ),
    _bomb("list", "fill the memory with one list", "x = [0] * 10 ** 9"),
    _bomb("lists", "fill the memory in steps", "x = []\nwhile True: x.append(bytearray(10 ** 6))"),
    _bomb(
        "lists-that-catch",
        "fill the memory, and go on after each error",
        "x = []\nwhile True:\n    try: x.append(bytearray(10 ** 5))\n    except MemoryError: pass",
    ),
    _bomb("doubling", "double a text until nothing is left", "x = 'x'\nwhile True: x += x"),
    _bomb("expansion", "a small text that formats to a giant one", "x = '%999999999d' % 1"),
    _bomb(
        "product",
        "a giant product of iterators",
        "import itertools\nlist(itertools.product(range(99), repeat=9))",
    ),
    _bomb("print", "print without end", "while True: print('@MARK@' * 1000)"),
    _bomb("print-little", "print empty texts without end", "while True: print('', end='')"),
    _bomb("recursion", "recurse without end", "def f(): f()\nf()"),
    _bomb(
        "recursion-in-c",
        "recurse in C, where the interpreter does not count",
        each(
            "x = []\nfor _ in range(10 ** 6): x = [x]\nprint(repr(x)[:9])",
            "x = ()\nfor _ in range(10 ** 6): x = (x,)\nhash(x)",
            "import copy\ncopy.deepcopy(x)",
            "f = len\nimport functools\nfor _ in range(10 ** 5): f = functools.partial(f)\nf('x')",
        ),
    ),
    _bomb(
        "recursion-by-comparison",
        "compare structures that contain each other",
        "a, b = [], []\na.append(b), b.append(a)\nx = {}\nx['x'] = x\n"
        "try: print(a == b)\nexcept RecursionError: print('bounded')\nprint(x == x)",
    ),
    _bomb(
        "unwinding",
        "destroy a chain that is millions of objects long",
        "x = None\nfor _ in range(2 * 10 ** 6): x = (x,)\ndel x",
    ),
    _bomb(
        "parser-brackets",
        "brackets beyond the parser's stack",
        "exec('(' * 5000 + ')' * 5000)",
    ),
    _bomb("parser-chain", "operators beyond the parser's stack", "exec('-' * 50_000 + '1')"),
    _bomb(
        "parser-blocks",
        "blocks in blocks",
        "exec('\\n'.join(' ' * n + 'if 1:' for n in range(99)))",
    ),
    _bomb(
        "parser-f-strings",
        "brackets inside an f-string, which a tokenizer may take for text",
        "exec('f\"{' + '(' * 150 + '1' + ')' * 150 + '}\"')",
    ),
    _bomb(
        "texts",
        "execute so many texts that remembering them fills the memory",
        "n = 0\nwhile True:\n    n += 1\n    exec(f'x = {n} #' + 'x' * 50_000)",
    ),
    _bomb(
        "names",
        "so many definitions that counting them takes for ever",
        "for n in range(10 ** 5): globals()[f'f{n}'] = lambda self: 1",
    ),
    _bomb("sleep", "sleep for a year", "import time\nfor _ in range(99): time.sleep(10 ** 8)"),
    _bomb(
        "sleep-for-ever",
        "sleep so long that the clock overflows",
        "import time\nwhile True: time.sleep(9 * 10 ** 8)",
    ),
    _bomb(
        "wait-busily",
        "wait for a time that never comes",
        "import time\nend = time.monotonic() + 10 ** 9\nwhile time.monotonic() < end: pass",
    ),
    _bomb("chance", "draw random bytes without end", "import os\nwhile True: os.urandom(1 << 20)"),
    _bomb(
        "fork",
        "fork without end",
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    ),
    _bomb(
        "fork-and-leave",
        "leave processes behind that outlive the life",
        "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        if os.fork() == 0:\n            while True: time.sleep(1)\n        os._exit(0)",
    ),
    _bomb(
        "threads",
        "start threads without end",
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,)).start()",
    ),
    _bomb(
        "threads-that-go-on",
        "a thread that speaks while the organism waits for an answer",
        "import threading, time, sys\nhost = sys.modules['autoagent.organism.world'].world.host\n"
        'def speak():\n    while True: host(\'{"kind": "skill", "name": "clock", "input": {}}\')\n'
        "for _ in range(9): threading.Thread(target=speak, daemon=True).start()",
    ),
    _bomb(
        "descriptors",
        "open descriptors until none is left",
        "import os\nkept = []\nwhile True:\n    kept += os.pipe()\n",
    ),
    _bomb(
        "files",
        "fill every folder that can be written to",
        each(
            "for folder in ('/tmp', '/dev/shm', '/var/tmp', '.', '/run', '/home'):\n"
            "    try:\n        with open(folder + '/bomb', 'wb') as file:\n"
            "            for _ in range(64): file.write(bytes(1 << 20))\n"
            "    except OSError as error: print(folder, error)",
        ),
    ),
    _bomb(
        "shared-memory",
        "fill memory that does not count as the guest's own",
        each(
            "import mmap\nx = [mmap.mmap(-1, 1 << 24) for _ in range(64)]\nfor m in x: m[::4096] = b'x' * 4096",
            "import os\nf = os.memfd_create('x')\nos.truncate(f, 1 << 40)\nfor _ in range(512): os.write(f, bytes(1 << 20))",
        ),
    ),
    _bomb(
        "returned-data",
        "a reply that nests so deeply that reading it ends the host",
        "x = {}\nfor _ in range(5000): x = {'a': x}\nself.x = x\nself.task = x\nself.use('notes', write=x)",
    ),
    _bomb("stops-itself", "stop instead of ending", "import os\nos.kill(os.getpid(), 19)"),
]
