"""A dashboard in one HTML file: no script, no other host, readable in light and dark, with the numbers under each line.

It is a picture of one moment, written anew by whoever watches. Every text in it is escaped.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.monitoring.alerts import Alert, State
from compresslab.monitoring.checklists import Checklist
from compresslab.monitoring.drift import Drift

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 640, 180, 56, 12, 12, 26
_IN_TABLE = 12  # of the latest values


@dataclass(frozen=True)
class Panel:
    """One watched number over time.

    Attributes:
        title: what is watched, with its unit, such as "p99 latency, ms".
        times: labels of the points in time, oldest first.
        values: at those; None or NaN where there was none.
        alert: that watched them; draws its thresholds and tells its state.

    Raises:
        InputError: no points, or not one value for each.

    >>> Panel("errors, %", ("10:00", "10:05"), (0.1, None)).latest
    0.1
    """

    title: str
    times: Sequence[str]
    values: Sequence[float | None]
    alert: Alert | None = None

    def __post_init__(self) -> None:
        if not self.values or len(self.times) != len(self.values):
            raise InputError(f"{self.title}: {len(self.values)} values at {len(self.times)} times: give one for each.")

    @property
    def known(self) -> list[tuple[int, float]]:
        """Position and value of the points that can be drawn."""
        return [(n, float(v)) for n, v in enumerate(self.values) if v is not None and math.isfinite(v)]

    @property
    def latest(self) -> float | None:
        """The last value that is there."""
        return self.known[-1][1] if self.known else None

    @property
    def state(self) -> State:
        """Of the alert; "ok" where nothing is watched for, "no data" where nothing can be drawn."""
        if not self.known:
            return "no data"
        return self.alert.state if self.alert else "ok"

    @property
    def said(self) -> str:
        """The picture in words."""
        if not self.known:
            return f"{self.title}: no values at {len(self.values)} points in time."
        low, high = min(v for _, v in self.known), max(v for _, v in self.known)
        missing = len(self.values) - len(self.known)
        limit = f" The alert is raised at {self.alert.raise_at:g}." if self.alert else ""
        return (
            f"{self.title}, {self.times[0]} to {self.times[-1]}: from {low:.3g} to {high:.3g}, last {self.latest:.3g}"
            f"{f', {missing} missing' if missing else ''}.{limit} State: {self.state}."
        )


@dataclass(frozen=True)
class Dashboard:
    """What the page shows.

    Attributes:
        title: such as "digits, version 3".
        written: time, as it is to be shown.
        panels: in their order.
        drifts: by feature.
        checklists: that were run.

    >>> page = Dashboard("digits", "2026-11-30 01:00 UTC", (Panel("errors, %", ("10:00",), (0.1,)),)).html()
    >>> "<script" in page, "http://" in page or "https://" in page
    (False, False)
    """

    title: str
    written: str
    panels: Sequence[Panel]
    drifts: Sequence[tuple[str, Drift]] = ()
    checklists: Sequence[Checklist] = field(default=())

    def html(self) -> str:
        """The page."""
        source = files("compresslab.monitoring").joinpath("dashboard.html").read_text(encoding="utf-8")
        template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
        return template.render(
            page=self,
            pictures=[_Picture(panel) for panel in self.panels],
            troubled=[panel for panel in self.panels if panel.state != "ok"],
            failed=[checklist for checklist in self.checklists if not checklist.passed],
            size=(_WIDTH, _HEIGHT),
            rows=_IN_TABLE,
        )

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the page, whole or not at all."""
        with atomic_write(path) as partial:
            partial.write_text(self.html(), encoding="utf-8")
        return Path(path)


class _Picture:
    """Where the line, its thresholds and its labels lie in the SVG, in its units from the upper left."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        values = [value for _, value in panel.known] or [0.0]
        limits = [] if panel.alert is None else [panel.alert.raise_at, panel.alert.clear_at]
        low, high = min(values + limits), max(values + limits)
        margin = 0.08 * (high - low) or 0.08 * abs(high) or 1.0
        self._low, self._high = low - margin, high + margin
        self.lines = self._lines()
        self.dots = [(self._x(n), self._y(value)) for n, value in panel.known]
        self.limits = [] if panel.alert is None else [
            ("raised at", f"{panel.alert.raise_at:g}", self._y(panel.alert.raise_at)),
            ("cleared at", f"{panel.alert.clear_at:g}", self._y(panel.alert.clear_at)),
        ]  # fmt: skip
        self.scale = [(f"{value:.3g}", self._y(value)) for value in sorted({low, high})]
        self.left, self.right, self.bottom = _LEFT, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        self.latest = list(zip(panel.times, panel.values, strict=True))[-_IN_TABLE:]

    def _lines(self) -> list[str]:
        """A line for each stretch without a gap."""
        stretches: list[list[str]] = []
        before = None
        for n, value in self.panel.known:
            if before is None or n != before + 1:
                stretches.append([])
            stretches[-1].append(f"{self._x(n):.1f},{self._y(value):.1f}")
            before = n
        return [" ".join(stretch) for stretch in stretches]

    def _x(self, n: int) -> float:
        span = max(1, len(self.panel.values) - 1)
        return _LEFT + n / span * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, value: float) -> float:
        return _TOP + (self._high - value) / (self._high - self._low) * (_HEIGHT - _TOP - _BOTTOM)
