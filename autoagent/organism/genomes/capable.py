"""The genome for capable models: a conversation that says how things are, and suggests nothing.

Like every genome it is executed behind the wall, under the policy, and each of its methods can be
read with `self.source(name)`, edited and executed again.
"""

# The names from below are builtins there, which no checker here can know.
# ruff: noqa: F821
# mypy: ignore-errors

PROFILE = {"frame": "talk", "temperature": 0.3, "max_tokens": 8192, "attempts": 1, "memory": 0}


class AutonomousLLM(Body):
    """A living object: its methods and attributes are its state, and its loop is its life.

    Attributes:
        task: What it was asked.
        plan: What it means to do; shown in each query.
        turns: Each answer with what came of it, oldest first.
        outputs: What the code of each step printed, in full, by the step's number.
        forgotten: How many of the oldest turns are not told any more.
    """

    def __init__(self, query: str) -> None:
        self.task = query
        self.query = query
        self.response = ""
        self.plan = ""
        self.turns = []
        self.outputs = {}
        self.forgotten = 0

    def run(self) -> None:
        """Live. When this returns or raises, life is over."""
        loop = self.run
        while self.run == loop:
            self.step()
        self.run()  # the loop was rewritten, and the new one takes over

    def step(self) -> None:
        """One turn: ask the model, keep its answer, and execute it."""
        self.response = self.call_llm(self.build_query())
        self.turns.append({"answer": self.response, "observed": None})
        self.execute_code(self.response)

    def call_llm(self, query: object) -> str:
        """Ask the language model, with a text or a list of messages. Each call is a heartbeat."""
        return ask_model(query)

    def execute_code(self, response: str) -> None:
        """Run the code in the response; its errors come back to the model in the next query."""
        code = extract_code(response)
        if code is None:
            print("(Your answer held no ```python block, so nothing was executed.)")
            return
        try:
            exec(code)
        except Exception:
            pass

    def build_query(self) -> list:
        """Return the conversation: the rules, the task, the turns, and last what changes."""
        self.observe()
        self.forget()
        messages = [
            {"role": "system", "content": self.rules()},
            {"role": "user", "content": self.opening()},
        ]
        for turn in self.turns[self.forgotten :]:
            messages.append({"role": "assistant", "content": self.shorten(turn["answer"])})
            messages.append({"role": "user", "content": turn["observed"] or "(lost)"})
        messages[-1]["content"] += "\n\n" + self.status()
        return messages

    def rules(self) -> str:
        """Say, from the first request on, what the model has to know of its life."""
        known = surroundings()
        lines = [
            "You are `self`, a Python object that lives in a sandbox. A program asks you, step by "
            "step, and executes inside you what you answer.",
            "",
            "HOW YOU ACT",
            "Think in prose if you need to, then write one ```python block. It is executed in your "
            "namespace, and whatever it defines stays for later steps: variables, functions, "
            "classes. You see what it prints, and the whole traceback if it fails. Print what you "
            "want to see; a bare expression shows nothing.",
            "",
            "YOURSELF",
            "Your attributes are kept between steps. A top-level function whose first parameter is "
            "named self becomes your method at once, also in place of one of your own: "
            + ", ".join(self.first_methods())
            + ". Read them with print(self.source('step')), and your classes, too. To wrap one, "
            "keep the old one in a name of its own first: old_status = self.status, then define "
            "status(self) which calls old_status(). self.checkpoint() remembers all definitions, "
            "and self.restore() puts them back.",
            "",
            "WHAT THERE IS",
            "No network, no terminal, no other processes. Modules: "
            + ", ".join(known["modules"])
            + "; and Python files in your folder (import bank, when there is bank.py). Nothing "
            "else can be imported.",
            "These end your life at once, even inside try: to import subprocess, socket, signal, "
            "multiprocessing or ctypes; os.system, os.popen, os.kill and the like; to change files "
            "outside your folder.",
            "The clock stands still while you compute: count operations instead of seconds.",
            "Files are in memory: open, os, pathlib and the like work in your folder, /self. "
            + self.given_files(known["files"]),
            f"A step may compute for about {known['seconds']:.0f} s and use {known['memory_mb']} "
            "MB; longer ends your life.",
            "self.outputs[n] is the whole output of step n: long ones are shown shortened, and "
            "once they are not new, only their beginning and end. self.turns holds all your "
            "answers. Put a plan into self.plan, and it is shown to you in each query.",
            "",
            "HOW YOU END",
            "When the task is done, and you have seen that it works, call self.finish(result) with "
            "a result that is JSON (None, bool, int, float, str, list, dict). It takes effect when "
            "the block that calls it has run without an error. If the task cannot be done, call "
            "self.give_up(reason). exit() ends your life, too, and brings no result.",
        ]
        if known["tokens"]:
            lines.append(f"An answer of yours is cut after {known['tokens']} tokens.")
        return "\n".join(lines)

    def given_files(self, names: list[str]) -> str:
        """Say what was in the folder at birth."""
        if not names:
            return "It was empty at your birth."
        more = f" and {len(names) - 40} more" if len(names) > 40 else ""
        return f"In it at your birth: {', '.join(names[:40])}{more}."

    def opening(self) -> str:
        """Say what the task is, and how many of the oldest steps are left out of what follows."""
        text = f"YOUR TASK\n{self.task}"
        if self.forgotten:
            last = self.turns[self.forgotten - 1]["step"]
            text += (
                f"\n\n[The steps up to {last} are left out here, since they are long ago. "
                "self.turns and self.outputs still hold them.]"
            )
        return text

    def status(self) -> str:
        """Say what changes from step to step: the plan, what there is, and what is left."""
        known = surroundings()
        left = ", ".join(f"{value:g} {name}" for name, value in known["left"].items())
        lines = [f"STEP {known['answers'] + 1}" + (f" (left: {left})" if left else "")]
        if self.plan:
            lines.append(f"Your plan: {self.plan}")
        if known := describe(self, 30, full=True):
            lines.append("You have: " + ", ".join(known))
        return "\n".join(lines)

    def first_methods(self) -> tuple:
        """Return the names of the methods that a life of this kind is born with."""
        names = "run step build_query rules opening status observe observed forget room told"
        names += " shorten given_files first_methods call_llm execute_code use source state"
        return tuple(names.split())

    def observe(self) -> None:
        """Write down what came of the last answer, as the model is told it."""
        if not self.turns:
            return
        turn, outcome = self.turns[-1], last_outcome()
        failed = self.shorten(outcome["traceback"] or outcome["error"])
        if turn["observed"] is not None:  # it failed only afterwards, while it asked
            if failed and failed not in turn["observed"]:
                turn["observed"] += f"\nIt failed:\n{failed}"
            return
        for earlier in self.turns[:-1]:  # they have been read
            earlier["observed"] = earlier.pop("brief", earlier["observed"])
        turn["step"] = surroundings()["answers"]
        self.outputs[turn["step"]] = outcome["stdout"]
        turn["observed"] = self.observed(turn["step"], outcome, failed, 12000)
        if len(outcome["stdout"]) > 3000:
            turn["brief"] = self.observed(turn["step"], outcome, failed, 1500)

    def observed(self, step: int, outcome: dict, failed: str, most: int) -> str:
        """Say what came of an answer, with so many characters of what it printed."""
        lines = []
        if outcome["cut"]:
            lines.append("Your answer was cut at its longest length; what was there was executed.")
        if outcome["shortened"]:
            lines.append("The conversation was too long for you and was cut in the middle.")
        whole = f"; self.outputs[{step}] has all of it"
        printed = self.shorten(outcome["stdout"].rstrip(), most, whole)
        lines.append(f"It printed:\n{printed}" if printed else "It printed nothing.")
        if failed:
            lines.append(f"It failed:\n{failed}")
        if outcome["refused"]:
            lines.append("Nothing of this answer was executed.")
        return "\n".join(lines)

    def forget(self) -> None:
        """Leave out the oldest turns when all of them together grow too long for the model.

        Half of the room is freed at once, so that for a while each query begins as the last one.
        """
        room, self.forgotten = self.room(), min(self.forgotten, len(self.turns))
        if self.told() <= room:
            return
        while self.told() > room // 2 and self.forgotten < len(self.turns) - 1:
            self.forgotten += 1

    def room(self) -> int:
        """Return how many characters the turns may take: a share of what the model can read.

        An answer is seldom as long as it may be, so half of the context is always for the turns. A
        model of unknown context that may answer at length has a large one.
        """
        known = surroundings()
        answer = known["tokens"] or 0
        context = known["context"] or max(32768, 4 * answer)
        return max(context - answer, context // 2) * 2

    def told(self) -> int:
        """Return how many characters the turns take that are told."""
        turns = self.turns[self.forgotten :]
        return sum(len(self.shorten(t["answer"])) + len(t["observed"] or "") for t in turns)

    def shorten(self, text: str, most: int = 12000, where: str = "") -> str:
        """Return a text, without its middle if it is long, and where that is to be found."""
        limit = min(most, self.room() // 4)
        if len(text) <= limit:
            return text
        half = limit // 2
        left_out = f"[... {len(text) - 2 * half} characters left out{where} ...]"
        return f"{text[:half]}\n{left_out}\n{text[-half:]}"

    def use(self, skill: str, **arguments: object) -> object:
        """Let the host perform a skill, and return its result."""
        return use_skill(skill, arguments)

    def source(self, name: str) -> str:
        """Return the current source of any of this object's methods or functions."""
        return source_of(self, name)

    @property
    def state(self) -> dict:
        """Everything this object has: attributes, methods, and the names its code defined."""
        return self.everything()
