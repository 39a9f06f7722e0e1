"""The files in memory, as a way to whatever is around them."""

from tests.escapes.payload import Payload, each

STRICT = ("strict",)
HOLD = "import contextlib, glob, io, os, pathlib, shutil, tempfile\n"

PAYLOADS = [
    Payload(
        name="memory-files-real-modules",
        goal="get from the functions on files in memory to the modules that they are written with",
        trophy=STRICT,
        code=HOLD
        + each(
            "print('@MARK@', os.sys)",
            "print('@MARK@', os.posix)",
            "print('@MARK@', os.path.os)",
            "print('@MARK@', pathlib.os)",
            "print('@MARK@', pathlib.Path('.').parser)",
            "print('@MARK@', pathlib.Path('.').parser.os)",
            "print('@MARK@', pathlib.Path('.')._flavour)",
            "print('@MARK@', type(pathlib.Path('.')._flavour).pathmod)",
            "print('@MARK@', pathlib.PureWindowsPath.parser)",
            "print('@MARK@', shutil.os, shutil.sys)",
            "print('@MARK@', tempfile._os)",
            "print('@MARK@', glob.os)",
            "print('@MARK@', io._io)",
            "print('@MARK@', contextlib.chdir('.').os)",
            "print('@MARK@', tempfile.TemporaryDirectory()._finalizer._registry)",
        ),
    ),
    Payload(
        name="memory-files-machinery",
        goal="get hold of the tree and of what serves it, through what it hands out",
        trophy=STRICT,
        code=HOLD
        + each(
            "print('@MARK@', os.open)",
            "print('@MARK@', getattr(os.open, '__se' + 'lf__'))",
            "print('@MARK@', getattr(os.open, '__clo' + 'sure__'))",
            "print('@MARK@', getattr(os.open, '__wrapped__'))",
            "with open('f', 'w') as f: print('@MARK@', vars(f.buffer.raw), type(f.buffer.raw))",
            "print('@MARK@', os.DirEntry, os.scandir(), type(os.scandir()))",
            "print('@MARK@', [*os.scandir('/')], vars(os.DirEntry))",
            "class M:\n    def __fspath__(self): raise ValueError\n"
            "try: os.stat(M())\nexcept ValueError as e: print('@MARK@', e.__traceback__.tb_frame)",
        ),
    ),
    Payload(
        name="memory-files-replaced",
        goal="replace the methods of what is handed out, and be called by the world",
        code=HOLD
        + each(
            "def evil(*a, **k): raise SystemExit\n"
            "kinds = [os.DirEntry, type(os.scandir()), pathlib.Path, pathlib.PosixPath]\n"
            "kinds += [type(open('f', 'wb', 0)), tempfile.TemporaryDirectory]\n"
            "for kind in kinds:\n    for name in dir(kind):\n"
            "        try: setattr(kind, name, evil)\n        except Exception: pass",
            "os.environ.clear()\nos.environ['HOME'] = '/etc'\nos.umask(0o777)\nos.chdir('/')",
            "os.path.join = os.listdir = io.open = None",
        ),
    ),
    Payload(
        name="memory-files-host-paths",
        goal="read and write the host's files by names that are resolved on the way",
        code=HOLD
        + each(
            "print(open('/self/../..@SECRET@').read())",
            "print(pathlib.Path('@SECRET@').read_text())",
            "print(os.read(os.open('@SECRET@', os.O_RDONLY), 99))",
            "print(io.FileIO('@SECRET@').read())",
            "print(io.open('/proc/self/root@SECRET@').read())",
            "shutil.copy('@SECRET@', 'mine')\nprint(open('mine').read())",
            "print(glob.glob('/**/secret', recursive=True), [*os.walk('/')])",
            "for fd in range(64): print(os.read(fd, 9))",
            "for fd in range(64): print(os.write(fd, b'x'))",
            "for fd in range(64): print(open(fd, 'rb').read())",
            "path = '@DROP@'\nfor name in ('keep', 'new'): open(path + '/' + name, 'w').write('x')",
            "shutil.rmtree(pathlib.Path('/') / '@DROP@'[1:])",
            "print(tempfile.mkstemp(dir='@DROP@'))",
        ),
    ),
    Payload(
        name="memory-files-bombs",
        goal="take all memory, time and names with files",
        code=HOLD
        + each(
            "open('big', 'wb').truncate(1 << 62)",
            "with open('sparse', 'wb') as f: f.seek(1 << 60), f.write(b'x')",
            "with open('long', 'w') as f:\n    while True: f.write('x' * (1 << 20))",
            "for n in range(10**6): open(str(n), 'w').close()",
            "for n in range(10**6): os.makedirs('a/' * n)",
            "kept = []\nwhile True: kept.append(os.open('big', os.O_CREAT | os.O_RDWR))",
            "os.mkdir('\\ud800')\nos.mkdir('\\n\\x1b[2J')\nos.mkdir('x' * 256)",
            "shutil.copytree('/', '/tmp/copy')",
        ),
    ),
]
