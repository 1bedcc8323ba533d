"""Results that were measured once, by a script in `reference/`, and are loaded instead of computed again."""

import json
from pathlib import Path
from typing import Any

from compresslab.errors import InputError

FOLDER = Path(__file__).parents[2] / "reference"
CAPSTONES = ("capstone_digits32", "capstone_photographs")

# When a technique is the right one: the only column of the table that is an opinion.
WHEN = {
    "baseline": "it fits already",
    "pruned": "files are sent compressed, or the runtime has sparse kernels",
    "distilled": "you can train, and want speed everywhere",
    "quantized": "you cannot train, and the CPU has int8 instructions",
    "pruned+distilled+quantized": "every byte and millisecond counts",
}


class Table(str):
    """Markdown that a notebook shows as a table and a file takes as text.

    >>> Table("| size |")._repr_markdown_()
    '| size |'
    """

    def _repr_markdown_(self) -> str:
        return str(self)


def load_recorded(name: str) -> dict[str, Any]:
    """The recorded result `reference/NAME.json`.

    Raises:
        InputError: there is no such file, or it is damaged.

    >>> load_recorded("capstone_digits32")["data"]["name"]
    'digits32'
    """
    path = FOLDER / f"{name}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} is missing: recorded results are in the repository; clone it whole.") from error
    except ValueError as error:
        raise InputError(f"{path} is damaged: restore it from the repository.") from error


def quick_reference() -> Table:
    """What each technique gave on ResNet-18, from the recorded capstone runs, as a Markdown table each.

    >>> print(quick_reference())
    ResNet-18 of width ... on digits32 ...
    | technique | accuracy, points lost [95% intervals] | ...
    """
    return Table("\n\n".join(_capstone_table(load_recorded(name)) for name in CAPSTONES))


def _capstone_table(found: dict[str, Any]) -> str:
    variants, machine = found["variants"], found["machine"]
    baseline = variants["baseline"]
    lines = [
        f"ResNet-18 of width {found['profile']['width']} on {found['data']['name']} "
        f"({found['data']['images']['test']:,} test images), seed {found['seed']}; {machine['cpu']}, one thread, "
        f"torch {machine['packages']['torch']}, ONNX Runtime {machine['packages']['onnxruntime']}:",
        "",
        "| technique | accuracy, points lost [95% intervals] | file, gzipped | times as fast as eager; as ONNX fp32 "
        "| when |",
        "|---|---|---|---|---|",
    ]
    for name, v in variants.items():
        interval, lost = v["test_interval"], v["difference"]
        smaller = baseline["size_bytes"] / v["size_bytes"]
        lines.append(
            f"| {name.replace('+', ' + ')} "
            f"| {100 * v['test_accuracy']:.1f}% [{100 * interval['low']:.1f}, {100 * interval['high']:.1f}]"
            f"{f'; {_lost(lost)} lost' if name != 'baseline' else ''} "
            f"| {v['size_bytes'] / 1e6:.2f} MB ({smaller:.1f}x smaller), {v['gzip_bytes'] / 1e6:.2f} MB "
            f"| {_times(v['single_speedup_over_eager'])}; {_times(v['single_speedup_over_onnxruntime_fp32'])} "
            f"| {WHEN[name]} |"
        )
    return "\n".join(lines)


def _lost(difference: dict[str, Any]) -> str:
    interval = difference["interval"]
    return f"{0 - difference['points']:.2f} [{0 - interval['high']:.2f}, {0 - interval['low']:.2f}]"


def _times(ratio: dict[str, Any]) -> str:
    return f"{ratio['value']:.1f}x [{ratio['interval']['low']:.1f}, {ratio['interval']['high']:.1f}]"
