"""Energy of a call, where the machine counts it: Intel's and AMD's RAPL counters, as Linux shows them.

The counter is the processor package's: everything that runs on it counts, idle cores and neighbours too. What a call
adds is the energy while it runs less that of as many idle seconds; both are given. Most virtual machines show no
counter, and on bare machines only the administrator may read it since 2020 (CVE-2020-8694): then a reason is given.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from compresslab.arguments import at_least, positive, whole
from compresslab.benchmark.threads import torch_threads

POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True)
class Energy:
    """What the packages of this machine took.

    Attributes:
        joules_per_call: counted while calls ran, over their number; None where nothing could be counted.
        idle_watts: counted while this process slept, just before; what a machine takes in any case.
        calls: that ran.
        seconds: that they took.
        reason: why there is no figure; "" where there is one.

    >>> Energy(0.5, idle_watts=10.0, calls=100, seconds=2.0, reason="").above_idle_joules_per_call
    0.3
    """

    joules_per_call: float | None
    idle_watts: float | None
    calls: int
    seconds: float
    reason: str

    @property
    def above_idle_joules_per_call(self) -> float | None:
        """What a call adds to an idle machine."""
        if self.joules_per_call is None or self.idle_watts is None:
            return None
        return self.joules_per_call - self.idle_watts * self.seconds / self.calls


def energy(
    call: Callable[[], object],
    *,
    seconds: float = 2.0,
    idle_seconds: float = 1.0,
    warmup: int = 3,
    threads: int = 1,
    powercap: Path = POWERCAP,
    wall_clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> Energy:
    """Energy of a call, by the counters of all packages together.

    Args:
        call: runs once, and then for so long that the counter, which moves a thousand times a second, is exact.
        seconds: for which it is repeated.
        idle_seconds: for which nothing is done before that.
        warmup: calls that are not counted.
        threads: for PyTorch.
        powercap: where Linux shows the counters.
        wall_clock: gives seconds.
        sleep: waits so many seconds.

    Raises:
        InputError: a setting is out of its range.

    >>> energy(lambda: None, powercap=Path("nowhere")).reason
    'this machine shows no energy counter in nowhere.'
    """
    positive(seconds=seconds)
    at_least(0, idle_seconds=idle_seconds)
    whole(0, warmup=warmup)
    counters, reason = _counters(powercap)
    if not counters:
        return Energy(None, None, 0, 0.0, reason)
    with torch_threads(threads):
        for _ in range(warmup):
            call()
        idle = None
        if idle_seconds > 0:
            start, before = wall_clock(), [counter.read() for counter in counters]
            sleep(idle_seconds)
            idle = _joules(counters, before) / (wall_clock() - start)
        calls, start, before = 0, wall_clock(), [counter.read() for counter in counters]
        while calls == 0 or wall_clock() - start < seconds:
            call()
            calls += 1
        used, elapsed = _joules(counters, before), wall_clock() - start
    return Energy(used / calls, idle, calls, elapsed, "")


@dataclass(frozen=True)
class _Counter:
    """A package's counter: microjoules that begin at 0 again after `wraps_at`."""

    path: Path
    wraps_at: int

    def read(self) -> int:
        return int(self.path.read_text())


def _counters(powercap: Path) -> tuple[list[_Counter], str]:
    """Those of the packages, or none and the reason. Zones below a package (cores, memory) are part of it."""
    zones = sorted(path for path in powercap.glob("*-rapl:*") if path.name.count(":") == 1)
    found = []
    for zone in zones:
        try:
            if not (zone / "name").read_text().startswith("package"):
                continue  # "psys" would count the package once more
            counter = _Counter(zone / "energy_uj", int((zone / "max_energy_range_uj").read_text()))
            counter.read()
        except PermissionError:
            return [], f"only the administrator may read {zone / 'energy_uj'}."
        except (OSError, ValueError):
            continue
        found.append(counter)
    return found, "" if found else f"this machine shows no energy counter in {powercap}."


def _joules(counters: list[_Counter], before: list[int]) -> float:
    """Counted since `before`; a counter that stands lower has wrapped once."""
    return (
        sum(
            (counter.read() - earlier) % (counter.wraps_at + 1)
            for counter, earlier in zip(counters, before, strict=True)
        )
        / 1e6
    )
