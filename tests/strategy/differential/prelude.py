"""Runs programs of the strategy language in Python, and says what came of each.

Reads one JSON document from standard input: [[source, [reply, ...]], ...], and writes
one line for each program: {"printed": [...], "end": "return ..."}. A reply is what the
next call of the database gives: a number, or the name of an error.
"""

import json
import math
import resource
import signal
import sys


class Overtime(BaseException):
    pass


class StoreError(Exception):
    pass


class CacheError(StoreError):
    pass


class DatabaseError(StoreError):
    pass


class Timeout(StoreError):
    pass


class DatabaseTimeout(DatabaseError, Timeout):
    pass


ERRORS = {
    "refused": lambda: DatabaseError("database: it is down"),
    "slow": lambda: DatabaseTimeout("database: no answer in time"),
    "cache": lambda: CacheError("cache: it is down"),
}


class Database:
    def __init__(self, replies, printed):
        self.replies = list(replies)
        self.printed = printed

    def read(self, key):
        if not isinstance(key, str):
            raise TypeError("keys are texts")
        self.printed.append("read " + key)
        reply = self.replies.pop(0) if self.replies else 0
        if isinstance(reply, str):
            raise ERRORS[reply]()
        return reply


def lock_of(printed):
    class Lock:
        def __init__(self, key):
            if not isinstance(key, str):
                raise TypeError("keys are texts")
            self.key = key

        def __enter__(self):
            printed.append("lock " + self.key)

        def __exit__(self, *_):
            printed.append("unlock " + self.key)

    return Lock


def run(source, replies):
    printed = []

    def log(*values):
        printed.append(" ".join(str(value) for value in values))

    names = {
        "log": log,
        "print": log,
        "math": math,
        "json": json,
        "db": Database(replies, printed),
        "lock": lock_of(printed),
        "StoreError": StoreError,
        "CacheError": CacheError,
        "DatabaseError": DatabaseError,
        "Timeout": Timeout,
    }
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        exec(compile(source, "strategy", "exec"), names)
        result = names["read"]("a")
        end = "return " + repr(result)
    except Overtime:
        end = "beyond a bound"
    except StoreError as error:
        end = "raise " + str(error)
    except json.JSONDecodeError:
        end = "ValueError"
    except SyntaxError as error:
        end = "SyntaxError: " + str(error)
    except NameError:
        end = "UnboundLocalError"
    except Exception as error:
        raised = type(error) is Exception or type(error) in names.values()
        end = "raise " + str(error) if raised else type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"printed": printed, "end": end}


def too_long(*_):
    raise Overtime()


def main():
    sys.setrecursionlimit(300)
    # whole numbers without an end, and texts
    signal.signal(signal.SIGALRM, too_long)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    for source, replies in json.load(sys.stdin):
        sys.stdout.write(json.dumps(run(source, replies)) + "\n")


main()
