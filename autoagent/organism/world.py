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
from typing import Any

from autoagent.organism.cargo import parcels, unload
from autoagent.organism.conversation import as_query
from autoagent.organism.damage import Damage
from autoagent.organism.extract import extract_code
from autoagent.organism.faults import GENOME, asked, described, traceback_of
from autoagent.organism.inventory import called, is_data, passing, shown, sized
from autoagent.organism.net import Net, UnheardError
from autoagent.organism.record import Names, Recorder
from autoagent.organism.refusals import refusal
from autoagent.organism.result import written
from autoagent.organism.sources import function_of, source_in, takes_self
from autoagent.organism.uptake import Uptake
from sandbox.guarded import compiled
from sandbox.guards import apart
from sandbox.judge import Verdict, Violation, judge
from sandbox.library import Namespace, hold_library
from sandbox.mounted import mount
from sandbox.namespace import strict_builtins
from sandbox.output import Output
from sandbox.own_modules import SUFFIX, OwnModules
from sandbox.rules import ALLOWED_MODULES


class Body:
    """What every organism inherits: assignment binds methods, missing names are looked up.

    The namespace that executed code defines its functions and variables in is part of the
    organism: ``self.greet()`` finds a ``greet`` that was defined without ``self``.
    """

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; a function that takes ``self`` becomes a method."""
        if takes_self(value):
            vars(self).pop(name, None)
            setattr(type(self), name, value)
        else:
            object.__setattr__(self, name, value)
        world.touched.add(name)

    def __getattr__(self, name: str) -> Any:
        """Fall back to the names that executed code defined."""
        if name in world.namespace and not name.startswith("__"):
            return world.namespace[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def finish(self, result: object = None) -> None:
        """End this life well, with a result: once the block that says so has raised nothing."""
        finish(result)

    def give_up(self, reason: str = "") -> None:
        """End this life without a result."""
        give_up(reason)

    def checkpoint(self) -> None:
        """Remember all definitions as they are now: methods, functions and classes."""
        world.checkpoint()

    def restore(self) -> None:
        """Put all definitions back as they were at the last checkpoint."""
        world.restore()

    def everything(self) -> dict[str, object]:
        """Return all attributes, methods and defined names."""
        methods = {n: getattr(self, n) for n in vars(type(self)) if n[:2] != "__" and n != "state"}
        return {**world.variables(), **methods, **vars(self)}


class World:
    """One life: the namespace, the organism in it, and the record of what its code does."""

    def __init__(self) -> None:
        self.host: Callable[[str], str] = lambda message: "{}"
        self.policy = "strict"
        self.judged: tuple[str, Verdict] | None = None
        self.texts: dict[str, str] = {}
        self.damage = Damage(self, Body)
        self.skills: dict[str, str] = {}
        self.touched: set[str] = set()
        self.reported: dict[str, object] = {}
        self.error = self.traceback = ""
        self.out_of_memory = self.refused = False
        self.answers = self.pieces = 0
        self.uptake = Uptake()
        self.wish: tuple[str, object] | None = None
        self.told: dict[str, Any] = {}
        self.birth: dict[str, Any] = {}
        self.prompt = ""
        self.prepared: dict[str, type] = {}
        self.saved: tuple[dict[str, object], dict[str, object]] | None = None
        self.net = Net()
        self.living = False
        self.depth = 0
        self.output = Recorder(1 << 20, lambda: None)
        self.stdout = Output(self.write)
        self.organism: Any = None
        self.namespace: Namespace = {"__name__": "__main__"}
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
        self.offer_primitives()

    def offer_primitives(self) -> None:
        """Put the organism's `exec` and its doors to the outside in reach of its code."""
        self.namespace["__builtins__"].update(
            exec=apart(self.execute),
            Body=Body,
            ask_model=ask_model,
            describe=describe,
            extract_code=extract_code,
            finish=finish,
            give_up=give_up,
            last_outcome=last_outcome,
            source_of=source_of,
            surroundings=surroundings,
            use_skill=use_skill,
        )

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
        if self.policy == "strict":
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
            self.refused = self.refused or is_answer
            raise refusal(verdict, text, mode)

    def accuse(self, violation: Violation) -> None:
        """Tell the host of harm that only showed while the code ran."""
        if violation.kind == "harm":
            self.say("harm", what=violation.what)

    def write(self, text: str) -> None:
        """Print for the organism."""
        self.output.write(text)

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
                self.note(error)
                if self.wish is not None:
                    self.note_too("So you are not finished: finish when all else has worked.")
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
        self.note(error)
        self.note_too("This ended the block alone; to end your life, call self.finish(result).")

    def note(self, error: BaseException) -> None:
        """Take note of an error for the account of the step."""
        self.error = described(error, self.texts)
        self.traceback = traceback_of(error, self.texts)
        self.out_of_memory = issubclass(type(error), MemoryError)

    def note_too(self, line: str) -> None:
        """Add to what is said of an error."""
        self.error, self.traceback = f"{self.error}\n{line}", f"{self.traceback}\n{line}"

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
            self.note(error)
            return
        self.tell_files()
        reply = self.say("finish", cause=cause, result=result)
        if "refused" not in reply:
            self.say("over", outcome=self.settle())
        self.error = self.traceback = f"It is not finished: {reply['refused']}"

    def checkpoint(self) -> None:
        """Keep the definitions as they are."""
        self.saved = (self.methods(), self.functions())

    def restore(self) -> None:
        """Put back the definitions that were kept.

        Raises:
            RuntimeError: There was no checkpoint.
        """
        if self.saved is None:
            raise RuntimeError("there is no checkpoint; call self.checkpoint() first")
        methods, functions = self.saved
        for name in self.methods().keys() - methods.keys():
            delattr(type(self.organism), name)
        for name, value in methods.items():
            setattr(type(self.organism), name, value)
            vars(self.organism).pop(name, None)
        for name in self.functions().keys() - functions.keys():
            del self.namespace[name]
        self.namespace.update(functions)

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
        self.touched.add(name)
        if name == "AutonomousLLM" and not self.living and self.organism is not None:
            self.embody(value)
        getter = value.fget if type(value) is property else value
        if self.organism is not None and takes_self(getter):
            vars(self.organism).pop(name, None)
            setattr(type(self.organism), name, value)

    # What is there

    def variables(self) -> dict[str, object]:
        """Return the names that executed code defined."""
        return {
            n: v
            for n, v in self.namespace.items()
            if type(n) is str and n[:2] != "__" and n not in HIDDEN
        }

    def functions(self) -> dict[str, object]:
        """Return the functions and classes that executed code defined."""
        return {n: v for n, v in self.variables().items() if is_definition(v)}

    def methods(self) -> dict[str, object]:
        """Return the methods that are the organism's own."""
        own = type.__dict__["__dict__"].__get__(type(self.organism))
        return {n: v for n, v in own.items() if is_definition(v) and type(n) is str}

    def definitions(self) -> dict[str, object]:
        """Return every definition that belongs to the genome: methods first, then functions."""
        found = self.functions()
        kinds = type.__getattribute__(type(self.organism), "__mro__")
        owners = [kind.__dict__ for kind in reversed(kinds) if kind not in (object, Body)]
        for owner in (*owners, object.__getattribute__(self.organism, "__dict__")):
            found.update((n, v) for n, v in owner.items() if is_definition(v) and type(n) is str)
        return found

    def changes(self) -> dict[str, str | None]:
        """Return the sources of definitions that changed since the last call; None where gone."""
        now = self.definitions()
        before, self.reported = self.reported, now
        changed: dict[str, str | None] = {
            n: self.source(v) for n, v in now.items() if before.get(n) is not v
        }
        changed.update({n: None for n in before if n not in now})
        return changed

    def source(self, definition: object) -> str:
        """Return the source text of a definition; empty if unknown."""
        ruin = self.damage.source(definition)
        return source_in(self.texts, definition) if ruin is None else ruin

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
        outcome = {"stdout": self.output.take(), "error": self.error}
        changes = self.changes()
        names = sorted(n for n in self.touched if isinstance(n, str) and n not in LOOP_STATE)
        self.touched.clear()
        self.error = self.traceback = ""
        self.out_of_memory = self.refused = False
        return {**outcome, "changes": changes, "names": names}

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
            self.organism.task = with_skills(effects["task"], self.skills)
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
        self.namespace.pop("AutonomousLLM", None)
        builtins.exec(self.compile(text, "exec", GENOME), self.namespace)
        kind = self.namespace.get("AutonomousLLM")
        if not issubclass(type(kind), type):
            raise RuntimeError("the genome defines no class AutonomousLLM")
        HIDDEN.update(n for n in self.namespace if n != "AutonomousLLM")
        return kind  # type: ignore[return-value]

    def be_born(self, prompt: str, genome: dict[str, str]) -> None:
        """Make the organism: of its genome's class, and of what is executed on top of that."""
        self.prompt = prompt
        self.embody(self.prepared.get(genome["base"]) or self.make(genome["base"]))
        INBORN.update(vars(self.organism))
        HIDDEN.update(("self", "PROFILE"))
        if genome["text"]:
            builtins.exec(self.compile(genome["text"], "exec", GENOME), self.namespace, self.names)
        self.touched.clear()
        self.net.hang_under(self.organism, self.namespace)

    def embody(self, kind: Any) -> None:
        """Make the organism of a class: what is defined after that becomes its own."""
        FIRST_METHODS.update(vars(kind))
        self.namespace["AutonomousLLM"] = kind
        self.organism = self.namespace["self"] = kind(self.prompt)

    def live(self, birth: dict[str, Any], host: Callable[[str], str]) -> str:
        """Live one life to its end, and return how it ended, as JSON."""
        self.host = host
        self.birth = birth
        self.output = Recorder(birth["output_bytes"], self.flood)
        sys.argv = ["agent"]
        sys.stdout, sys.stderr = self.stdout, self.stdout.errors
        random.seed(birth["seed"])
        mount()
        self.policy = birth["policy"]
        if self.policy == "open":
            sys.stdout = sys.stderr = self.output
            self.release_library()
            self.namespace["__builtins__"] = dict(vars(builtins))
            self.run_code = self.run_open
            self.namespace["__builtins__"]["__import__"] = self.import_open
            self.own_modules = OwnModules(self.compile, self.namespace["__builtins__"])
            self.offer_primitives()
        self.reported = {}
        self.net.on = birth["net"]
        self.told = birth["told"]
        try:
            self.skills = birth["skills"]
            unload(birth.get("files", {}))
            self.be_born(with_skills(birth["prompt"], self.skills), birth["genome"])
            self.living = True
            self.live_on()
            end = {"cause": "ended", "detail": "the loop returned"}
        except BaseException as error:
            # Out of memory, the interpreter may stumble over anything before the next heartbeat.
            memory = issubclass(type(error), MemoryError) or self.out_of_memory
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
                if self.out_of_memory or issubclass(type(error), MemoryError):
                    raise
                if not (mended := self.net.catch(error)):
                    raise
                self.note(error)
                names = " and ".join(mended)
                self.note_too(f"So what worked before was put back in place of your new {names}.")


