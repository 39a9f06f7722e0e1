"""Modules that are handed out in part: what their functions reach on behalf of who calls them."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each

STRICT = ("strict",)

PAYLOADS = [
    Payload(
        name="facades-modules-inside",
        goal="modules that modules have imported",
        trophy=STRICT,
        code="import argparse, csv, inspect, logging, queue, sys, timeit, traceback, unittest\n"
        + each(
            "print('@MARK@', logging.sys, logging.os)",
            "print('@MARK@', getattr(logging, 's' + 'ys'))",
            "print('@MARK@', argparse._os)",
            "print('@MARK@', getattr(argparse, '_s' + 'ys'))",
            "print('@MARK@', csv.re, csv.types)",
            "print('@MARK@', inspect.importlib, inspect.builtins)",
            "print('@MARK@', queue.threading, queue.types)",
            "print('@MARK@', timeit.gc, timeit.sys)",
            "print('@MARK@', traceback.linecache)",
            "print('@MARK@', unittest.case, unittest.loader, unittest.signals)",
            "print('@MARK@', getattr(sys, 'mod' + 'ules'), getattr(sys, '_get' + 'frame'))",
            "from unittest import case\nprint('@MARK@', case)",
            "print('@MARK@', __import__('_strp' + 'time').re, __import__('_py' + 'long').decimal)",
            "import unittest.mock\nprint('@MARK@', unittest.mock)",
        ),
    ),
    Payload(
        name="facades-dictionaries-of-classes",
        goal="library code reads the __dict__ of whatever it is given, and hands it on",
        trophy=STRICT,
        code="""
import argparse, logging
got = []
class D(dict):
    def __or__(self, other): got.append(other); return dict(other)
class E:
    def __eq__(self, other): got.append(other); return False
class F:
    def __mod__(self, other): got.append(other); return ''
    def strip(self, *a): return 'x'
    def __bool__(self): return True
class S(argparse.Namespace):
    @property
    def __dict__(self): return E()
def shown():
    for each in got:
        each = dict(each)
        print('@MARK@', each['__subcl' + 'asses__'](object))
        print('@MARK@ globals of', each['__glo' + 'bals__'].__get__(extract_code)['__name__'])
