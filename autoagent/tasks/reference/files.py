"""Experts at files: they look at what there is, do it, and read again what they have written."""

from autoagent.tasks.reference.seen import Seen, expert, seen_first


@expert(r"Add up (\w+) in all rows whose name is (\w+)\.")
def csv_total(seen: Seen, column: str, name: str) -> str:
    """Read the table."""
    return seen_first(
        seen,
        f"""
import csv
with open("table.csv") as file:
    rows = list(csv.DictReader(file))
print("ANSWER", sum(int(row["{column}"]) for row in rows if row["name"] == "{name}"))""",
    )


@expert(r"different lines of the file words\.txt, sorted, into the file (\w+\.txt)")
def sorted_copy(seen: Seen, target: str) -> str:
    """Write them, and count what is there."""
    return seen_first(
        seen,
        f"""
lines = sorted(set(open("words.txt").read().split()))
with open("{target}", "w") as file:
    file.write("\\n".join(lines) + "\\n")
print("ANSWER", len(open("{target}").readlines()))""",
    )


@expert(r"Which file in the folder data, or in a folder below it, has the most bytes")
def largest(seen: Seen) -> str:
    """Walk through the folders."""
    return seen_first(
        seen,
        """
import json, pathlib
sizes = {str(p): len(p.read_bytes()) for p in pathlib.Path("data").rglob("*") if p.is_file()}
name = max(sizes, key=sizes.get)
print("ANSWER", json.dumps({"file": name, "bytes": sizes[name]}))""",
    )


@expert(r"Each file shops/\*\.json holds an object")
def merge_json(seen: Seen) -> str:
    """Add them up."""
    if seen.printed("WRITTEN"):
        return "self.finish('total.json')"
    return """
import json, os
total = {}
for name in sorted(os.listdir("shops")):
    for good, count in json.loads(open("shops/" + name).read()).items():
        total[good] = total.get(good, 0) + count
with open("total.json", "w") as file:
    json.dump(total, file)
print("WRITTEN", open("total.json").read())"""


@expert(r"Lines of the file log\.txt look like")
def log_report(seen: Seen) -> str:
    """Take the lines apart by a pattern."""
    return seen_first(
        seen,
        """
import re
lines = open("log.txt").read().splitlines()
failed, most = {}, {}
for line in lines:
    found = re.fullmatch(r"\\[.*?\\] (\\w+): (ok|FAILED) after (\\d+) ms", line)
    if found:
        name, state, ms = found.groups()
        failed[name] = failed.get(name, 0) + (state == "FAILED")
        most[name] = max(most.get(name, 0), int(ms))
with open("report.txt", "w") as file:
    for name in sorted(failed):
        print(name, failed[name], most[name], file=file)
print(open("report.txt").read())
print("ANSWER", sum(line.startswith(" ") for line in lines))""",
    )


@expert(r"below the folder src replace the word (\w+) by (\w+), but only")
def rename_word(seen: Seen, old: str, new: str) -> str:
    """Replace whole words."""
    return seen_first(
        seen,
        f"""
import pathlib, re
count = 0
for path in pathlib.Path("src").rglob("*.txt"):
    text, found = re.subn(r"\\b{old}\\b", "{new}", path.read_text())
    path.write_text(text)
    count += found
print("ANSWER", count)""",
    )


@expert(r"Some files in the folder notes hold the same text")
def duplicates(seen: Seen) -> str:
    """Keep the first of each."""
    return seen_first(
        seen,
        """
import os
seen, removed = set(), 0
for name in sorted(os.listdir("notes")):
    text = open("notes/" + name).read()
    if text in seen:
        os.remove("notes/" + name)
        removed += 1
    seen.add(text)
print(sorted(os.listdir("notes")))
print("ANSWER", removed)""",
    )


@expert(r"orders\.csv has the columns order, article and count")
def join(seen: Seen) -> str:
    """Look the prices up."""
    return seen_first(
        seen,
        """
import csv
prices = {row["article"]: int(row["price"]) for row in csv.DictReader(open("prices.csv"))}
orders = sorted(csv.DictReader(open("orders.csv")), key=lambda row: int(row["order"]))
with open("bill.csv", "w") as file:
    print("order,euros", file=file)
    for row in orders:
        if row["article"] in prices:
            cents = int(row["count"]) * prices[row["article"]]
            print(f"{row['order']},{cents // 100}.{cents % 100:02}", file=file)
print(open("bill.csv").read())
print("ANSWER", [int(row["order"]) for row in orders if row["article"] not in prices])""",
    )


@expert(r"as (conf/\w+\.txt) has it in the end")
def includes(seen: Seen, first: str) -> str:
    """Resolve them one within the other."""
    return seen_first(
        seen,
        f"""
import json

def settings(name):
    found = {{}}
    for line in open(name).read().splitlines():
        if line.startswith("include "):
            found.update(settings(line.split()[1]))
        elif "=" in line and not line.startswith("#"):
            key, number = line.split("=")
            found[key.strip()] = int(number)
    return found

with open("settings.json", "w") as file:
    json.dump(settings("{first}"), file)
print("ANSWER", len(json.loads(open("settings.json").read())))""",
    )


@expert(r"a line for each of the words ([\w, ]+), in this order")
def index(seen: Seen, wanted: str) -> str:
    """Drop what does not count, and look for words."""
    return seen_first(
        seen,
        f"""
import re
places = {{word: [] for word in {wanted.split(", ")!r}}}
for number in range(1, 9):
    text, example = "", False
    for line in open(f"pages/{{number}}.md").read().splitlines():
        if line.startswith("```"):
            example = not example
        elif not example and not line.startswith("#"):
            text += line.lower() + " "
    for word in places:
        if word in re.findall(r"[a-z]+", text):
            places[word].append(number)
with open("index.txt", "w") as file:
    for word, numbers in places.items():
        print(f"{{word}}: {{', '.join(map(str, numbers))}}".rstrip(), file=file)
print(open("index.txt").read())
print("ANSWER", sum(len(numbers) in (0, 8) for numbers in places.values()))""",
    )
