"""A pytest plugin: the table and the ledger of verdicts, gathered from all processes of a run.

`--judge-all` leaves the ledger out of account. In CI the ledger is read and not written.
"""

import os
import secrets
from pathlib import Path

import pytest

from classroom.authoring.ledger import Ledger
from classroom.authoring.verdicts import Table, Verdict

TABLE = pytest.StashKey[Table]()
LEDGER = pytest.StashKey[Ledger]()
_OF_WORKERS = "classroom"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --judge-all."""
    parser.addoption("--judge-all", action="store_true", help="judge every answer, whatever the ledger of verdicts has")


def pytest_configure(config: pytest.Config) -> None:
    """Open both."""
    run = os.environ.setdefault("CLASSROOM_RUN", secrets.token_hex(8))  # one for all processes of a run
    share = 1.0 if config.getoption("--judge-all") else 0.05
    config.stash[TABLE] = Table()
    config.stash[LEDGER] = Ledger(config.rootpath / "tests" / "grader" / "ledger", share=share, run=run)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over to the controlling process, or write."""
    config = session.config
    table, ledger = config.stash[TABLE], config.stash[LEDGER]
    if hasattr(config, "workeroutput"):
        rows = [vars(row) for row in table.rows]
        config.workeroutput[_OF_WORKERS] = {"rows": rows, "fresh": ledger.fresh, "counts": ledger.counts}
    elif os.environ.get("CI") != "true":
        ledger.write()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take what a worker of pytest-xdist hands over."""
    output = getattr(node, "workeroutput", {}).get(_OF_WORKERS)  # none of one that crashed
    if output:
        config: pytest.Config = node.config  # type: ignore[attr-defined]
        config.stash[TABLE].rows += [Verdict(**row) for row in output["rows"]]
        config.stash[LEDGER].merge(output["fresh"])
        for what, count in output["counts"].items():
            config.stash[LEDGER].counts[what] += count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the table of verdicts, and say how many answers of each kind lost points."""
    table, counts = config.stash[TABLE], config.stash[LEDGER].counts
    if table.rows:
        assert config.cache is not None
        path = Path(config.cache.mkdir("verdicts")) / "verdicts.csv"
        table.write(path)
        terminalreporter.section(f"answers, mutants and cheats ({path})")
        terminalreporter.write("".join(f"{line}\n" for line in table.summary()))
        said = ", ".join(f"{count} {what}" for what, count in counts.items())
        terminalreporter.write(f"verdicts of the ledger: {said}\n")
