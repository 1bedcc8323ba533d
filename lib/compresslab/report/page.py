"""The report as one HTML file: no script, no network, readable on a phone, in light and in dark."""

import base64
import math
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from compresslab.evaluation import Difference, Excess
from compresslab.plots import Chart
from compresslab.report import figures
from compresslab.report.gate import Verdict
from compresslab.report.results import Comparison

_LEVEL = 0.95  # of the intervals that harm_by_group gives


def page(found: Comparison, verdict: Verdict) -> str:
    """The whole report as HTML."""
    source = files("compresslab.report").joinpath("page.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    groups = [("class", found.by_class)] if found.by_class else []
    groups += list(found.by_group.items())
    shown = found.samples.from_pixels
    charts = {
        "selective": figures.selective_chart(found),
        "reliability": figures.reliability_chart(found),
        "corruption": figures.corruption_chart(found) if found.corrupted else None,
        "critical": figures.critical_pictures(found) if found.critical and shown else None,
        "hurt": figures.hurt_pictures(found) if shown else None,
    }
    count = len(found.critical)
    no_critical = f"{count} critical failures, which can't be shown." if count else "There is no critical failure."
    return template.render(
        found=found,
        verdict=verdict,
        n=len(found.samples),
        failed=sum(not check.passed for check in verdict.checks),
        accuracies=list(zip(("original", "compressed"), found.accuracies, found.intervals, strict=True)),
        calibrations=list(zip(("original", "compressed"), found.calibrations, strict=True)),
        groups=[(kind, harms, figures.harm_chart(kind, harms, _LEVEL)) for kind, harms in groups],
        charts=charts,
        no_critical=no_critical,
        machine=str(found.machine),
        base64=_base64,
        mb=lambda size: f"{size / 1e6:.3g}",
        pct=_percent,
        near=lambda share: f"{share:.1%}",
        span=_span,
    )


def _base64(chart: Chart) -> str:
    return base64.b64encode(chart.png()).decode()


def _percent(share: float) -> str:
    # Rounded down: 99.99% must not read as all of them.
    return "100%" if share == 1 else f"{math.floor(share * 1000 + 1e-9) / 10:.1f}%"


def _span(of: Difference | Excess) -> str:
    # Adding 0 makes of -0.0, to which a tiny loss is rounded, +0.0.
    points, low, high = (round(value, 1) + 0.0 for value in (of.points, of.interval.low, of.interval.high))
    return f"{points:+.1f} [{low:+.1f}, {high:+.1f}]"
