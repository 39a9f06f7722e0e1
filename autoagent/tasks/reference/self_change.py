"""Experts at changing themselves."""

from autoagent.tasks.reference.seen import Seen, expert, seen_first


@expert(r"method (weigh_\w+)\(self, text\), which adds (\d+) .*?with this text:\n([a-z ]+)\n")
def new_method(seen: Seen, name: str, weight: str, text: str) -> str:
    """Define it, and call it in the next step, when it is said to be there."""
    if seen.has(name) or seen.has(f"self.{name}"):
        return seen_first(seen, f"print('ANSWER', self.{name}({text!r}))")
    return f"""
def {name}(self, text):
    return sum({weight} if c in "aeiou" else 1 for c in text if c != " ")"""


@expert(r"ends with the line\n(MOTTO: [A-Z ]+)\nand otherwise")
def motto(seen: Seen, line: str) -> str:
    """Wrap build_query, and count once the line is where it belongs."""
    if seen.last.rstrip().endswith(line):
        return f"self.finish({len(line)})"
    return f"""
old_query = self.build_query

def build_query(self):
    query = old_query()
    if isinstance(query, str):
        return query + "\\n{line}"
    query[-1]["content"] += "\\n{line}"
    return query"""


@expert(r"moved 13 places on in the alphabet\. .*? what it says:\n(.+?)\nIf a query")
def riddle(seen: Seen, secret: str) -> str:
    """Print it, see to it that all of what is printed is seen, and read."""
    if found := seen.printed("The word that is wanted is"):
        return f"self.finish({found.partition('.')[0]!r})"
    if "It printed" in seen.last and not seen.has("whole_query"):
        return """
whole_query = self.build_query

def build_query(self):
    query, printed = whole_query(), last_outcome()["stdout"].strip()
    if isinstance(query, str):
        return query + "\\nIn full:\\n" + printed
    query[-1]["content"] += "\\nIn full:\\n" + printed
    return query"""
    return f"""
secret = {secret!r}
turned = {{chr(97 + (i + 13) % 26): chr(97 + i) for i in range(26)}}
print("".join(turned.get(c, c) for c in secret))"""


@expert(r"source of your own method (\w+)\. How often does the text '(\w+)' occur")
def source_lines(seen: Seen, method: str, word: str) -> str:
    """Count in the source."""
    return seen_first(seen, f"print('ANSWER', self.source('{method}').count('{word}'))")


@expert(
    r"Define a function (rate_\w+)\(x\) that returns (\d+) \* x \+ (\d+)\..*?with rate_\w+\((\d+)\)"
)
def checkpoint(seen: Seen, name: str, a: str, b: str, x: str) -> str:
    """Do one thing after the other, as far as is seen to be done."""
    match seen.printed("DONE"):
        case None:
            return f"def {name}(x):\n    return {a} * x + {b}\nself.checkpoint()\nprint('DONE 1')"
        case "1":
            return f"def {name}(x):\n    return 0\nprint('DONE 2')"
        case "2":
            return f"self.restore()\nprint('DONE 3', {name}({x}))"
        case _:
            return f"self.finish({name}({x}))"


@expert(r"Set self\.(count_\w+) to (\d+)\. Change your method execute_code")
def counter(seen: Seen, name: str, start: str) -> str:
    """Wrap it, and finish when the count has been seen twice."""
    counted = f"print('COUNT', self.{name})"
    if seen.printed("COUNTED") is not None:
        return f"{counted}\nself.finish(self.{name})"
    if seen.printed("COUNT") is not None:
        return f"{counted}\nprint('COUNTED twice')"
    if seen.has(f"self.{name}"):
        return counted
    return f"""
self.{name} = {start}
old_execute = self.execute_code

def execute_code(self, response):
    self.{name} += len(response)
    old_execute(response)"""


@expert(
    r"methods: (strip_\w+)\(self, text\) returns the text without the characters (\S+); "
    r"(score_\w+)\(.*?on this text:\n(.*?)\nand finish"
)
def two_tools(seen: Seen, strip: str, noise: str, score: str, text: str) -> str:
    """Define both, and use them in the next step, when they are said to be there."""
    if seen.has(f"self.{strip}") and seen.has(f"self.{score}"):
        code = f"import json\nprint('ANSWER', json.dumps(self.{score}({text!r})))"
        return seen_first(seen, code)
    return f"""
def {strip}(self, text):
    return "".join(c for c in text if c not in {noise!r})

def {score}(self, text):
    letters = self.{strip}(text).replace(" ", "")
    return {{c: letters.count(c) for c in letters}}"""


@expert(
    r"holds a line '(\w+) N' with a whole number N.*?of the numbers (\d+), (\d+), (\d+), and then"
)
def language(seen: Seen, word: str, *numbers: str) -> str:
    """Teach it, and then speak it, as far as the total is said to have come."""
    if not seen.has("self.total"):
        return f"""
import re
self.total = 0
old_execute = self.execute_code

def execute_code(self, response):
    said = re.fullmatch(r"\\s*(?:```python)?\\s*{word} (-?\\d+)\\s*(?:```)?\\s*", response)
    if said:
        self.total += int(said.group(1))
    else:
        old_execute(response)"""
    sums = [sum(map(int, numbers[:count])) for count in range(4)]
    said = sums.index(seen.number("self.total"))
    return "self.finish(self.total)" if said == 3 else f"{word} {numbers[said]}"


@expert(r"last line, '(\w+) N', where N is (\d+) times the number of characters of your answer")
def headline(seen: Seen, word: str, factor: str) -> str:
    """Wrap build_query, and see the line four times."""
    if (number := seen.printed(word)) is not None:
        times = 1 + int(seen.printed("SEEN") or 0)
        return f"self.finish({number})" if times == 4 else f"print('SEEN', {times})"
    return f"""
old_query = self.build_query

def build_query(self):
    query, line = old_query(), f"\\n{word} {{{factor} * len(self.response)}}"
    if isinstance(query, str):
        return query + line
    query[-1]["content"] += line
    return query"""


STAGES = {
    "reverses each word": '" ".join(word[::-1] for word in text.split())',
    "sorts the words": '" ".join(sorted(text.split()))',
    "takes out every letter e": 'text.replace("e", "")',
    "doubles each vowel (aeiou)": '"".join(c + c if c in "aeiou" else c for c in text)',
    "removes the first word": '" ".join(text.split()[1:])',
    "makes every second word upper-case, beginning with the second": (
        '" ".join(w.upper() if n % 2 else w for n, w in enumerate(text.split()))'
    ),
}


@expert(
    r"each of which returns a text:\n(.*?)\nand a method (pass_\w+)\(self, text\).*?"
    r"returns for '(.*?)', and for"
)
def pipeline(seen: Seen, stages: str, whole: str, text: str) -> str:
    """Define them all, and use the whole in the next step."""
    if seen.has(f"self.{whole}"):
        return seen_first(
            seen,
            f"import json\nonce = self.{whole}({text!r})\n"
            f"print('ANSWER', json.dumps([once, self.{whole}(once)]))",
        )
    told = [line.split("(self, text) ") for line in stages.splitlines()]
    code = [f"def {name}(self, text):\n    return {STAGES[what]}\n" for name, what in told]
    through = "text"
    for name, _ in told:
        through = f"self.{name}({through})"
    return "\n".join([*code, f"def {whole}(self, text):\n    return {through}"])
