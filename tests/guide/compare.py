# Compares what the guide says with what its probes have seen: `compare.py TABLE SEEN…`, all JSON.
# Exit status 1: a cell differs.
import json
import sys

table, *seen = [json.load(open(file)) for file in sys.argv[1:]]
found = {id: cells for file in seen for id, cells in file.items()}


def same(says, sees):
    # a probe on a busy machine does not tell the millisecond of the TTL from the one after it
    return says == sees or (sees == "at the TTL" and says in ("hit at the TTL", "miss at the TTL"))


agreeing = differing = 0
for row in table:
    cells = found.get(row["id"])
    if not cells:
        print(f"no probe  {row['id']}")
        continue
    asked = [(column, row["cells"][column]["text"], sees) for column, sees in cells.items()]
    asked = [each for each in asked if each[1:] != ("-", "-") and each[1] != "-"]
    wrong = [each for each in asked if not same(*each[1:])]
    agreeing += len(asked) - len(wrong)
    differing += len(wrong)
    print(f"{'CHANGED ' if wrong else 'same    '}  {row['id']}: {len(asked) - len(wrong)} of {len(asked)} cells agree")
    for column, says, sees in wrong:
        print(f"            {column}: the guide says \"{says}\", the library did \"{sees}\"")
print(f"{len(found)} rows were asked: {agreeing} cells agree, {differing} do not.")
sys.exit(1 if differing else 0)
