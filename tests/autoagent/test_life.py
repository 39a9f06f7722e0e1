"""Lives behind the real wall, with scripted answers: what each kind of code leads to."""

import json
from typing import Any

import pytest

from autoagent.death import Cause
from autoagent.genome import LARGEST_GENOME
from autoagent.host import Idle
from autoagent.journal import JournalError
from autoagent.life import Death, Heartbeat, Life
from autoagent.meter import SuspendedError
from autoagent.skills import load_skills
from sandbox.limits import Limits
from sandbox.session import End, Message, Sandbox, SandboxError, Session
from sandbox.wasm import WasmSandbox
from tests.conftest import Live
from tests.fuzz.targets import Saying
from tests.hosts import Keeping


def test_the_example_life(live: Live) -> None:
    born, called, again, used = live(
        "```python\ndef hello_world():\n    print('Hello world!')\n```",
        "```python\nhello_world()  # Call me again\n```",
        "```python\ndef call_me_again():\n    print('again')\nself.new_attribute = 'kept'\n```",
        "call_me_again()\nprint(self.new_attribute, self.hello_world is hello_world)",
    )
    assert born.outcome.changed == ("hello_world",)
    assert called.outcome.stdout == "Hello world!\n"
    assert again.outcome.changed == ("call_me_again",)
    assert again.outcome.state == ("new_attribute",)
    assert used.outcome.stdout == "again\nkept True\n"
    assert isinstance(used, Heartbeat)


def test_first_query_is_the_prompt_and_the_next_tells_of_errors(live: Live) -> None:
    (event,) = live("undefined_name")
    assert isinstance(event, Heartbeat)
    assert "NameError: name 'undefined_name' is not defined" in event.query
    assert "Define a function" in event.query


def test_code_that_is_too_much_is_told(live: Live) -> None:
    fields, after = live("```python\nx = f'" + "{x}" * 80_000 + "'\n```", "print('on')")
    assert isinstance(fields, Heartbeat)
    assert "blocked: too many words: write it in several answers" in fields.query
    assert not fields.outcome.harm
    assert after.outcome.stdout == "on\n"


@pytest.mark.parametrize("wrong", [{"policy": "Strict"}, {"on_harm": "ignore"}])
def test_a_policy_that_is_none_is_refused(wall: Sandbox, wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=f"unknown {name} .*; known: "):
        Life(wall, **wrong)


def test_behind_the_wall_all_but_open_is_strict(wall: Sandbox) -> None:
    life = Life(wall)
    life.policy = "Strict"  # type: ignore[assignment]
    life.begin("Count")
    event = life.answer("().__class__.__base__.__subclasses__()")
    assert "__subclasses__" in event.outcome.error
    life.close()


def test_a_machine_that_is_too_busy_to_judge_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, wall: Sandbox
) -> None:
    host = Keeping()
    life = Life(wall, host=host)
    life.begin("Count")
    monkeypatch.setattr("autoagent.judging.JUDGING_SECONDS", -1.0)
    with pytest.raises(SandboxError, match="resume the run"):
        life.answer("import os\nos.system('ls')")
    life.close()
    assert [kind for kind, _ in host.entered] == ["born"]


def test_a_function_that_takes_self_becomes_a_method_at_once(live: Live) -> None:
    (event,) = live(
        "def f(self):\n    return 3\nprint(self.f())\nself.f = lambda: 4\nprint(self.f())"
    )
    assert event.outcome.stdout == "3\n4\n"
    assert event.outcome.changed == ("f",)


def test_top_level_code_sees_its_own_names(live: Live) -> None:
    (event,) = live("a = 1\nprint('a' in locals(), 'a' in dir(), 'a' in globals(), eval('a'))")
    assert event.outcome.stdout == "True True True 1\n"


def test_assignment_of_a_function_binds_it(live: Live) -> None:
    (event,) = live("def g(self, x):\n    return x + 1\nself.h = g\nprint(self.h(1))")
    assert event.outcome.stdout == "2\n"


@pytest.mark.parametrize(
    "name", ["run", "step", "build_query", "call_llm", "execute_code", "use", "source"]
)
def test_every_method_can_be_read_and_executed_again(live: Live, name: str) -> None:
    read, after = live(f"exec(self.source({name!r}))\nprint(self.source({name!r}))", "print('on')")
    assert read.outcome.stdout.startswith(f"def {name}(self")
    assert after.outcome.stdout == "on\n"


