# Rows whose library is of another language: a program beside this one has their caches, and asks
# for each load. Both speak in lines of JSON:
#
#   {"new": 1, "row": "moka", "key": …, "ttl": 2000, "grace": null, "nth": 1, "empty": false}  ->  {"made": 1, "sets": true}
#   {"get": 1, "call": 7, "times": 100}, {"delete": 1, "call": 8}, {"set": 1, "call": 9, "value": "NEW"}
#   {"load": 3, "cache": 1}  <-  and as its answer  ->  {"loaded": 3, "value": "OLD"} or {"loaded": 3, "fails": true}
#   {"done": 7, "value": "OLD"} or {"done": 7, "error": "…"}  <-
import asyncio
import json
import os
import pathlib
import subprocess

from ask import CALLERS, Cache, closing, row

# the programs, where run.sh has made them
PROGRAMS = [os.environ[name].split() for name in ("GUIDE_NPM", "GUIDE_RUBY", "GUIDE_CRATES") if os.environ.get(name)]


class Program:
    def __init__(self, command):
        self.command, self.process, self.databases, self.calls, self.last = command, None, {}, {}, 0
        self.starting = asyncio.Lock()

    async def start(self):
        async with self.starting:
            if self.process is None:
                self.process = await asyncio.create_subprocess_exec(*self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                closing.append(self.process.kill)
                self.reading = asyncio.ensure_future(self.read())

    async def read(self):
        async for line in self.process.stdout:
            told = json.loads(line)
            if "load" in told:
                asyncio.ensure_future(self.load(told["load"], self.databases[told["cache"]]))
                continue
            call = self.calls.pop(told["made"] if "made" in told else told["done"])
            if "error" in told:
                call.set_exception(RuntimeError(told["error"]))
            else:
                call.set_result(told)
        for call in self.calls.values():
            call.set_exception(RuntimeError("the program is gone"))

    def tell(self, **told):
        self.process.stdin.write(json.dumps(told).encode() + b"\n")

    def call(self, what, cache, times=1, **told):
        first, self.last = self.last + 1, self.last + times
        loop = asyncio.get_running_loop()
        calls = [self.calls.setdefault(nth, loop.create_future()) for nth in range(first, self.last + 1)]
        self.tell(**{what: cache, "call": first, "times": times, **told})
        return calls

    async def load(self, nth, db):
        try:
            self.tell(loaded=nth, value=await db.load_async())
        except LookupError:
            self.tell(loaded=nth, fails=True)

    async def cache(self, id, name, db, grace, nth):
        await self.start()
        self.last += 1
        cache = self.last
        self.databases[cache] = db
        made = self.calls.setdefault(cache, asyncio.get_running_loop().create_future())
        self.tell(new=cache, row=id, key=name, ttl=db.ttl * 1000, grace=grace and grace * 1000, nth=nth, empty=db.row is None)
        sets = (await made).get("sets")

        async def value(call):
            return (await call)["value"]

        async def get():
            return await value(self.call("get", cache)[0])

        async def end(call):
            try:
                got = await value(call)
            except RuntimeError:
                got = "error"
            db.done += 1
            return "nothing" if got is None else str(got)

        def get_many(callers, _):
            return [asyncio.ensure_future(end(call)) for call in self.call("get", cache, callers)]

        async def delete():
            await self.call("delete", cache)[0]

        async def set(value):
            await self.call("set", cache, value=value)[0]
        return Cache(get, delete, set if sets else None, get_many)


def register(program, id, options):
    def open(name):
        made = iter(range(1, CALLERS))

        def make(db, grace=None):
            return program.cache(id, name, db, grace, next(made))
        return make
    row(id, **options)(open)


def listed():
    """The rows of each program, which run.sh asks for once."""
    found = pathlib.Path(os.environ.get("GUIDE_ROWS", "/nonexistent"))
    if found.exists():
        return json.loads(found.read_text())
    listing = [subprocess.run([*command, "--list"], stdout=subprocess.PIPE, check=True).stdout for command in PROGRAMS]
    rows = [json.loads(each) for each in listing]
    if "GUIDE_ROWS" in os.environ:
        found.write_text(json.dumps(rows))
    return rows


for command, rows in zip(PROGRAMS, listed()):
    program = Program(command)
    for id, options in rows.items():
        register(program, id, options)
