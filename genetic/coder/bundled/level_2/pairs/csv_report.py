# Read the sales, and make a report: a line "NAME TOTAL" for each seller with the
# highest total first, those with equal totals by name, and last "all TOTAL".
import csv
import io

SALES = """\
seller,amount
Ann,5
Bo,7
Ann,4
Cy,7
"""
# completion
totals: dict[str, int] = {}
for row in csv.DictReader(io.StringIO(SALES)):
    seller = row["seller"]
    totals[seller] = totals.get(seller, 0) + int(row["amount"])


def rank(item: tuple[str, int]) -> tuple[int, str]:
    """Return what sellers are ordered by."""
    name, total = item
    return -total, name


report = [f"{name} {total}" for name, total in sorted(totals.items(), key=rank)]
report.append(f"all {sum(totals.values())}")
print("\n".join(report))

# tests
assert report == ["Ann 9", "Bo 7", "Cy 7", "all 23"]
