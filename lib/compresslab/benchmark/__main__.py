"""Command line of the comparison of ONNX files."""

import argparse
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from compresslab.benchmark.comparison import SCENARIOS, Comparison, compare_files
from compresslab.benchmark.scenarios import MLPERF_QUERIES
from compresslab.benchmark.table import table
from compresslab.data import load
from compresslab.errors import InputError
from compresslab.files import atomic_write, write_json
from compresslab.plots import Chart, scenarios_chart, speedup_chart

_LETTERS = 32  # of a file's name beside the chart


def main(arguments: list[str] | None = None) -> int:
    """Compare the files; 0 when it ended, 2 with one sentence when the input does not allow it."""
    parser = argparse.ArgumentParser(
        prog="python -m compresslab.benchmark",
        description="Compare ONNX files that take the same inputs: size, memory, latency, speed relative to the first "
        "file, and on request images a second, two of MLPerf's scenarios, and accuracy. The inputs are random, of the "
        "types and shapes that the files ask for. Files are run: compare those that you trust.",
    )
    parser.add_argument(
        "models", nargs="*", metavar="MODEL.onnx", help="the first is what the others are compared with"
    )
    parser.add_argument("--size", action="append", default=[], metavar="NAME=N", help="of a varying dimension; else 1")
    parser.add_argument("--batches", metavar="N,N,...", default="", help="batch sizes to measure images a second at")
    parser.add_argument(
        "--scenario", action="append", default=[], metavar="NAME", help=f"{' or '.join(SCENARIOS)}; may be repeated"
    )
    parser.add_argument(
        "--queries", type=int, default=MLPERF_QUERIES, metavar="N", help="of a scenario, at least; default: %(default)s"
    )
    parser.add_argument("--seconds", type=float, default=0.0, help="of a scenario, at least; MLPerf asks for 600")
    parser.add_argument("--data", help="measure accuracy too, on digits32, cifar10 or imagefolder:PATH")
    parser.add_argument("--rounds", type=int, default=100, help="timed calls of each file; default: %(default)s")
    parser.add_argument("--threads", type=int, default=1, help="of ONNX Runtime; default: %(default)s")
    parser.add_argument("--level", type=float, default=0.99, help="of the intervals; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of inputs, order and bootstrap")
    parser.add_argument("--timeout", type=float, default=300.0, metavar="SECONDS", help="for the first run of a file")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="for comparison.json, comparison.png and scenarios.png"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing while measuring")
    options = parser.parse_args(arguments)
    try:
        if options.out and options.out.exists() and not options.out.is_dir():  # before minutes of measuring
            raise InputError(f"--out {options.out} is a file: name a folder.")
        comparison = compare_files(
            options.models,
            sizes=dict(_size(text) for text in options.size),
            batch_sizes=[_number("--batches", text) for text in options.batches.split(",") if text],
            scenarios=options.scenario,
            queries=options.queries,
            seconds=options.seconds,
            rounds=options.rounds,
            threads=options.threads,
            level=options.level,
            seed=options.seed,
            dataset=load(options.data) if options.data else None,
            timeout_seconds=options.timeout,
            told=(lambda _: None) if options.quiet else lambda line: print(f"{line} ...", file=sys.stderr, flush=True),
        )
        print(table(comparison))
        if options.out:
            print(f"\nwritten: {', '.join(map(str, _write(options.out, comparison)))}")
    except InputError as error:
        print(" ".join([f"error: {error}", *getattr(error, "__notes__", ())]), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped: nothing was written.", file=sys.stderr)
        return 130
    return 0


def _size(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not name or not number:
        raise InputError(f"--size {text}: write NAME=N, such as batch=8.")
    return name, _number(f"--size {name}=", number)


def _number(option: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InputError(f"{option} {text!r} is no whole number.") from error


def _write(folder: Path, comparison: Comparison) -> list[Path]:
    """All files, or none: each is made before the first is written."""
    charts = {folder / "comparison.png": chart(comparison)}
    if scenarios := _scenarios(comparison):
        charts[folder / "scenarios.png"] = scenarios
    images, report = {path: each.png() for path, each in charts.items()}, comparison.to_dict()
    with ExitStack() as whole:
        for path, image in images.items():
            whole.enter_context(atomic_write(path)).write_bytes(image)
        write_json(folder / "comparison.json", report)
    return [folder / "comparison.json", *images]


def chart(comparison: Comparison) -> Chart:
    """How many times as fast as the first file, which stands there once more as the control."""
    shapes = " and ".join(str(shape) for shape in comparison.shapes)
    ratios = [
        replace(ratio, name=_shortened(ratio.name), reference=_shortened(ratio.reference))
        for ratio in comparison.ratios()
    ]
    return speedup_chart(ratios, data=f"random inputs {shapes}", machine=str(comparison.benchmark.machine))


def _scenarios(comparison: Comparison) -> Chart | None:
    """What the scenarios gave, if any was asked for."""
    files = comparison.files.items()
    streams = {_shortened(name): found.single_stream for name, found in files if found.single_stream}
    at_hand = {_shortened(name): found.offline for name, found in files if found.offline}
    if not streams and not at_hand:
        return None
    shapes = " and ".join(str(shape) for shape in comparison.shapes)
    return scenarios_chart(streams, at_hand, data=f"random inputs {shapes}", machine=str(comparison.benchmark.machine))


def _shortened(name: str) -> str:
    """A name that leaves room for the chart beside it."""
    return name if len(name) <= _LETTERS else f"…{name[1 - _LETTERS :]}"


if __name__ == "__main__":
    sys.exit(main())
