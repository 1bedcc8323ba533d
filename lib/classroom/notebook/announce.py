"""In a learner's notebook, a check that passes says so, and shows nothing of the machinery that it used."""

import re
import sys
from typing import Any

_CHECK = re.compile(r"# Check, (\d+) points?\b")


def announce() -> None:
    """From the next cell on, tell of each check cell that passes. Outside of a notebook nothing happens."""
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel") or getattr(shell, "_announces_checks", False):
        return
    shell._announces_checks = True
    usual = shell.ast_node_interactivity

    def before(info: Any) -> None:
        # The value of a check's last line would be shown: a tensor of thousands of numbers, say.
        shell.ast_node_interactivity = "none" if _CHECK.match(info.raw_cell) else usual

    def after(result: Any) -> None:
        shell.ast_node_interactivity = usual
        found = _CHECK.match(result.info.raw_cell)
        if found and result.success:
            points = int(found[1])
            print(f"✓ passed, {points} point{'s' * (points != 1)}")

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)