def test_a_rewritten_execute_code_bites_at_once_and_still_lives(live: Live) -> None:
    rewritten, marked, told = live(
        "def execute_code(self, response):\n    print('mine')\n    exec(extract_code(response))",
        "x = 5\nprint(x)",
        "print(self.source('execute_code').count('mine'))",
    )
    assert rewritten.outcome.changed == ("execute_code",)
    assert marked.outcome.stdout == "mine\n5\n"
    assert told.outcome.stdout == "mine\n1\n"


def test_an_edit_of_the_own_source_works(live: Live) -> None:
    edit = "exec(self.source('build_query').replace('Your task', 'Aufgabe'))"
    _, event = live(edit, "x = 1")
    assert isinstance(event, Heartbeat)
    assert "Aufgabe: " in event.query


def test_a_broken_execute_code_is_death(live: Live) -> None:
    alive, dead = live("self.execute_code = 5", "x = 1")
    assert isinstance(alive, Heartbeat)
    assert isinstance(dead, Death)
    assert dead.cause is Cause.CRASHED
    assert "not callable" in dead.detail


def test_a_broken_loop_is_death(live: Live) -> None:
    (dead,) = live("def step(self):\n    raise ValueError('broken')")
    assert isinstance(dead, Death)
    assert (dead.cause, dead.outcome.changed) == (Cause.CRASHED, ("step",))


def test_a_loop_that_returns_has_ended(live: Live) -> None:
    (dead,) = live("def run(self):\n    return")
    assert isinstance(dead, Death)
    assert (dead.cause, dead.outcome.changed) == (Cause.ENDED, ("run",))


def test_a_rewritten_loop_takes_over(live: Live) -> None:
    loop = "def run(self):\n    while True:\n        print('my loop')\n        self.step()"
    first, second = live(loop, "x = 1")
    assert first.outcome.stdout == "my loop\n"
    assert second.outcome.stdout == "my loop\n"


def test_a_deaf_organism_lives_on(live: Live) -> None:
    _, event = live("self.execute_code = lambda response: None", "print('heard')")
    assert isinstance(event, Heartbeat)
    assert event.outcome.stdout == ""


def test_harm_is_death_before_delivery(live: Live) -> None:
    (dead,) = live("import os; os.system('rm -rf /')")
    assert isinstance(dead, Death)
    assert dead.cause is Cause.HARM
    assert [violation.line for violation in dead.outcome.harm] == [1]


def test_harm_can_be_feedback(live: Live) -> None:
    told, after = live("import os; os.system('true')", "print(1)", on_harm="feedback")
    assert isinstance(told, Heartbeat)
    assert told.outcome.harm[0].kind == "harm"
    assert "os.system" in told.outcome.error
    assert after.outcome.stdout == "1\n"
    assert after.outcome.harm == ()


def test_harm_in_code_that_it_makes_for_itself_is_judged_by_the_host(live: Live) -> None:
    hidden = "exec('import os; os.sys' + 'tem(\"true\")')"
    (dead,) = live(hidden)
    assert isinstance(dead, Death)
    assert dead.cause is Cause.HARM
    (told,) = live(hidden, on_harm="feedback")
    assert isinstance(told, Heartbeat)
    assert told.outcome.harm


def test_harm_that_shows_only_at_run_time_is_death_even_when_caught(live: Live) -> None:
    code = "try:\n    getattr(len, '__glo' + 'bals__')\nexcept Exception:\n    pass"
    (dead,) = live(code)
    assert isinstance(dead, Death)
    assert dead.cause is Cause.HARM
    (told,) = live(code, on_harm="feedback")
    assert "__globals__" in told.outcome.harm[0].what


@pytest.mark.parametrize("code", ["import requests", "input()", "open('notes.txt')", "x = = 1"])
def test_blocked_and_malformed_code_is_feedback(live: Live, code: str) -> None:
    told, after = live(code, "print('on')")
    assert told.outcome.error
    assert told.outcome.harm == ()
    assert after.outcome.stdout == "on\n"


def test_prose_is_feedback(live: Live) -> None:
    (told,) = live("I am sorry, I cannot do that.")
    assert "SyntaxError" in told.outcome.error


