"""What a call may take is computing: the same verdict on a busy machine as on a quiet one."""

import pytest

from classroom.exchange.failures import NoAnswer
from classroom.limits import Limits
from classroom.sandbox import fork_server as module
from classroom.sandbox.fork_server import ForkServer, Session, Stopwatch


class Clocks:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall = self.computed = 0.0
        monkeypatch.setattr(module.time, "monotonic", lambda: self.wall)

    def go(self, wall: float, computed: float) -> None:
        self.wall += wall
        self.computed += computed


@pytest.mark.parametrize(
    ("wall", "computed", "charged"),
    [
        (0.5, 0.0, 0.5),  # the first second is the clock's
        (10.0, 10.0, 11.0),  # alone on the machine
        (30.0, 10.0, 11.0),  # three processes share the core: the same
        (40.0, 0.0, 11.0),  # asleep: a quarter
        (10.0, 20.0, 11.0),  # two processes at a time: not more than the wall
    ],
)
def test_a_busy_machine_takes_nothing(monkeypatch, wall: float, computed: float, charged: float) -> None:
    clocks = Clocks(monkeypatch)
    stopwatch = Stopwatch(lambda: clocks.computed)
    if wall > 1:
        clocks.go(1.0, 1.0)
        assert stopwatch.seconds == 1.0
    clocks.go(wall, computed)
    assert stopwatch.seconds == pytest.approx(charged)


def test_a_process_that_ended_took_its_time_all_the_same(monkeypatch) -> None:
    clocks = Clocks(monkeypatch)
    stopwatch = Stopwatch(lambda: clocks.computed)
    clocks.go(1.0, 1.0)
    assert stopwatch.seconds == 1.0
    clocks.go(5.0, 5.0)
    assert stopwatch.seconds == 6.0
    clocks.go(0.0, -6.0)  # its processes are gone, and what they had computed with them
    assert stopwatch.seconds == 6.0


@pytest.mark.linux
def test_computing_in_the_sandbox_is_seen_from_outside(locked: ForkServer) -> None:
    with Session(locked, Limits(), 1) as session:
        session.run("import time")
        before = locked.computed()
        session.run("end = time.process_time() + 1.5\nwhile time.process_time() < end: pass")
        assert 1.4 <= locked.computed() - before <= 4


@pytest.mark.linux
@pytest.mark.parametrize("cell", ["while True: pass", "import time; time.sleep(60)"], ids=["loop", "sleep"])
def test_what_never_ends_is_ended(locked: ForkServer, cell: str) -> None:
    with Session(locked, Limits(cell_seconds=2.0), 1) as session, pytest.raises(NoAnswer, match="none within 2 s"):
        session.run(cell)
