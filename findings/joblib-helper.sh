#!/usr/bin/env bash
# joblib.Memory notices new code of the function, not of what the function calls.
#
# Expected: Memory forgets its results when the code changes; that is said of it,
# and it does when the decorated function is edited.
#
# Instead: it compares the text of that one function. When a function that it
# calls, or a constant that it reads, is edited, the old results are served from
# disk, for ever and in each later run.
#
# Source: the documentation, "Gotchas" and "Function cache is identified by the
# function's name".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi joblib==1.6.0
cd "$room"
cat >report.py <<'PY'
import joblib

RATE = 2

def priced(amount):
    return amount * RATE

@joblib.Memory("results", verbose=0).cache
def total(amounts):
    return sum(priced(amount) for amount in amounts)

if __name__ == "__main__":
    import sys
    print(sys.argv[1] + ":", total([1, 2, 3]))
PY
observe python -c 'import joblib; print("joblib", joblib.__version__)'
observe python -m report "the first run"
sed -i 's/RATE = 2/RATE = 3/' report.py
observe python -m report "a constant edited, right is 18"
sed -i 's/return amount \* RATE/return amount * RATE + 1/' report.py
observe python -m report "a function that it calls edited, right is 21"
sed -i 's/sum(priced/0 + sum(priced/' report.py
observe python -m report "the function itself edited"
expect <<'END'
joblib 1.6.0
the first run: 12
a constant edited, right is 18: 12
a function that it calls edited, right is 21: 12
the function itself edited: 21
END
