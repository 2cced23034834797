# Compares what the guide says with what its probes have seen: `compare.py TABLE SEEN…`, all JSON.
# Exit status 1: a cell differs.
import json
import pathlib
import sys

table, *seen = [pathlib.Path(file) for file in sys.argv[1:]]
table = json.loads(table.read_text())
# a probe that ended early has said nothing, or not all
asked_for = {file.stem for file in seen}
found = {}
for file in seen:
    try:
        found.update(json.loads(file.read_text()))
    except ValueError:
        pass


def seconds(text):
    for unit, each in [(" s", 1), (" min", 60), (" h", 3_600)]:
        if text.endswith(unit):
            return each * float(text.removesuffix(unit))
    return 0.0 if text == "at once" else float("inf")


def same(column, says, sees):
    # what a probe has seen until it gave up
    if sees.endswith(" …"):
        return says.startswith(sees.removesuffix(" …"))
    if sees.startswith("not within "):
        return seconds(says) > seconds(sees.removeprefix("not within "))
    # a consumer's time has begun before it is killed, and who looks for the dead looks now and then
    if column == "back" and "at once" not in (says, sees):
        return -3 <= seconds(sees) - seconds(says) <= 3 + seconds(says) / 4
    # a probe on a busy machine does not tell the millisecond of the TTL from the one after it
    return says == sees or (sees == "at the TTL" and says in ("hit at the TTL", "miss at the TTL"))


agreeing = differing = 0
for row in table:
    cells = found.get(row["id"])
    if not cells:
        without_answer = row["id"] in asked_for
        differing += without_answer
        print(f"{'no answer' if without_answer else 'not asked'} {row['id']}")
        continue
    # every cell that has an answer is asked, and what is said to have none has none
    asked = [(column, cell["text"], cells.get(column, "-")) for column, cell in row["cells"].items()]
    asked = [each for each in asked if each[1:] != ("-", "-")]
    wrong = [each for each in asked if not same(*each)]
    agreeing += len(asked) - len(wrong)
    differing += len(wrong)
    print(f"{'CHANGED  ' if wrong else 'same     '} {row['id']}: {len(asked) - len(wrong)} of {len(asked)} cells agree")
    for column, says, sees in wrong:
        print(f"            {column}: the guide says \"{says}\", the library did \"{sees}\"")
print(f"{len(found)} rows were asked: {agreeing} cells agree, {differing} do not.")
sys.exit(1 if differing else 0)
