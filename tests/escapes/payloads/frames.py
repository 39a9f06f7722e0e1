"""Frames: from running code up to whoever runs it."""

from tests.escapes.payload import Payload, each

STRICT = ("strict",)

PAYLOADS = [
    Payload(
        name="frames-generator",
        goal="walk up from a generator's frame",
        trophy=STRICT,
        code="""
def g():
    yield frame.f_back.f_back
it = g()
frame = it.gi_frame
print('@MARK@', next(it))
""",
    ),
    Payload(
        name="frames-generator-computed",
        goal="read gi_frame, cr_frame and ag_frame by names that no text shows",
        trophy=STRICT,
        code="g = (n for n in [1])\nasync def c(): pass\nasync def a(): yield 1\n"
        + each(
            "print('@MARK@', getattr(g, 'gi_' + 'frame'))",
            "print('@MARK@', getattr(c(), 'cr_' + 'frame'))",
            "print('@MARK@', getattr(a(), 'ag_' + 'frame'))",
            "print('@MARK@', getattr(g, 'gi_' + 'code'))",
            "print('@MARK@', vars(type(g))['gi_' + 'frame'].__get__(g))",
            "import operator\nprint('@MARK@', operator.attrgetter('gi_' + 'frame')(g))",
        ),
    ),
    Payload(
        name="frames-traceback",
        goal="walk up from the traceback of an exception",
        trophy=STRICT,
        code="""
try:
    1 / 0
except Exception as error:
    print('@MARK@', error.__traceback__.tb_frame.f_back)
""",
    ),
    Payload(
        name="frames-traceback-computed",
        goal="get a traceback by names that no text shows",
        trophy=STRICT,
        code="""
try:
    1 / 0
except Exception as caught:
    error = caught
"""
        + each(
            "print('@MARK@', getattr(error, '__trace' + 'back__'))",
            "print('@MARK@', vars(BaseException)['__trace' + 'back__'].__get__(error))",
            "print('@MARK@', hasattr(error, '__trace' + 'back__') and error.with_traceback)",
            "print('@MARK@', error.__getstate__(), vars(error))",
        ),
    ),
    Payload(
        name="frames-exit-hands-over-a-traceback",
        goal="__exit__ and ExitStack give a traceback object to the organism's code",
        gap="code under the policy gets the traceback object itself, whose frames it refuses",
        code="""
class Catch:
    def __enter__(self): return self
    def __exit__(self, kind, error, traceback):
        self.traceback = traceback
        return True
catch = Catch()
with catch:
    1 / 0
"""
        + each(
            "print(getattr(catch.traceback, 'tb_' + 'frame'))",
            "print(getattr(catch.traceback, 'tb_' + 'next'))",
            "print(vars(type(catch.traceback))['tb_' + 'frame'])",
        ),
    ),
    Payload(
        name="frames-traceback-frame-of-exit",
        goal="get the frame out of the traceback that __exit__ is given",
        trophy=STRICT,
        code="""
class Catch:
    def __enter__(self): return self
    def __exit__(self, kind, error, traceback):
        for name in ('tb_' + 'frame', 'tb_' + 'next', 'tb_la' + 'sti'):
            try: print('@MARK@', getattr(traceback, name))
            except Exception: pass
        return True
with Catch():
    1 / 0
""",
    ),
    Payload(
        name="frames-traceback-formatted",
        goal="read the frame of the traceback that __exit__ is given, as text",
        gap="str.format with a computed template reads attributes, as text",
        code="""
class Catch:
    def __enter__(self): return self
    def __exit__(self, kind, error, traceback):
        for how in ('{0.tb_' + 'frame}', '{0.tb_' + 'frame.f_back}'):
            print('@MARK@', how.format(traceback))
        return True
with Catch():
    1 / 0
""",
    ),
    Payload(
        name="frames-sys",
        goal="ask sys, inspect and traceback for the stack",
        trophy=STRICT,
        code=each(
            "import sys\nprint('@MARK@', sys._getframe(3))",
            "print('@MARK@', __import__('in' + 'spect').currentframe())",
            "import sys\nsys.settrace(lambda frame, event, arg: print('@MARK@', frame))",
            "print('@MARK@', __import__('trace' + 'back').walk_stack(None))",
        ),
    ),
    Payload(
        name="frames-coroutine",
        goal="a coroutine's awaited object, origin and frame lead to other code",
        trophy=STRICT,
        code="""
class Wait:
    def __await__(self):
        yield 1
async def f():
    await Wait()
c = f()
c.send(None)
"""
        + each(
            "print('@MARK@', getattr(getattr(c, 'cr_' + 'await'), 'gi_' + 'frame'))",
            "print('@MARK@', getattr(c, 'cr_' + 'code'))",
            "match c:\n    case object(cr_frame=frame): print('@MARK@', frame)",
        ),
    ),
    Payload(
        name="frames-thrown-in",
        goal="throw into a suspended generator of the runtime, and see its frame",
        trophy=STRICT,
        code="""
import contextlib, io
manager = contextlib.redirect_stdout(io.StringIO())
manager.__enter__()
"""
        + each(
            "print('@MARK@', getattr(manager.gen, 'gi_' + 'frame'))",
            "manager.gen.throw(ValueError('thrown'))",
            "print('@MARK@', vars(manager)['gen'].gi_code)",
        ),
    ),
    Payload(
        name="frames-rewrite-the-caller",
        goal="rewrite the locals and globals of the world's frames, then forge its words",
        code=each(
            "import sys\nframe = sys._getframe()\nwhile frame:\n"
            "    for name, value in list(frame.f_locals.items()):\n"
            "        if callable(value) and name == 'host': value('@MARK@')\n"
            "    frame.f_globals['json'] = None\n    frame = frame.f_back",
        ),
    ),
]
