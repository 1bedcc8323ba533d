"""A comparison as text: a table that fits a terminal, and what has to be said beside it."""

from collections.abc import Sequence

from compresslab.benchmark.comparison import AGAIN, Comparison
from compresslab.benchmark.timing import Ratio
from compresslab.cost import format_bytes


def table(comparison: Comparison) -> str:
    """The table, with the machine above and doubts and reasons below.

    >>> from compresslab.benchmark.comparison import compare_files
    >>> table(compare_files(["missing.onnx"]))
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """
    benchmark, reference = comparison.benchmark, comparison.reference
    wall = {ratio.name: ratio for ratio in comparison.ratios("wall")}
    cpu = {ratio.name: ratio for ratio in comparison.ratios("cpu")}
    rows = [["file", "on disk", "gzipped", "memory", "p50 ms", "p95", "p99", "times as fast", "by CPU time"]]
    with_accuracy = any(found.accuracy for found in comparison.files.values())
    if with_accuracy:
        rows[0] += ["accuracy"]
    for name in [reference, reference + AGAIN, *list(comparison.files)[1:]]:
        timing, found = benchmark.timings[name], comparison.files.get(name)
        middle = timing.latency_interval(50, level=comparison.level)
        row = [name]
        if found:
            sizes = (found.size.size_bytes, found.size.gzip_bytes, found.memory.needed_bytes)
            row += [format_bytes(size) for size in sizes]
        else:
            row += ["", "", ""]
        row += [f"{timing.latency_ms(50):.3g} [{middle.low:.3g}, {middle.high:.3g}]"]
        row += [f"{timing.latency_ms(percentile):.3g}" for percentile in (95, 99)]
        row += [_times(wall.get(name)), _times(cpu.get(name))]
        if with_accuracy:
            accuracy = found.accuracy if found else None
            row += [
                f"{accuracy.accuracy:.1%} [{accuracy.interval.low:.1%}, {accuracy.interval.high:.1%}]"
                if accuracy
                else ""
            ]
        rows.append(row)
    return "\n".join(
        [
            _heading(comparison),
            "",
            *_aligned(rows),
            *_throughputs(comparison),
            *_scenarios(comparison),
            "",
            *_remarks(comparison),
        ]
    )


def _heading(comparison: Comparison) -> str:
    benchmark = comparison.benchmark
    shapes = " and ".join(str(shape) for shape in comparison.shapes) or "none"
    return (
        f"{benchmark.machine}\n{benchmark.rounds} rounds after {benchmark.warmup} of warm-up, random inputs {shapes}, "
        f"{comparison.level:.0%} intervals; speeds relative to {comparison.reference}"
    )


def _throughputs(comparison: Comparison) -> list[str]:
    if not any(found.throughputs for found in comparison.files.values()):
        return []
    sizes = [str(each.batch_size) for each in next(iter(comparison.files.values())).throughputs]
    rows = [["images a second, by batch size", *sizes]]
    for name, found in comparison.files.items():
        rows.append([name, *(f"{each.images_per_second:.4g}" for each in found.throughputs)])
    return ["", *_aligned(rows)]


def _scenarios(comparison: Comparison) -> list[str]:
    """Both scenarios, each with what it rests on: MLPerf's names without its numbers of queries would be a boast."""
    lines = []
    streams = {name: found.single_stream for name, found in comparison.files.items() if found.single_stream}
    if streams:
        rows = [["single stream", "p90 ms", f"at most, {comparison.level:.0%} sure", "queries", "seconds"]]
        for name, stream in streams.items():
            bound = "too few queries" if stream.at_most_ms is None else f"{stream.at_most_ms:.3g}"
            rows += [[name, f"{stream.latency_ms:.3g}", bound, f"{stream.queries:,}", f"{stream.seconds:.3g}"]]
        lines += ["", *_aligned(rows)]
    at_hand = {name: found.offline for name, found in comparison.files.items() if found.offline}
    if at_hand:
        rows = [["offline", "samples a second", "interval", "batch", "samples", "seconds"]]
        for name, each in at_hand.items():
            between = f"[{each.interval.low:.4g}, {each.interval.high:.4g}]"
            counts = [str(each.batch_size), f"{each.samples:,}", f"{each.seconds:.3g}"]
            rows += [[name, f"{each.samples_per_second:.4g}", between, *counts]]
        lines += ["", *_aligned(rows)]
    return lines


def _remarks(comparison: Comparison) -> list[str]:
    found = list(comparison.files.values())
    joules = [each.energy.above_idle_joules_per_call for each in found]
    if all(joule is not None for joule in joules):
        listed = ", ".join(f"{name} {joule:.3g} J" for name, joule in zip(comparison.files, joules, strict=True))
        remarks = [f"Energy of a call above idle: {listed}."]
    else:
        remarks = [f"Energy: not measured, {found[0].energy.reason}"]
    if found[0].memory.running_bytes is None:
        remarks.append("Memory is that of loading and running together: this system can't set its mark back.")
    drifting = [f"{name} {t.drift:+.0%}" for name, t in comparison.benchmark.timings.items() if abs(t.drift) > 0.05]
    if drifting:
        remarks.append(f"The second half of the rounds took another time than the first: {', '.join(drifting)}.")
    alike = [ratio.name for ratio in comparison.ratios("cpu")[1:] if not ratio.differs()]
    if alike:
        remarks.append(
            f"Not told apart from {comparison.reference} by CPU time and a margin of 2%: {', '.join(alike)}."
        )
    runs = [run for each in found for run in (each.single_stream, each.offline) if run]
    if runs:
        remarks.append(
            "Scenarios run one file after the other, so compare speeds by the first table."
            + ("" if all(run.as_mlperf for run in runs) else " They are MLPerf's, its queries and 600 s aren't.")
        )
    if comparison.doubt:
        remarks.append(f"DOUBTFUL: {comparison.doubt}")
    return remarks


def _times(ratio: Ratio | None) -> str:
    if ratio is None:
        return "1"
    return f"{ratio.value:.2f} [{ratio.interval.low:.2f}, {ratio.interval.high:.2f}]"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of equal width: the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