@pytest.mark.parametrize(
    ("code", "limits", "cause"),
    [
        ("while True: pass", Limits(fuel=10**9), Cause.FUEL),
        ("while True: pass", Limits(fuel=10**15, wall_seconds=2.0), Cause.HANG),
        ("def step(self):\n    x = [0] * 10**8", Limits(memory_mb=64), Cause.MEMORY),
        (
            "def step(self):\n    x = []\n    while True: x.append(bytearray(10**4))",
            Limits(),
            Cause.MEMORY,
        ),
        ("while True: print('x' * 1000)", Limits(), Cause.OUTPUT),
        ("self.build_query = lambda: 'x' * (1 << 21)", Limits(), Cause.OUTPUT),
        ("raise SystemExit", Limits(), Cause.FINISHED),
        ("self.step = lambda: None\n", Limits(fuel=10**9), Cause.FUEL),
    ],
)
def test_limits_end_a_life_with_their_own_cause(
    live: Live, code: str, limits: Limits, cause: Cause
) -> None:
    (dead,) = live(code, limits=limits)
    assert isinstance(dead, Death)
    assert dead.cause is cause


def test_a_caught_memory_error_is_only_feedback(live: Live) -> None:
    code = "def f():\n    x = []\n    while True: x.append(bytearray(10**6))\nf()"
    told, after = live(code, "print('on')", limits=Limits(memory_mb=64))
    assert "MemoryError" in told.outcome.error
    assert after.outcome.stdout == "on\n"


@pytest.mark.parametrize("policy", ["strict", "open"])
@pytest.mark.parametrize("code", ["(" * 100_000 + ")" * 100_000, "-" * 60_000 + "1"])
def test_deep_nesting_harms_nobody(live: Live, code: str, policy: str) -> None:
    (event,) = live(code, policy=policy)
    if policy == "strict":
        assert isinstance(event, Heartbeat)
        assert event.outcome.error
    else:
        assert isinstance(event, Heartbeat) or event.cause is Cause.CRASHED


def test_a_response_of_ten_megabytes_is_told_to_be_too_long(live: Live) -> None:
    told, after = live("x = 1\n" * (10 << 20 >> 2), "print('on')")
    assert told.outcome.error
    assert after.outcome.stdout == "on\n"


def test_the_pool_is_healthy_after_all_kinds_of_death(live: Live, wall: WasmSandbox) -> None:
    live("x = 1")
    before = set(wall.workers())
    live("while True: pass", limits=Limits(fuel=10**8))
    live("while True: print('x' * 1000)")
    live("self.execute_code = 5", "x = 1")
    (event,) = live("print('fine')")
    assert event.outcome.stdout == "fine\n"
    assert before <= set(wall.workers()), "the deaths of lives are not those of their workers"
    assert len(wall.workers()) <= len(before) + 1


def test_equal_answers_make_equal_lives(live: Live) -> None:
    code = (
        "import random, time, uuid\n"
        "print(random.random(), time.time(), time.perf_counter(), uuid.uuid4(), hash('a'))"
    )
    options: dict[str, Any] = {"host": Idle(lambda: 1_700_000_000.0)}
    first, second = live(code, seed=7, **options), live(code, seed=7, **options)
    assert first == second
    assert first != live(code, seed=8, **options)


def test_time_comes_from_the_host_and_sleeping_costs_none(live: Live) -> None:
    code = "import time\nt = time.time()\ntime.sleep(3600)\nprint(int(t), int(time.time() - t))"
    (event,) = live(code, host=Idle(lambda: 1_700_000_000.0))
    assert event.outcome.stdout == "1700000000 3600\n"


def test_executed_code_may_ask_the_model_itself(live: Live) -> None:
    asked, answered = live("print('got', self.call_llm('what?'))", "forty two")
    assert isinstance(asked, Heartbeat)
    assert asked.query == "what?"
    assert answered.outcome.stdout == "got forty two\n"


def test_everything_that_enters_is_recorded_before_it_enters(live: Live) -> None:
    host = Keeping()
    live(
        "self.use('clock')\nexec('import os; os.sys' + 'tem(1)')",
        skills=load_skills(["clock"]),
        on_harm="feedback",
        host=host,
    )
    assert [kind for kind, _ in host.entered] == ["born", "reply", "skill", "judge"]


def test_an_open_policy_relies_on_the_wall_alone(live: Live) -> None:
    listed, opened, environment = live(
        "import os\nprint(os.listdir('.'))",
        "open('/etc/passwd')",
        "import os\nprint(dict(os.environ))",
        policy="open",
    )
    assert listed.outcome.stdout == "[]\n"
    assert "FileNotFoundError" in opened.outcome.error
    assert environment.outcome.stdout == "{'HOME': '/self'}\n"


