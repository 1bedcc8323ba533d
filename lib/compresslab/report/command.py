"""Command line of the comparison."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.files import atomic_write, write_json
from compresslab.report.gate import Gate, judge, read_gate
from compresslab.report.measure import compare
from compresslab.report.page import page
from compresslab.report.samples import ARRAYS, load_samples
from compresslab.report.subject import Classifier


def main(arguments: list[str] | None = None) -> int:
    """Compare two ONNX files; 0 where the gate is passed, 1 where it is not, 2 with one sentence for bad input."""
    options = _parser().parse_args(arguments)
    try:
        passed, line = _run(options)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{line}\nreport: {options.out}")
    return 0 if passed else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m compresslab.evaluation",
        description="Whether a compressed classifier behaves like the original: one HTML report and a JSON file. Exit "
        "status: 0 where the gate is passed, 1 where it is not, 2 where the input is bad.",
        epilog=f"{_thresholds()}\n{ARRAYS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("original", type=Path, help="ONNX file of the model as it was")
    parser.add_argument("compressed", type=Path, help="ONNX file of the model that may replace it")
    data = "digits, digits32, cifar10, imagefolder:PATH (the test split of each), or a .npz file"
    parser.add_argument("--data", required=True, help=data)
    parser.add_argument(
        "--unknown", help="images of no class that the models know, as --data; default: shuffled pixels"
    )
    parser.add_argument("--gate", type=Path, help="TOML file of thresholds")
    parser.add_argument("--out", type=Path, default=Path("report.html"), help="the report; its JSON lies beside it")
    parser.add_argument("--image-size", type=int, help="side in pixels, for an imagefolder")
    parser.add_argument("--no-normalize", action="store_true", help="the models take pixels from 0 to 1")
    parser.add_argument("--corrupted", type=int, default=1000, help="images to corrupt; 0 for none (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, help="of noise and of the choice of images")
    parser.add_argument("--threads", type=int, default=1, help="of each model")
    return parser


def _thresholds() -> str:
    lines = ['thresholds of a gate file, under [gate], with their defaults ("off" leaves a check out):']
    for name, value in asdict(Gate()).items():
        shown = '"off"' if value is None else value
        lines.append(f"  {name} = {shown}")
    return "\n".join(lines) + "\n"


def _run(options: argparse.Namespace) -> tuple[bool, str]:
    """Whether the gate is passed, and the verdict in a line. Nothing is written before all is known."""
    if options.out.is_dir() or options.out.suffix == ".json":
        raise InputError(f"--out {options.out} is a folder, or ends in .json, as the file beside it: name it .html.")
    beside = options.out.with_suffix(".json")
    if beside.is_dir():
        raise InputError(f"{beside}, where the JSON file goes, is a folder: choose another --out.")
    whole(0, seed=options.seed, corrupted=options.corrupted)
    gate = read_gate(options.gate) if options.gate else Gate()
    original, compressed = (Classifier(path, options.threads) for path in (options.original, options.compressed))
    samples = load_samples(options.data, image_size=options.image_size, normalize=not options.no_normalize)
    unknown = load_samples(options.unknown, image_size=options.image_size, labelled=False) if options.unknown else None
    found = compare(
        original,
        compressed,
        samples,
        margin=gate.accuracy_margin_points,
        critical_confidence=gate.critical_confidence,
        corrupted_images=options.corrupted,
        unknown=unknown,
        seed=options.seed,
    )
    verdict = judge(found, gate)
    rendered = page(found, verdict)
    judged = {"passed": verdict.passed, "line": verdict.line, "checks": [asdict(check) for check in verdict.checks]}
    write_json(beside, {"verdict": judged, "gate": asdict(gate), **found.to_dict()})
    with atomic_write(options.out) as partial:
        partial.write_text(rendered, encoding="utf-8")
    return verdict.passed, verdict.line
