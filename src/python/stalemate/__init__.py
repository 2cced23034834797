"""A playground for caching strategies.

`Playground` is the page as a widget in a notebook. `run` and `compare` simulate scenarios by the
engine, the program `stalemate` that comes with this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .engine import StalemateError, Stopped, compare, explore, link, preset, presets, program, run, strategies

if TYPE_CHECKING:
    from .playground import Playground

__all__ = [
    "Playground",
    "StalemateError",
    "Stopped",
    "compare",
    "explore",
    "link",
    "preset",
    "presets",
    "program",
    "run",
    "strategies",
]


def __getattr__(name: str) -> Any:
    # a worker of a cluster that only runs scenarios does not load the notebook's packages
    if name == "Playground":
        from .playground import Playground

        return Playground
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
