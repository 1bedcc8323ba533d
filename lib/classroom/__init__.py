"""Running, checking and grading notebooks. A graded cell imports its tools from here.

The packages stand in floors, lowest first: `limits`, `exchange` and `notebook`; `checks` and `sandbox`; `judging`;
`authoring`, `cohort` and `study` beside each other; `capstone`; `doctor` and the commands. `tests/house/test_floors.py`
holds them.
"""

from importlib import import_module
from typing import Any

__all__ = ["check_all", "expect", "learner", "spec", "trials"]

# Loaded when they are asked for: `import classroom.limits` must not import torch, nor a worker the checks.
_HOMES = {
    "check_all": "classroom.study.kernel:check_all",
    "expect": "classroom.checks.expect",
    "learner": "classroom.checks.calls:learner",
    "spec": "classroom.exchange.spec",
    "trials": "classroom.checks.trial:trials",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "learner":
        surroundings = import_module("classroom.exchange.surroundings")
        import_module("classroom.notebook.announce").announce(surroundings.standard)
    module, _, member = _HOMES[name].partition(":")
    found = import_module(module)
    return getattr(found, member) if member else found