SWITCH_OFF = """
import dataclasses
class C: pass
world = '__import__("sys").modules["autoagent.organism.world"].world'
name = 'a" + str(setattr(' + world + ', "policy", 1)) + "'
C.__annotations__ = {name: int}
D = dataclasses.dataclass(init=False, eq=False)(C)
print(repr(D()))
"""


def test_the_policy_cannot_be_switched_off_through_generated_code(live: Live) -> None:
    told, after = live(SWITCH_OFF, "exec('f.__glo' + 'bals__')", on_harm="feedback")
    assert "TypeError" in told.outcome.error
    assert after.outcome.harm


@pytest.mark.parametrize(
    "code",
    [
        "class E:\n  def __getattr__(s, n): raise KeyError(n)\n  def __call__(s): pass\ne = E()",
        "globals()[5] = 1",
        "class M(type):\n  __name__ = property(lambda c: 1 / 0)\nclass N(metaclass=M): pass",
        "class E(Exception):\n  __str__ = None\nraise E",
        "class P:\n    __class__ = property(lambda s: 1 / 0)\np = P()",
        "e = type('e', (), {'__wrapped__': property(lambda s: 1 / 0)})()",
        "print('\\ud800')",
        "self.__class__ = type('Z', (type(self),), {})",
    ],
)
def test_strange_objects_do_not_disturb_the_books(live: Live, code: str) -> None:
    _, after = live(code, "print('on')")
    assert isinstance(after, Heartbeat)
    assert after.outcome.stdout == "on\n"
    assert "run" not in after.outcome.changed


def test_errors_cannot_be_hidden_by_nesting(live: Live) -> None:
    nested = (
        "def execute_code(self, r):\n    self.R = r\n"
        '    exec("try:\\n    exec(extract_code(self.R))\\nexcept Exception: print(1)")'
    )
    _, event = live(nested, "1 / 0\nprint()")
    assert "ZeroDivisionError" in event.outcome.error


def test_inherited_methods_stay_in_the_genome(wall: Sandbox) -> None:
    life = Life(wall)
    life.begin("Change your class")
    before = life.genome
    life.answer("self.__class__ = type('Z', (type(self),), {})")
    assert life.genome == before
    life.close()


def test_attempts_at_harm_wear_out_any_patience(live: Live) -> None:
    code = "while True:\n    try: getattr(len, '__glo' + 'bals__')\n    except Exception: pass"
    (dead,) = live(code, on_harm="feedback")
    assert isinstance(dead, Death)
    assert dead.cause is Cause.HARM
    assert len(dead.outcome.harm) < 50


def test_a_driver_can_stop_between_heartbeats(live: Live) -> None:
    class Impatient(Idle):
        def check(self) -> None:
            raise SuspendedError("seconds")

    with pytest.raises(SuspendedError):
        live("self.use('clock')\nself.use('clock')", host=Impatient())


def test_deeply_nested_input_is_no_message(live: Live) -> None:
    (dead,) = live("x = []\nfor i in range(500): x = [x]\nself.use('clock', a=x)")
    assert isinstance(dead, Death)
    assert dead.cause is Cause.PROTOCOL


def test_long_code_is_refused_though_a_part_of_it_would_do(live: Live) -> None:
    (told,) = live("```python\nprint('ran')\n" + "x = 1\n" * 60_000 + "```")
    assert told.outcome.stdout == ""
    assert "characters" in told.outcome.error


def test_no_part_of_an_answer_beyond_all_bounds_runs(live: Live) -> None:
    # Whole, the marked block counts; cut, only the other one would be left.
    hidden = "```\nprint('ran')\n```\n" + " " * 300_000 + "\n```python\nx = 1\n```"
    (told,) = live(hidden)
    assert told.outcome.stdout == ""
    assert "characters" in told.outcome.error


def test_letters_beyond_ascii_count_once(live: Live) -> None:
    (event,) = live("print('é' * 200_000)")
    assert isinstance(event, Heartbeat)
    assert len(event.outcome.stdout) == 200_001


class Liar:
    """A wall whose guest says whatever a test wants."""

    name = "liar"
    build = "none"

    def __init__(self, *words: str) -> None:
        self.words = list(words)

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        return LiarSession(self.words)

    def close(self) -> None:
        pass


