"""In a learner's notebook, a check runs as it does from the judge, says that it passes, and shows no machinery."""

import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

_CHECK = re.compile(r"# Check, (\d+) points?\b")


def announce(around: Callable[[], AbstractContextManager[None]]) -> None:
    """From the next cell on, tell of each check cell that passes. Outside of a notebook nothing happens.

    Args:
        around: put around each check cell.
    """
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel") or getattr(shell, "_announces_checks", False):
        return
    shell._announces_checks = True
    usual = shell.ast_node_interactivity
    running = ExitStack()

    def before(info: Any) -> None:
        if _CHECK.match(info.raw_cell):
            running.enter_context(around())
        # The value of a check's last line would be shown: a tensor of thousands of numbers, say.
        shell.ast_node_interactivity = "none" if _CHECK.match(info.raw_cell) else usual

    def after(result: Any) -> None:
        running.close()
        shell.ast_node_interactivity = usual
        found = _CHECK.match(result.info.raw_cell)
        if found and result.success:
            points = int(found[1])
            print(f"✓ passed, {points} point{'s' * (points != 1)}")

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)