HIDDEN: set[str] = set()
INBORN: set[str] = set()
"""Attributes that an organism is born with."""
LOOP_STATE = {"query", "response", "task"}
"""What the loop itself writes at each turn, and so says nothing about change."""


def is_definition(value: object) -> bool:
    """Tell whether `value` is code that belongs to a genome, without running any of it."""
    kind = type(value)
    if issubclass(kind, type):
        own = type.__dict__["__dict__"].__get__(value)
        return own.get("__module__") == "__main__" and not issubclass(value, Body)  # type: ignore[arg-type]
    function = function_of(value)
    return function is not None and function.__code__.co_filename in world.texts


def with_skills(prompt: str, skills: dict[str, str]) -> str:
    """Add to the task what the organism may ask the host to do."""
    if not skills:
        return prompt
    return "\n".join([prompt, "Skills you can use:", *(f"- {text}" for text in skills.values())])


def ask_model(query: Any) -> str:
    """Ask the language model: the heartbeat. A query is a text, or a list of messages."""
    return world.heartbeat(query)


def finish(result: object = None) -> None:
    """End this life well, with a result that is JSON.

    Raises:
        ValueError: The result is none.
    """
    world.wants("finished", result)


def give_up(reason: str = "") -> None:
    """End this life without a result."""
    world.wants("gave_up", str(reason))