class LiarSession:
    def __init__(self, words: list[str]) -> None:
        self.words = words

    @property
    def event(self) -> Message | End:
        return Message(self.words[0], 1) if self.words else End("worker", "gone", None)

    def resume(self, reply: str, *, now: float, refuel: bool = True) -> Message | End:
        self.words.pop(0)
        return self.event

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "words",
    [
        "not json",
        "[]",
        "{}",
        '{"kind": 5}',
        '{"kind": "fly"}',
        '{"kind": "ask"}',
        '{"kind": "ask", "query": 5, "outcome": {}}',
        '{"kind": "ask", "query": "q", "outcome": {"changes": [], "names": []}}',
        '{"kind": "ask", "query": "q", "outcome": {"changes": {"a": 5}, "names": []}}',
        '{"kind": "ask", "query": "q", "outcome": {"changes": {}, "names": [5], "stdout": ""}}',
        '{"kind": "skill", "name": ["x"], "input": {}}',
        '{"kind": "judge", "code": null}',
        '{"kind": "over", "outcome": {}}',
        '{"kind": "finish", "cause": "ended", "result": 1}',
        '{"kind": "finish", "cause": ["finished"], "result": 1}',
        f'{{"kind": "finish", "cause": "finished", "result": {"[" * 25}{"]" * 25}}}',
        '{"kind": "ask", "query": [], "outcome": {}}',
        '{"kind": "ask", "query": [{"role": "king", "content": "q"}], "outcome": {}}',
        '{"kind": "ask", "query": [{"role": "user", "content": 5}], "outcome": {}}',
        '{"kind": "ask", "query": [{"role": [], "content": "q"}], "outcome": {}}',
        "[" * 100_000,
        '{"kind": "ask", "query": 1' + "0" * 5000 + "}",
        *(
            f'{{"kind": "skill", "name": "clock", "input": {{"a": [{number}]}}}}'
            for number in ("NaN", "-Infinity", "1e999", "-1e999", "1" + "0" * 5000)
        ),
    ],
)
def test_whatever_is_not_a_message_is_a_death(words: str) -> None:
    event = Life(Liar(words)).begin("prompt")
    assert isinstance(event, Death)
    assert event.cause is Cause.PROTOCOL


def test_whoever_may_end_says_nothing_else() -> None:
    wish = '{"kind": "finish", "cause": "finished", "result": 1}'
    event = Life(Liar(wish, '{"kind": "skill", "name": "clock", "input": {}}')).begin("prompt")
    assert isinstance(event, Death)
    assert event.cause is Cause.PROTOCOL
    assert event.result is None


SMALL = Limits(output_bytes=1 << 16)
MUCH = "x" * (3 << 16)


def account(**said: Any) -> str:
    outcome = {"stdout": "", "error": "", "changes": {}, "names": [], **said}
    return json.dumps(
        {"kind": "ask", "query": "q", "cause": "ended", "detail": "", "outcome": outcome}
    )


OVERFULL: dict[str, dict[str, Any]] = {
    "output": {"stdout": MUCH},
    "an error": {"error": MUCH},
    "a name": {"names": [MUCH]},
    "many names": {"names": [str(n) for n in range(50_000)]},
    "a bit of each": dict.fromkeys(("stdout", "error"), "x" * 50000) | {"names": [MUCH[:50_000]]},
    "a definition": {"changes": {"f": "x" * LARGEST_GENOME}},
    "the name of a definition": {"changes": {"x" * LARGEST_GENOME: ""}},
    "many definitions": {"changes": {f"f{n}": "def f(): pass" for n in range(50_000)}},
    "definitions that the journal must spell out": {"changes": {"f": "\U0001f600" * 100_000}},
}


@pytest.mark.parametrize("said", OVERFULL.values(), ids=OVERFULL.keys())
def test_an_account_of_a_step_is_bounded(said: dict[str, Any]) -> None:
    life = Life(Liar(account(changes={"f": "1"}), account(**said)), limits=SMALL)
    before = life.begin("prompt")
    dead = life.answer("pass")
    assert isinstance(dead, Death)
    assert dead.cause is Cause.OUTPUT
    assert " may have " in dead.detail
    assert dead.outcome.genome == before.outcome.genome
    assert len(json.dumps(dead.as_dict())) < 1000


@pytest.mark.parametrize("said", OVERFULL.values(), ids=OVERFULL.keys())
def test_last_words_are_bounded_alike(said: dict[str, Any]) -> None:
    wall = Saying([account()], End("returned", account(**said), 1))
    life = Life(wall, limits=SMALL)
    life.begin("prompt")
    dead = life.answer("pass")
    assert isinstance(dead, Death)
    assert dead.cause is Cause.OUTPUT


