"""The engine: runs the program `stalemate` that comes with this package.

A scenario is a preset's id, a dict, a path, JSON text, a link, or a `Playground`, whose run it then
is with all that was done in it. Times are whole microseconds (`_us`) of virtual time, except for
`until`, which is seconds, as on the command line.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

#: What the program says of the input, as its exit status.
_WRONG = 2


class StalemateError(ValueError):
    """An input is wrong. `problems` has each error as a dict: `file`, `message` and, where they are
    known, `path` (the field), `line`, `column` and `advice`."""

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(_sentence, problems)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class Stopped(StalemateError):
    """A run came to a limit of its scenario before its end. `report` is the report up to there."""

    def __init__(self, problems: list[dict[str, Any]], report: dict[str, Any]) -> None:
        super().__init__(problems)
        self.report = report

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems, self.report)


def _sentence(problem: Mapping[str, Any]) -> str:
    where = problem.get("file", "")
    if "line" in problem:
        where += f":{problem['line']}:{problem['column']}"
    said = [where, problem.get("path", ""), problem["message"]]
    advice = problem.get("advice")
    return ": ".join(filter(None, said)) + (f" ({advice})" if advice else "")


@cache
def program() -> str:
    """The path of the program `stalemate`."""
    name = "stalemate.exe" if os.name == "nt" else "stalemate"
    user = sysconfig.get_preferred_scheme("user")
    folders = [
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", scheme=user),
        # pip install --target
        str(Path(__file__).parent.parent / "bin"),
    ]
    for folder in folders:
        if (found := Path(folder, name)).is_file():
            return str(found)
    if found := shutil.which(name):
        return found
    raise FileNotFoundError(f"the program {name} is not in {', '.join(folders)}: install the package again")


def _call(*arguments: str, given: str | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [program(), *arguments],
        input=given,
        # a program that waits for a terminal would wait for ever
        stdin=None if given is not None else subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _answer(status: int, out: str, err: str) -> Any:
    """The program's JSON; raises what it says is wrong."""
    try:
        said = json.loads(out)
    except json.JSONDecodeError:
        raise StalemateError([{"message": _plain(err) or f"no answer, exit status {status}"}]) from None
    if isinstance(said, dict) and said.get("ok") is False and "errors" in said:
        # standard input is what was given here
        given = {"file": "scenario"}
        raise StalemateError([{**each, **given} if each.get("file") == "-" else each for each in said["errors"]])
    return said


def _plain(err: str) -> str:
    text = err.strip().removeprefix("error: ")
    return text.split("\n\nUsage:")[0].split("\n\nFor more information")[0].strip()