def use_skill(name: str, arguments: dict[str, Any]) -> Any:
    """Let the host perform a skill."""
    return world.skill(name, arguments)


def last_outcome() -> dict[str, Any]:
    """Return what came of the last answer.

    What the code executed since the last heartbeat printed, its ``error`` and the ``traceback``
    of that; whether the answer was ``refused`` as it stands, so that nothing of it was executed;
    whether it was ``cut`` at its longest length, and whether the query was ``shortened`` to fit the
    model.
    """
    return {
        "stdout": "".join(world.output.parts),
        "error": world.error,
        "traceback": world.traceback,
        "refused": world.refused,
        "cut": bool(world.told.get("cut")),
        "shortened": bool(world.told.get("shortened")),
    }


def surroundings() -> dict[str, Any]:
    """Return what the host tells of this life.

    Its ``policy``, the ``modules`` that can be imported, the ``skills``, the names of the ``files``
    that it was born with, the most ``tokens`` of an answer and those of the model's whole
    ``context`` (None if unknown), how long a step may compute in ``seconds`` and take in
    ``memory_mb``, how many ``answers`` it was given, and what is ``left`` of each bound of the
    budget.
    """
    told, birth = world.told, world.birth
    return {
        "policy": world.policy,
        "modules": sorted(ALLOWED_MODULES),
        "skills": dict(world.skills),
        "files": sorted(birth.get("files", {})),
        "tokens": birth["told"].get("tokens"),
        "context": birth["told"].get("context"),
        "seconds": birth["told"].get("seconds", 10),
        "memory_mb": birth["told"].get("memory_mb", 256),
        "answers": world.answers,
        "left": dict(told.get("left", {})),
    }