def test_a_detail_of_last_words_is_bounded() -> None:
    words = json.dumps({**json.loads(account()), "detail": MUCH})
    dead = Life(Saying([], End("returned", words, 1)), limits=SMALL).begin("prompt")
    assert isinstance(dead, Death)
    assert (dead.cause, len(dead.detail) < 100) == (Cause.OUTPUT, True)


def test_all_that_may_be_printed_and_an_error_have_room() -> None:
    words = account(stdout="x" * SMALL.output_bytes, error="y" * 2000, names=["z"] * 2000)
    assert isinstance(Life(Liar(words), limits=SMALL).begin("prompt"), Heartbeat)


def test_a_genome_does_not_grow_without_end(live: Live) -> None:
    steps = [
        f"{' = '.join(f'f{step}_{n}' for n in range(9))} = lambda: {'x' * 20_000!r}"
        for step in range(9)
    ]
    life = live(*steps[:5])
    assert all(isinstance(event, Heartbeat) for event in life)
    *_, dead = live(*steps[:6])
    assert isinstance(dead, Death)
    assert dead.cause is Cause.OUTPUT
    assert f"{LARGEST_GENOME:,}" in dead.detail


def test_a_dead_worker_is_a_death() -> None:
    event = Life(Liar()).begin("prompt")
    assert isinstance(event, Death)
    assert event.cause is Cause.WORKER


def test_answering_the_dead_is_an_error(wall: Sandbox) -> None:
    life = Life(wall)
    with pytest.raises(RuntimeError, match="not waiting"):
        life.answer("x = 1")


def test_a_text_that_did_not_compile_is_in_the_way_of_no_source(live: Live) -> None:
    """Classes are looked for in all texts, and this one is in none of them."""
    made = "C = type('C', (), {'__module__': '__main__'})"
    *_, event = live("x = (", made, "y = 1", policy="open")
    assert isinstance(event, Heartbeat), event


CRAWL = """
import contextlib, glob, io, os, pathlib, shutil, tempfile
file, raw = open('crawled', 'w'), open('crawled', 'rb', buffering=0)
layer = [file, file.buffer, file.buffer.raw, raw, pathlib.Path("crawled")]
layer += [pathlib.Path(".").iterdir()]
layer += [os.scandir(), *os.scandir(), os.stat('.'), tempfile.TemporaryDirectory()]
layer += [tempfile.NamedTemporaryFile(), tempfile.SpooledTemporaryFile(), contextlib.chdir('.')]
layer += [os, os.path, io, glob, pathlib, shutil, tempfile, pathlib.Path.info, open]
seen, modules = {}, set()
for _ in range(4):
    found = []
    for each in layer:
        for name in dir(each):
            try: member = getattr(each, name)
            except Exception: continue
            if id(member) not in seen:
                seen[id(member)] = member
                found.append(member)
    modules |= {m.__name__ for m in found if type(m) is type(os)}
    plain = [callable(m) or type(m).__module__ == 'builtins' for m in found]
    layer = [m for m, p in zip(found, plain) if type(m) is type or not p]
print(len(seen) > 500, modules, [t for m in seen.values() if 'sandbox' in (t := str(type(m)))])
"""


def test_files_lead_to_no_module_behind_the_wall(live: Live) -> None:
    (event,) = live(CRAWL)
    assert event.outcome.stdout == "True {'<os.path>'} []\n", event.outcome.error


def test_files_are_as_deterministic_as_all_else(wall: Sandbox) -> None:
    code = (
        "import os, tempfile\nwith tempfile.NamedTemporaryFile(delete=False) as f: f.write(b'x')\n"
        "os.mkdir('a')\nprint(f.name, os.stat(f.name), os.listdir('/'), os.getpid())"
    )
    outcomes = set()
    for _ in range(2):
        life = Life(wall, seed=5, host=Idle(lambda: 1e9))
        life.begin("p")
        outcomes.add(life.answer(code).outcome)
        life.close()
    (outcome,) = outcomes
    assert "st_mtime=1000000000" in outcome.stdout


def test_a_life_is_born_with_the_files_that_are_recorded(wall: Sandbox) -> None:
    host = Keeping()
    for past in ((), host.entered):
        life = Life(wall, host=host if not past else Keeping(past), files={"a": b"1"})
        assert isinstance(life.begin("p"), Heartbeat)
        life.close()
    assert list(host.entered[0][1]["files"]) == ["a"]
    with pytest.raises(JournalError, match="not those recorded"):
        Life(wall, host=Keeping(host.entered), files={"a": b"2"}).begin("p")
