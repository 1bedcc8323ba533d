"""A class's leaderboard and frontiers as one HTML file: no script, no network, nothing of a learner's but a name.

Flags and refusals are not on it: they are between a learner and the instructor.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import matplotlib as mpl
import numpy as np
from jinja2 import Environment, StrictUndefined

from classroom.capstone.grade import Result
from classroom.capstone.measure import Measured
from classroom.capstone.steps import EACH, MOST, SCALES, Points
from classroom.terminal import one_line
from compresslab.pareto import Direction, frontier
from compresslab.plots import Chart, frontier_chart

_MOST_LABELS = 5  # of the points on a chart's frontier; more would lie on each other
_WAYS: dict[str, Direction] = {"kB": "min", "ms": "min", "accuracy %": "max"}


@dataclass(frozen=True)
class _Line:
    """A row of the leaderboard; `best` is whether it lies on the frontier of all three."""

    name: str
    of: Measured
    points: Points
    best: bool


def page(result: Result, names: Mapping[str, str]) -> str:
    """The page as HTML.

    Args:
        result: of a run.
        names: to show, by learner.
    """
    source = files("classroom.capstone").joinpath("page.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    measured = {names[row.learner]: row.measured for row in result.rows if row.measured}
    lines = _lines(measured)
    baseline_ms = float(np.median([of.speed.baseline_ms for of in measured.values()])) if measured else 0.0
    baseline = {"accuracy": result.baseline_accuracy, "size_bytes": result.baseline_bytes, "ms": baseline_ms}
    return template.render(
        data=result.exam.data,
        images=len(result.exam.test.labels),
        rows=lines,
        missing=len(result.rows) - len(measured),
        baseline=baseline,
        charts=_charts(lines, result, baseline_ms) if lines else [],
        each=EACH,
        steps=list(zip(*(scale.limits for scale in SCALES), strict=True)),
        most=MOST,
        base64=lambda chart: base64.b64encode(chart.png()).decode(),
    )


def _lines(measured: Mapping[str, Measured]) -> list[_Line]:
    if not measured:
        return []
    order = list(measured.items())
    best = set(frontier(_values([of for _, of in order]), _WAYS))
    lines = [_Line(one_line(name, 40), of, of.points, place in best) for place, (name, of) in enumerate(order)]
    return sorted(lines, key=lambda line: (-line.points.total, line.of.size_bytes, line.name))


def _values(measured: Sequence[Measured]) -> dict[str, list[float]]:
    return {
        "kB": [of.size_bytes / 1000 for of in measured],
        # By the ratio, which was measured in one minute, and not by each file's own minute.
        "ms": [of.speed.percent for of in measured],
        "accuracy %": [100 * of.accuracy for of in measured],
    }


def _charts(lines: Sequence[_Line], result: Result, baseline_ms: float) -> list[tuple[Chart, str]]:
    """Accuracy by bytes and by time, with the baseline."""
    values = _values([line.of for line in lines])
    values["ms"] = [baseline_ms * percent / 100 for percent in values["ms"]]
    accuracy = 100 * (result.baseline_accuracy or 0.0)
    for name, own in (("kB", result.baseline_bytes / 1000), ("ms", baseline_ms), ("accuracy %", accuracy)):
        values[name].append(own)
    kinds = ["handed in"] * len(lines) + ["baseline"]
    charts = []
    for what, title, unit in (
        ("kB", "Accuracy by bytes", "file in kB, logarithmic"),
        ("ms", "Accuracy by time", "ms of CPU for one image, logarithmic"),
    ):
        ways: dict[str, Direction] = {what: "min", "accuracy %": "max"}
        two = {name: values[name] for name in ways}
        marked = {lines[place].name: place for place in frontier(two, ways)[:_MOST_LABELS] if place < len(lines)}
        with mpl.rc_context({"text.parse_math": False}):  # a learner's id may have dollar signs, and be no formula
            chart = frontier_chart(
                two,
                ways,
                title=f"{title}: {len(lines)} handed in",
                subtitle=f"{result.exam.data}, {len(result.exam.test.labels):,} test images, one thread",
                axes={what: unit, "accuracy %": "accuracy in %"},
                kinds=kinds,
                marked=marked,
                log=(what,),
            )
        charts.append((chart, f"{title}. The line joins the files that no other beats in both."))
    return charts