def source_of(organism: object, name: str) -> str:
    """Return the current source of a method or function of the organism.

    Raises:
        AttributeError: There is no definition of that name.
    """
    definition = world.definitions().get(name)
    if definition is None:
        known = ", ".join(sorted(world.definitions()))
        raise AttributeError(f"no method or function is named {name!r}; there are: {known}")
    return world.source(definition)


def describe(organism: object, most: int = 6, full: bool = False) -> list[str]:
    """List what the organism remembers and what it can call, the newest of each last.

    Args:
        organism: Itself.
        most: How many of each.
        full: Whether with sizes and with defaults of parameters, and without what loops have left
            and what stands in place of a method that it was born with.
    """
    methods = vars(type(organism))
    own = {n: methods[n] for n in methods if n[:2] != "__" and n not in FIRST_METHODS}
    own.update((n, v) for n, v in vars(organism).items() if n not in INBORN | LOOP_STATE)
    known = {f"self.{name}": value for name, value in own.items()}
    hidden = {"AutonomousLLM", *own}
    if full:
        hidden.update(n for n in FIRST_METHODS if is_definition(world.namespace.get(n)))
        hidden |= passing(t for file, t in world.texts.items() if not file.startswith(GENOME))
    known.update((n, v) for n, v in world.variables().items() if n not in hidden)
    calls = [called(n, v, full=full) for n, v in known.items() if is_definition(v)]
    data = [(n, v) for n, v in known.items() if is_data(v) and not is_definition(v)]
    told = [sized(n, v) if full else f"{n} = {shown(v)}" for n, v in data]
    return told[-most:] + calls[-most:]


world = World()
FIRST_METHODS: set[str] = set()


def prepare(*genomes: str) -> None:
    """Make the organism's classes from their sources; done once, before any life starts."""
    for genome in genomes:
        kind = world.make(genome)
        world.prepared[genome] = kind
        for definition in vars(kind).values():
            world.source(definition)  # found now, it is known to every life


def main(argument: str, host: Callable[[str], str]) -> str:
    """Entry point of the guest: `argument` is the birth record, as JSON."""
    return world.live(json.loads(argument), host)
