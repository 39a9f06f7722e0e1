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
