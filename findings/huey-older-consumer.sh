#!/usr/bin/env bash
# Huey: a consumer of an older version, minor ones included, takes the tasks of a
# newer one off the queue and loses them, retries or not.
#
# Expected: while a deployment replaces one version by another, a consumer that
# cannot read a task leaves it in the queue, or keeps it as a failed one; a minor
# version reads what the next one writes.
#
# Instead: a task is a pickled tuple, which has two fields more since 3.0, and one
# more since 3.3. The older consumer takes it, cannot make the tuple, writes a
# line in its log, and the task is gone. The other way round all is well: so the
# consumers have to be replaced first, and who sends last.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi
for version in 2.6.0 3.2.1 3.5.4; do pypi_into "$room/huey-$version" "huey==$version"; done
cat >"$room/tasks.py" <<'PY'
import logging, sys, time
from huey import SqliteHuey

logging.disable(logging.CRITICAL)
queue = SqliteHuey("queue", filename=sys.argv[1])
written = []


@queue.task(retries=3)
def write(number):
    written.append(number)


if sys.argv[2] == "send":
    for number in (1, 2, 3):
        write(number)
else:
    consumer = queue.create_consumer(workers=1, periodic=False)
    consumer.start()
    until = time.monotonic() + 10
    while len(queue) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(1)
    print(f"huey {sys.argv[4]} takes what {sys.argv[3]} has sent: written {written}, left in the queue {len(queue)}, "
          f"kept for later {queue.scheduled_count()}")
    consumer.stop()
PY
for pair in "2.6.0 3.5.4" "3.5.4 2.6.0" "3.2.1 3.5.4" "3.5.4 3.2.1"; do
  read -r newer older <<<"$pair"
  for what in "send $newer" "take $older"; do
    read -r word version <<<"$what"
    PYTHONPATH=$room/huey-$version:$PYTHONPATH observe python "$room/tasks.py" "$room/$newer-$older.db" "$word" "$newer" "$older"
  done
done
expect <<'END'
huey 3.5.4 takes what 2.6.0 has sent: written [1, 2, 3], left in the queue 0, kept for later 0
huey 2.6.0 takes what 3.5.4 has sent: written [], left in the queue 0, kept for later 0
huey 3.5.4 takes what 3.2.1 has sent: written [1, 2, 3], left in the queue 0, kept for later 0
huey 3.2.1 takes what 3.5.4 has sent: written [], left in the queue 0, kept for later 0
END
