"""The world below the organism: runs inside the wall, out of the organism's reach.

It executes code in the organism's namespace, records what that did, notices which definitions
changed, and carries the organism's words to the host. The host believes none of it where it
matters: harm, budgets and death are judged outside.

A life is `main(argument, host)`. Messages to the host are JSON objects with a ``kind``:

- ``ask`` (query, outcome): a heartbeat; the reply is the model's answer with the host's verdict;
- ``skill`` (name, input): the reply is its result or an error;
- ``judge`` (code, mode): this world found harm in code that the organism made for itself; the
  reply is the host's own verdict;
- ``harm`` (what): code did at run time what is harm, and is about to be refused;
- ``finish`` (cause, result): the organism wants to end well, or to give up; the reply says why it
  is refused, or nothing;
- ``over`` (outcome): the last account of one that may end. This one gets no reply;
- ``files`` (pieces): what changed in the working folder, before a heartbeat, a wish to end, and
  last words;
- ``flood``: it printed more than allowed. This one gets no reply.

A model's answer may come with effects of the environment: a new ``task``, which the organism has
at once, and ``hits``, which change single characters of its definitions while it waits for its
next answer. It may come with what the host tells of the answer and of the budget: ``told``.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import random
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autoagent.organism.account import Account
from autoagent.organism.cargo import parcels, unload
from autoagent.organism.conversation import as_query
from autoagent.organism.damage import Damage
from autoagent.organism.definitions import Definitions
from autoagent.organism.faults import GENOME, asked, described
from autoagent.organism.net import Net, UnheardError
from autoagent.organism.record import Names, Recorder
from autoagent.organism.refusals import refusal
from autoagent.organism.result import written
from autoagent.organism.sources import takes_self
from autoagent.organism.uptake import Uptake
from sandbox.guarded import compiled
from sandbox.guards import apart
from sandbox.judge import judge
from sandbox.library import Namespace, hold_library
from sandbox.mounted import mount
from sandbox.namespace import strict_builtins
from sandbox.output import Output
from sandbox.own_modules import SUFFIX, OwnModules
from sandbox.rules import ALLOWED_MODULES
from sandbox.verdict import Verdict, Violation

CLASS = "AutonomousLLM"
"""What an organism's class is called."""
LEFT = "This ended the block alone; to end your life, call self.finish(result)."
UNFINISHED = "So you are not finished: finish when all else has worked."


@dataclass(frozen=True, slots=True)
class Inborn:
    """Names of what an organism is born with."""

    methods: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)


