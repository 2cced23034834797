"""The page as a widget."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from . import engine

_HERE = Path(__file__).parent
#: CSS pixels; the compact layout has a height of its own.
_HEIGHT, _COMPACT_HEIGHT = 720, 440


@cache
def _page() -> tuple[list[str], list[bytes]]:
    """The names and contents of the page's files, each compressed by gzip, as the wheel has them."""
    files = sorted((_HERE / "page").glob("*.gz"))
    if not files:
        raise FileNotFoundError(f"{_HERE / 'page'} has no page: install the wheel that `make wheel` builds")
    return [file.name.removesuffix(".gz") for file in files], [file.read_bytes() for file in files]


@cache
def _version() -> str:
    return hashlib.sha256(b"".join(_page()[1])).hexdigest()[:16]


class Playground(anywidget.AnyWidget):
    """The playground in a notebook, to be played and changed there or from Python.

    It is the page itself, in a frame. Its files come from this package through the kernel, so it
    needs no network, and no server but the notebook's. These traits can be set and observed:

    - `preset`: a preset's id; empty: another scenario is open.
    - `scenario`: the scenario as a dict, with all that was done in the page. Set it to anything that
      `run` takes, to open that; `run(playground)` simulates it.
    - `time_us`: the present instant, microseconds of virtual time. While it plays, it is told every
      half second.
    - `playing`: whether it plays.

    These can be observed:

    - `violations`: what went wrong so far, the first 100, each as in a report.
    - `counts`: `hits`, `misses`, `staleReads`, `lostWrites` and `violations`, so far.
    - `problem`: what the page refused last, with the reason; empty: nothing.

    These say how it looks, when it is shown: `compact` (the stores, one line of controls and the
    verdict), `height` (CSS pixels; 0: that of its content), `hide` (panels, with commas between),
    `readonly`, `theme` ("auto", "light", "dark"), `speed` (virtual microseconds in a millisecond; 0:
    the scenario's), `compare` (strategies, with commas between) and `home`, the address of a hosted
    page, to which the links of *Share* lead.

    Several views of one playground show the same run; the one that was used last leads.

    Raises `StalemateError` if a scenario or a preset is wrong, with each of its problems.
    """

    _esm = _HERE / "playground.js"

    preset = traitlets.Unicode().tag(sync=True)
    scenario = traitlets.Any()
    time_us = traitlets.Int(0, min=0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    violations = traitlets.List(traitlets.Dict()).tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)

    compact = traitlets.Bool(False).tag(sync=True)
    height = traitlets.Int(_HEIGHT, min=0).tag(sync=True)
    hide = traitlets.Unicode().tag(sync=True)
    readonly = traitlets.Bool(False).tag(sync=True)
    theme = traitlets.Enum(["auto", "light", "dark"], "auto").tag(sync=True)
    speed = traitlets.Int(0, min=0, max=60_000).tag(sync=True)
    compare = traitlets.Unicode().tag(sync=True)
    home = traitlets.Unicode().tag(sync=True)

    # The scenario's JSON text, in which 1.0 stays 1.0; empty: the preset, unchanged.
    _document = traitlets.Unicode().tag(sync=True)
    # How often Python has set something that the page has to follow.
    _told = traitlets.Int(0).tag(sync=True)
    _id = traitlets.Unicode().tag(sync=True)
    _version = traitlets.Unicode().tag(sync=True)

    # Whether changes are the page's own, which needs not be told of them.
    _heard = 0

    def __init__(self, preset: str | None = None, scenario: Any = None, **traits: Any) -> None:
        if unknown := [name for name in traits if not self.has_trait(name)]:
            raise TypeError(f"Playground has no {', '.join(unknown)}")
        if preset is not None and scenario is not None:
            raise TypeError("Playground takes a preset or a scenario, not both")
        # a preset's id is as good here as there
        if isinstance(scenario, str) and any(scenario == each["id"] for each in engine.presets()):
            preset, scenario = scenario, None
        text = "" if scenario is None else engine.document(scenario)
        preset = "" if text else preset or "cache-aside"
        opened = json.loads(text) if text else engine.preset(preset)
        traits.setdefault("height", _COMPACT_HEIGHT if traits.get("compact") else _HEIGHT)
        with self._of_the_page():
            super().__init__(
                preset=preset, scenario=opened, _document=text, _id=uuid4().hex, _version=_version(), **traits
            )
        self.on_msg(self._serve)

    def reset(self) -> None:
        """Back to the start, without what was done in the page."""
        self.send({"type": "reset"})

    def set_state(self, sync_data: dict[str, Any]) -> None:
        with self._of_the_page():
            super().set_state(sync_data)

    @contextmanager
    def _of_the_page(self) -> Iterator[None]:
        self._heard += 1
        try:
            yield
        finally:
            self._heard -= 1

    def _serve(self, _: Any, content: Any, __: Any) -> None:
        if content.get("type") == "files":
            names, files = _page()
            self.send({"type": "files", "names": names}, buffers=files)

    def _scenario_text(self) -> str:
        return self._document or json.dumps(self.scenario)

    @traitlets.validate("preset")
    def _known(self, proposal: Any) -> str:
        if not self._heard:
            engine.preset(proposal["value"])
        return proposal["value"]

    @traitlets.validate("scenario")
    def _checked(self, proposal: Any) -> Any:
        value = proposal["value"]
        return value if self._heard else json.loads(engine.document(value))

    @traitlets.observe("preset", "scenario")
    def _open(self, change: Any) -> None:
        if self._heard:
            return
        with self.hold_sync(), self._of_the_page():
            if change["name"] == "preset":
                self._document, self.scenario = "", engine.preset(self.preset)
            else:
                self._document, self.preset = json.dumps(self.scenario), ""
            self.time_us, self.playing, self.violations, self.counts, self.problem = 0, False, [], {}, ""
            self._told += 1

    @traitlets.observe("time_us", "playing")
    def _move(self, _: Any) -> None:
        if not self._heard:
            self._told += 1

    @traitlets.observe("preset", "_document")
    def _played(self, _: Any) -> None:
        if not self._heard:
            return
        if self._document:
            self.scenario = json.loads(self._document)
        elif self.preset:
            self.scenario = engine.preset(self.preset)