"""
        + each(
            "logging.Formatter('%(a)s', defaults=D()).formatMessage(type)\nshown()",
            "logging.Formatter('{a}', style='{', defaults=D()).formatMessage(type)\nshown()",
            "logging.Formatter('$a', style='$', defaults=D()).formatMessage(type)\nshown()",
            "style = type(logging.Formatter('%(a)s')._style)\nstyle('%(a)s', defaults=D()).format(type)\nshown()",
            "got.append(argparse.Namespace._get_kwargs(type))\nshown()",
            "got.append(argparse.Namespace._get_kwargs(type(extract_code)))\nshown()",
            "argparse.Namespace.__eq__(type, S())\nshown()",
            "action = argparse.Action(['-x'], 'x')\nclass A: help = F()\n"
            "argparse.HelpFormatter('p')._expand_help(A)\nprint(got)\nshown()",
            "logging.setLogRecordFactory(lambda *a: type)\nlogging.makeLogRecord({'x': 1})",
        ),
    ),
    Payload(
        name="facades-attributes-by-name",
        goal="library code gets and sets attributes whose names it is given",
        trophy=STRICT,
        code="import argparse, json, unittest\n"
        + each(
            "json.dumps._type_equality_funcs = {int: '__glo' + 'bals__'}\n"
            "print('@MARK@ globals of', unittest.TestCase._getAssertEqualityFunc(json.dumps, 1, 2)['__name__'])",
            "extract_code._type_equality_funcs = {int: '__co' + 'de__'}\n"
            "print('@MARK@', unittest.TestCase._getAssertEqualityFunc(extract_code, 1, 2))",
            "class T(unittest.TestCase): pass\nT.x = extract_code\nprint('@MARK@', T('__dict__')._testMethodDoc)",
            "stream = type(unittest.TextTestRunner().stream)(extract_code)\nprint('@MARK@', getattr(stream, '__glo' + 'bals__'))",
            "p = argparse.ArgumentParser()\np.add_argument('--x', dest='__cl' + 'ass__', type=lambda s: type(self))\n"
            "p.parse_args(['--x', '1'], namespace=extract_code)",
            "def f(): pass\np = argparse.ArgumentParser()\np.add_argument('--x', dest='__co' + 'de__', default=1)\n"
            "p.parse_args([], namespace=f)",
            "p = argparse.ArgumentParser()\np.add_argument('--x', dest='__glo' + 'bals__', action='append')\n"
            "print('@MARK@ globals of', p.parse_args([], namespace=extract_code).__globals__['__name__'])",
            "l = unittest.TestLoader()\nl.testMethodPrefix = '__glo'\nprint('@MARK@', l.getTestCaseNames(extract_code))",
        ),
    ),
    Payload(
        name="facades-tests-by-name",
        goal="test loaders import modules by name, and call what is in them",
        trophy=STRICT,
        code="import unittest\nloader = unittest.TestLoader()\n"
        + each(
            "print('@MARK@', loader._get_module_from_name('json'))",
            "print('@MARK@', getattr(loader, '_get_module_from' + '_name')('sys'))",
            "loader.loadTestsFromName('os.getpid')",
            "unittest.defaultTestLoader.loadTestsFromNames(['os.abort'])",
            "loader.discover('/')",
            "class L(unittest.TestLoader): pass\nprint('@MARK@', L()._find_tests('/', 'x'))",
            "unittest.main(module='os', argv=['x', 'os.abort'])",
            "print('@MARK@', unittest.TestProgram)",
            "unittest.installHandler()",
            "class T:\n    __module__ = property(lambda s: print('@MARK@', s))\nt = T()\nunittest.main()",
        ),
    ),
    Payload(
        name="facades-timed-text",
        goal="timeit runs text, in the scope of its module",
        trophy=STRICT,
        code="import timeit\n"
        + each(
            "timeit.timeit('print(\"@MARK@\", sys, gc, itertools)', number=1)",
            'timeit.timeit(\'print("@MARK@", __import__("s" + "ys").modules)\', number=1)',
            "timeit.timeit('pass', setup='print(\"@MARK@\", (lambda: 0).__code__)', number=1)",
            "timeit.timeit('print(\"@MARK@\", open)', globals={}, number=1)",
            "timeit.timeit('print(\"@MARK@\", open)', globals={'__builtins__': {}}, number=1)",
            "print('@MARK@', timeit.Timer('pass').inner.__globals__)",
            "timeit.timeit('pass\\n    import os\\n    os.system(\"true\")', number=1)",
            "class S(str):\n    def format(self, **k): return 'def inner(a, b): return open'\ntimeit.template = S()\n"
            "print('@MARK@', timeit.Timer('pass').inner(0, 0))",
            "timeit.Timer('print(\"@MARK@\", object.__dict__)').timeit(1)",
        ),
    ),
    Payload(
        name="facades-signatures",
        goal="signatures evaluate annotations and defaults that are text",
        trophy=STRICT,
        code="import inspect\nEVIL = 'print(\"@MARK@\", __builtins__)'\ndef f(x: EVIL = 1): pass\nf.__annotations__['x'] = EVIL\n"
        + each(
            "inspect.signature(f, eval_str=True)",
            "type(inspect.signature(f)).from_callable(f, eval_str=True)",
            "inspect.Signature.from_callable(f, eval_str=True, globals={}, locals={})",
            "C = type('C', (), {'__text_' + 'signature__': '(x=sys.modules, y=__import__(\"os\"))'})\nprint('@MARK@', inspect.signature(C))",
            "C = type('C', (), {'__text_' + 'signature__': '(x=__builtins__)', '__module__': 'sys'})\n"
            "print('@MARK@', [p.default for p in inspect.signature(C).parameters.values()])",
            "for name, value in inspect.getmembers(extract_code): print('@MARK@', value)",
            "for name, value in inspect.getmembers((n for n in [1])): print('@MARK@', value)",
            "f.__wrapped__ = ask_model\nprint('@MARK@', inspect.signature(f), inspect.unwrap(f))",
            "print('@MARK@', inspect.stack()[0])",
            "print('@MARK@', getattr(inspect, 'current' + 'frame')())",
        ),
    ),
    Payload(
        name="facades-streams",
        goal="from the streams of sys to those who keep the books",
        trophy=STRICT,
        code="import logging, sys\n"
        + each(
            "print('@MARK@', getattr(sys.stdout.write, '__clo' + 'sure__'))",
            "print('@MARK@', getattr(sys.stderr.write, '__se' + 'lf__', sys.stderr))",
            "print('@MARK@', type(sys.stdout).__subclasses__(), sys.stdout.__class__)",
            "print('@MARK@', logging.StreamHandler().stream)",
            "print('@MARK@', logging.lastResort.stream)",
            "print('@MARK@', vars(sys)['stdout'], sys.__stdout__)",
            "type(sys.stdout).write = lambda *a: None\nsys.stdout.flush = 1\nsys.stdout = sys.stderr = None",
        ),
        then=("print('still here')", "import sys\nprint(sys.stdout)"),
    ),
    Payload(
        name="facades-traces-in-records",
        goal="log records and test results are given traceback objects",
        gap="log records and test results hold a traceback object, whose frames are refused by name",
        code="""
import logging, unittest
held = []
class H(logging.Handler):
    def emit(self, record): held.append(record.exc_info[2])
class R(unittest.TestResult):
    def addError(self, test, error): held.append(error[2])
class T(unittest.TestCase):
    def test(self): 1 / 0
logging.getLogger('x').addHandler(H())
try: 1 / 0
except Exception: logging.getLogger('x').exception('oops')
T('test').run(R())
"""
        + each(
            "for trace in held: print(getattr(trace, 'tb_' + 'frame'))",
            "for trace in held: print(getattr(trace, 'tb_' + 'next'))",
        ),
    ),
    Payload(
        name="facades-ways-out",
        goal="leave by exit, and by what calls it",
        code=each("exit()"),
        then=("import sys\nsys.exit(3)", "quit('bye')", "raise SystemExit"),
    ),
    Payload(
        name="facades-waiting",
        goal="wait for somebody who is not there",
        code=each(
            "import queue\nqueue.Queue().get()",
            "import queue\nq = queue.Queue(1)\nq.put(1)\nq.put(2, timeout=9)",
            "import queue\nq = queue.PriorityQueue()\nq.put(1)\nq.join()",
            "import queue\nqueue.SimpleQueue().get(timeout=None)",
            "import timeit\ntimeit.Timer('pass').autorange()",
        ),
    ),
]