class World:
    """One life: the namespace, the organism in it, and the record of what its code does."""

    def __init__(self) -> None:
        self.host: Callable[[str], str] = lambda message: "{}"
        self.policy = "strict"
        self.judged: tuple[str, Verdict] | None = None
        self.texts: dict[str, str] = {}
        self.skills: dict[str, str] = {}
        self.answers = self.pieces = self.depth = 0
        self.wish: tuple[str, object] | None = None
        self.told: dict[str, Any] = {}
        self.birth: dict[str, Any] = {}
        self.prompt = ""
        self.prepared: dict[str, type] = {}
        self.inborn = Inborn()
        self.living = False
        self.organism: Any = None
        self.namespace: Namespace = {"__name__": "__main__"}
        self.damage = Damage(self)
        self.definitions = Definitions(self.namespace, self.texts, self.damage.source)
        self.account = Account(self.texts)
        self.net, self.uptake = Net(), Uptake()
        self.stdout = Output(self.write)
        strict_builtins(
            self.namespace,
            guard=self.compile,
            output=self.stdout,
            on_refusal=self.accuse,
        )
        self.release_library = hold_library(self.namespace)
        self.run_code: Callable[..., None] = self.namespace["__builtins__"]["exec"]
        self.names = Names(self.namespace, self.adopt)
        self.own_modules = OwnModules(self.compile, {})
        self.primitives: dict[str, Any] = {"exec": apart(self.execute)}

    def offer(self, root: type, **primitives: Any) -> None:
        """Put the root of organisms' classes, and doors to the outside, in reach of their code."""
        self.definitions.root = root
        self.primitives.update(primitives, **{root.__name__: root})
        self.namespace["__builtins__"].update(self.primitives)

    # Code

    def compile(self, text: str, mode: str, filename: str = "") -> types.CodeType:
        """Compile text that the policy lets pass, and remember it so that sources can be found.

        Raises:
            SyntaxError: The text does not parse, here or on the host.
            PolicyError: The policy refuses it.
        """
        if filename == GENOME:
            filename = f"{GENOME} {len(self.texts)}>"
        else:
            filename = self.filename(filename if filename.endswith(SUFFIX) else "")
        self.uptake.execute(text)
        if self.policy != "open":
            self.hold_to_policy(text, mode)
            code = compiled(text, filename, mode)
        else:
            code = builtins.compile(text, filename, mode, dont_inherit=True)
        self.texts[filename] = text  # what does not compile is no place to look for sources
        return code

    def filename(self, file: str = "") -> str:
        """Name the next text after the answer with which it came, and the file that it is in."""
        self.pieces += 1
        more = [file] if file else [f"text {self.pieces}"] if self.pieces > 1 else []
        name = ", ".join([f"<step {self.answers}", *more])
        return f"{name}, text {self.pieces}>" if f"{name}>" in self.texts else f"{name}>"

    def hold_to_policy(self, text: str, mode: Any) -> None:
        """Raise what the verdict on `text` demands; the host's own verdict comes first."""
        is_answer = self.judged is not None and self.judged[0] == text
        if self.judged is not None and is_answer:
            verdict = self.judged[1]
        else:
            verdict = judge(text, mode, own=self.own_modules)
            if verdict.harm:
                verdict = Verdict.of(self.say("judge", code=text, mode=mode)["verdict"])
        if not verdict.ok:
            self.account.refused = self.account.refused or is_answer
            raise refusal(verdict, text, mode)

    def accuse(self, violation: Violation) -> None:
        """Tell the host of harm that only showed while the code ran."""
        if violation.kind == "harm":
            self.say("harm", what=violation.what)

    def write(self, text: str) -> None:
        """Print for the organism."""
        self.account.output.write(text)

    def execute(self, source: Any, globals: Any = None, locals: Any = None) -> None:
        """The organism's `exec`: runs in its namespace unless told otherwise, and is recorded."""
        if globals is None or globals is self.namespace:
            globals, locals = self.namespace, self.names if locals is None else locals
        self.depth += 1
        try:
            self.run_code(source, globals, locals)
        except SystemExit as error:
            if self.depth > 1:
                raise
            self.leave(error)
        except BaseException as error:
            if self.depth == 1 or (self.judged is not None and source == self.judged[0]):
                self.account.note(error)
                if self.wish is not None:
                    self.account.note_too(UNFINISHED)
                self.wish = None
            raise
        finally:
            self.depth -= 1
        if self.depth == 0:
            self.conclude()

    def leave(self, error: SystemExit) -> None:
        """Take leaving without a fault, as programs do, for a wish to finish; a fault is told."""
        code = asked(error, "code", SystemExit)
        if code is None or (type(code) is int and code == 0):
            self.wish = ("finished", None)
            return
        self.wish = None
        self.account.note(error)
        self.account.note_too(LEFT)

    def wants(self, cause: str, result: object) -> None:
        """Take note that the organism wants to end; it does so when its code has come to its end.

        Raises:
            ValueError: The result is none.
        """
        written(result)
        self.wish = (cause, result)
        if self.depth == 0:
            self.conclude()

    def conclude(self) -> None:
        """End the life, if that is wished and not refused."""
        if self.wish is None:
            return
        (cause, result), self.wish = self.wish, None
        try:
            written(result)
        except ValueError as error:
            self.account.note(error)
            return
        self.tell_files()
        reply = self.say("finish", cause=cause, result=result)
        if "refused" not in reply:
            self.say("over", outcome=self.settle())
        self.account.say(f"It is not finished: {reply['refused']}")

    def run_open(self, source: Any, globals: Any, locals: Any) -> None:
        """What `run_code` is without a policy."""
        if isinstance(source, str):
            source = self.compile(source, "exec")
        else:
            self.uptake.execute(None)
        builtins.exec(source, globals, locals)

    def import_open(self, name: str, *rest: Any, **named: Any) -> Any:
        """What ``import`` is without a policy: files of the working folder are modules, too."""
        if name not in ALLOWED_MODULES and name in self.own_modules:
            return self.own_modules.load(name)
        return builtins.__import__(name, *rest, **named)

    def adopt(self, name: str, value: object) -> None:
        """Make a function that takes ``self`` a method of the organism, and so a property."""
        self.account.touched.add(name)
        if name == CLASS and not self.living and self.organism is not None:
            self.embody(value)
        getter = value.fget if type(value) is property else value
        if self.organism is not None and takes_self(getter):
            vars(self.organism).pop(name, None)
            setattr(type(self.organism), name, value)

    # The outside

    def say(self, kind: str, **content: Any) -> dict[str, Any]:
        """Send a message to the host, and return its reply."""
        message = {"kind": kind, **content}
        text = json.dumps(message, ensure_ascii=False)
        try:
            text.encode()
        except UnicodeEncodeError:  # lone surrogates cannot cross
            text = json.dumps(message)
        reply: dict[str, Any] = json.loads(self.host(text))
        return reply

    def settle(self) -> dict[str, Any]:
        """Close the books on what happened since the last heartbeat."""
        return self.account.close(self.definitions.changes())

    def heartbeat(self, query: Any) -> str:
        """Tell the host what happened, and ask it for the model's answer.

        Raises:
            RuntimeError: Life has not begun.
            TypeError: The query is no text, and no list of messages.
        """
        if not self.living:
            raise RuntimeError("a genome asks its model in its loop, not while it is defined")
        asked = as_query(query)
        self.damage.strike()
        self.net.beat(self.uptake.take())
        self.tell_files()
        reply = self.say("ask", query=asked, outcome=self.settle())
        if "verdict" in reply:
            self.judged = (reply["code"], Verdict.of(reply["verdict"]))
        self.told = reply.get("told", {})
        effects = reply.get("effects", {})
        self.damage.hits = effects.get("hits", [])
        if effects.get("task") is not None:
            self.organism.task = _with_skills(effects["task"], self.skills)
        self.answers, self.pieces = self.answers + 1, 0
        self.uptake.deliver(str(reply["text"]))
        return str(reply["text"])

    def skill(self, name: str, arguments: dict[str, Any]) -> Any:
        """Let the host perform a skill.

        Raises:
            RuntimeError: The skill refused; the message says why.
        """
        reply = self.say("skill", name=str(name), input=arguments)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["output"]

    def tell_files(self) -> None:
        """Send the host what changed in the working folder."""
        for pieces in parcels():
            self.say("files", pieces=pieces)

    def flood(self) -> None:
        """Tell the host that too much was printed; it does not reply."""
        self.say("flood")

    def make(self, text: str) -> type:
        """Execute the text of a genome, and return the class that it defines.

        Raises:
            RuntimeError: It defines none.
        """
        self.namespace.pop(CLASS, None)
        builtins.exec(self.compile(text, "exec", GENOME), self.namespace)
        kind = self.namespace.get(CLASS)
        if not issubclass(type(kind), type):
            raise RuntimeError(f"the genome defines no class {CLASS}")
        self.definitions.hidden.update(n for n in self.namespace if n != CLASS)
        return kind  # type: ignore[return-value]

    def be_born(self, prompt: str, genome: dict[str, str]) -> None:
        """Make the organism: of its genome's class, and of what is executed on top of that."""
        self.prompt = prompt
        self.embody(self.prepared.get(genome["base"]) or self.make(genome["base"]))
        self.inborn.attributes.update(vars(self.organism))
        self.definitions.hidden.update(("self", "PROFILE"))
        if genome["text"]:
            builtins.exec(self.compile(genome["text"], "exec", GENOME), self.namespace, self.names)
        self.account.touched.clear()
        self.net.hang_under(self.organism, self.namespace)

    def embody(self, kind: Any) -> None:
        """Make the organism of a class: what is defined after that becomes its own."""
        self.inborn.methods.update(vars(kind))
        self.namespace[CLASS] = kind
        self.organism = self.namespace["self"] = self.definitions.organism = kind(self.prompt)

    def wake(self, birth: dict[str, Any], host: Callable[[str], str]) -> None:
        """Make ready for a life: its host, its chance, what it may print, what it is held to."""
        self.host = host
        self.birth = birth
        self.account.output = Recorder(birth["output_bytes"], self.flood)
        sys.argv = ["agent"]
        sys.stdout, sys.stderr = self.stdout, self.stdout.errors
        random.seed(birth["seed"])
        mount()
        self.policy = birth["policy"]
        if self.policy == "open":
            sys.stdout = sys.stderr = self.account.output
            self.release_library()
            self.namespace["__builtins__"] = dict(vars(builtins))
            self.run_code = self.run_open
            self.namespace["__builtins__"]["__import__"] = self.import_open
            self.own_modules = OwnModules(self.compile, self.namespace["__builtins__"])
            self.namespace["__builtins__"].update(self.primitives)

    def live(self, birth: dict[str, Any], host: Callable[[str], str]) -> str:
        """Live one life to its end, and return how it ended, as JSON."""
        self.wake(birth, host)
        self.net.on = birth["net"]
        self.told = birth["told"]
        try:
            self.skills = birth["skills"]
            unload(birth.get("files", {}))
            self.be_born(_with_skills(birth["prompt"], self.skills), birth["genome"])
            self.living = True
            self.live_on()
            end = {"cause": "ended", "detail": "the loop returned"}
        except BaseException as error:
            # Out of memory, the interpreter may stumble over anything before the next heartbeat.
            memory = issubclass(type(error), MemoryError) or self.account.out_of_memory
            try:
                detail = described(error, self.texts)
            except MemoryError:  # what the dead held on to is let go of only after this block
                memory, detail = True, "MemoryError: "
            end = {"cause": "memory" if memory else "crashed", "detail": detail}
        try:
            outcome = self.settle()
        except BaseException:  # dying of one thing, it shall not be reported dead of another
            outcome = {"stdout": "", "error": "", "changes": {}, "names": []}
        with contextlib.suppress(BaseException):  # the host keeps what it has of them
            self.tell_files()
        return json.dumps({**end, "outcome": outcome})

    def live_on(self) -> None:
        """Run the organism's loop, again and again while the net catches what falls out of it."""
        while True:
            try:
                return self.organism.run()  # type: ignore[no-any-return]
            except SystemExit as error:
                self.leave(error)
                self.conclude()
                raise
            except (Exception, UnheardError) as error:
                if self.account.out_of_memory or issubclass(type(error), MemoryError):
                    raise
                if not (mended := self.net.catch(error)):
                    raise
                self.account.note(error)
                names = " and ".join(mended)
                told = f"So what worked before was put back in place of your new {names}."
                self.account.note_too(told)


def _with_skills(prompt: str, skills: dict[str, str]) -> str:
    """Add to the task what the organism may ask the host to do."""
    if not skills:
        return prompt
    return "\n".join([prompt, "Skills you can use:", *(f"- {text}" for text in skills.values())])


world = World()
"""The one of this interpreter, which keeps one life."""