def _input(scenario: Any) -> tuple[str, str | None]:
    """A scenario as the program's argument, and what it reads."""
    if hasattr(scenario, "_scenario_text"):
        return "-", scenario._scenario_text()
    if isinstance(scenario, Mapping):
        try:
            return "-", json.dumps(scenario, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise StalemateError([{"message": f"the scenario is not JSON: {error}"}]) from None
    if isinstance(scenario, str) and scenario.lstrip()[:1] == "{":
        return "-", scenario
    if isinstance(scenario, (str, os.PathLike)) and (name := os.fspath(scenario)) not in ("", "-"):
        # what begins with a dash is a file, not an option
        return (f"./{name}" if name.startswith("-") else name), None
    raise StalemateError(
        [{"message": f"no scenario: {scenario!r}; allowed are a preset's id, a dict, a path, JSON text, a link"}]
    )


class _Programs:
    """Programs' texts as files, which are there for one call and have a plain name in its answer."""

    def __init__(self, kept: ExitStack) -> None:
        self._folder = kept.enter_context(tempfile.TemporaryDirectory())
        self._count = 0

    def argument(self, strategy: str | os.PathLike[str]) -> str:
        """A strategy's id or file as it is; a text's file."""
        text = os.fspath(strategy)
        if "\n" not in text:
            return text
        self._count += 1
        file = Path(self._folder, f"text-{self._count}.py")
        file.write_text(text, encoding="utf-8")
        return str(file)

    def placed(self, claim: str) -> str:
        return claim if self._count == 0 else re.sub(r"\btext-\d+\.py\b", rf"{self._folder}/\g<0>", claim)

    def answer(self, status: int, out: str, err: str) -> Any:
        folder = f"{self._folder}{os.sep}"
        return _answer(status, out.replace(json.dumps(folder)[1:-1], ""), err.replace(folder, ""))


def _options(**given: Any) -> list[str]:
    """Options of the command line: `None` and `False` leave one out, a list repeats it."""
    options = []
    for name, value in given.items():
        flag = f"--{name.replace('_', '-')}"
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if each is True:
                options.append(flag)
            elif each is not None and each is not False:
                options.append(f"{flag}={each}")
    return options


def run(
    scenario: Any,
    *,
    strategy: str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,
    seed: int | None = None,
    until: float | None = None,
) -> dict[str, Any]:
    """Simulates a scenario; gives its report, as `stalemate run --json` prints it.

    `strategy` (an id, a file, or a program's text) serves all keys that no other strategy of the
    scenario serves. `set` has values for its parameters: `{"TTL": 5}`. `until` is in seconds.

    If the scenario has expectations, `expectations` of the report says which of them hold.

    Raises `StalemateError` if something of this is wrong, and `Stopped` if the run came to a limit.
    """
    name, given = _input(scenario)
    with ExitStack() as kept:
        programs = _Programs(kept)
        options = _options(
            seed=seed,
            until=until,
            strategy=None if strategy is None else programs.argument(strategy),
            set=[f"{each}={value}" for each, value in (set or {}).items()],
        )
        report = programs.answer(*_call("run", "--json", *options, "--", name, given=given))
    if "stopped" in report:
        raise Stopped([{"message": f"the run stopped early: {report['stopped']}"}], report)
    return report


def compare(
    scenario: Any,
    strategies: Iterable[str | os.PathLike[str]] | None = None,
    *,
    expect: Iterable[str] = (),
    seed: int | None = None,
    until: float | None = None,
) -> dict[str, Any]:
    """Runs a scenario under two to eight strategies; gives what `stalemate compare --json` prints:
    `runs` with a report each, and `rows`, a measure each with a cell for each strategy.

    A strategy is an id or a file, either with parameters (`"cache-aside:TTL=5,JITTER=1"`), a
    program's text (called `text-1.py`, `text-2.py`, …), or `"own"`; left out, they are the scenario's
    own list. `expect` has claims, such as `"write-through.reads.stale <= cache-aside.reads.stale"`;
    `expectations` says which hold.

    Raises `StalemateError` if something of this is wrong or a strategy cannot run.
    """
    name, given = _input(scenario)
    with ExitStack() as kept:
        programs = _Programs(kept)
        names = None if strategies is None else ",".join(map(programs.argument, strategies))
        claims = [programs.placed(claim) for claim in expect]
        options = _options(strategies=names, seed=seed, until=until, expect=claims)
        status, out, err = _call("compare", "--json", *options, "--", name, given=given)
        compared = programs.answer(status, out, err)
    if status == _WRONG and compared.get("errors"):
        raise Stopped(compared["errors"], compared)
    return compared


def explore(scenario: Any, **options: Any) -> dict[str, Any]:
    """Tries every order of events; gives what `stalemate explore --json` prints. Options are those
    of the command: `explore("ca6", expiries=1, property="no-stale-read")`.

    Raises `StalemateError` if something of this is wrong.
    """
    name, given = _input(scenario)
    return _answer(*_call("explore", "--json", *_options(**options), "--", name, given=given))


def presets() -> list[dict[str, Any]]:
    """The built-in scenarios: `id`, `title` and more of each."""
    return _answer(*_call("presets", "--json"))


def preset(id: str) -> dict[str, Any]:
    """A built-in scenario, to change and to run. Raises `StalemateError` if there is none."""
    return _answer(*_call("presets", "--json", "--", id))


def strategies() -> list[dict[str, Any]]:
    """The built-in strategies: `id`, `title`, `parameters`, `source` and more of each."""
    return _answer(*_call("strategies", "--json"))


def link(scenario: Any, *, at: float | None = None, base: str | None = None) -> str:
    """A link to a scenario, which opens at `at` seconds; `base` is the address of a hosted page.

    Raises `StalemateError` if the scenario is wrong or too large for a link.
    """
    name, given = _input(scenario)
    return _answer(*_call("link", "--json", *_options(at=at, base=base), "--", name, given=given))["link"]


def document(scenario: Any) -> str:
    """A scenario's JSON text, checked. Raises `StalemateError` with each of its problems."""
    name, given = _input(scenario)
    _answer(*_call("check", "--json", "--", name, given=given))
    if given is not None:
        return given
    # as the program reads a name: a preset, a file, a link
    status, out, err = _call("presets", "--", name)
    if status == 0:
        return out
    if Path(name).exists():
        return Path(name).read_text(encoding="utf-8")
    status, out, err = _call("open", "--", name)
    if status:
        raise StalemateError([{"message": _plain(err)}])
    return out
