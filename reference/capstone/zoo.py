"""The model zoo: the files on the capstone's frontier, a card for each, and the tables that say what all are worth.

    python reference/capstone/zoo.py            after variants.py and peers.py: copies the files, writes all text
    python reference/capstone/zoo.py --text     writes the text again, from results.json and peers.json

A file is in the zoo if no other is at least as good in bytes, in the time of one image and in test accuracy, and better
in one of them. The baseline isn't there: it is `compresslab.models.load_baseline()`. Writes zoo/, the table between the
`zoo` marks of the repository's README.md, and both tables of README.md beside this script.
"""

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measuring import RUNTIME, digest
from PIL import Image

from compresslab.data.cifar10 import CLASSES
from compresslab.files import atomic_write, cache_folder
from compresslab.pareto import frontier
from compresslab.recorded import load_recorded

HERE = Path(__file__).parent
ZOO = HERE / "zoo"
WORDS = {
    "Q": "quantization-aware training to 8 bits",
    "P": "magnitude pruning to 80%",
    "S": "half of the channels removed",
    "D": "a smaller student that learns from the baseline",
}
Row = Mapping[str, Any]


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", action="store_true", help="leave the files as they are")
    options = parser.parse_args()
    found, peers = load_recorded("capstone/results"), load_recorded("capstone/peers")
    if not options.text:
        copy_files(found, cache_folder() / "capstone" / found["profile"] / "files")
    for row in on_frontier(found):
        write(ZOO / f"{stem(row)}.md", card(row, found))
    between("zoo", HERE.parents[1] / "README.md", zoo_table(found))
    between("variants", HERE / "README.md", variants(found))
    between("peers", HERE / "README.md", peers_table(found, peers))


def on_frontier(found: Row) -> list[Row]:
    """The variants that no other dominates, smallest first."""
    rows = found["variants"]
    objectives = {
        "bytes": [row["bytes"] for row in rows],
        "ms": [timing(found, row["name"])["ms_per_image_p50"] for row in rows],
        "accuracy": [row["accuracy"] for row in rows],
    }
    best = frontier(objectives, {"bytes": "min", "ms": "min", "accuracy": "max"})
    return [rows[index] for index in best if rows[index]["name"] != "baseline"]


def copy_files(found: Row, folder: Path) -> None:
    """Put the frontier's files into the zoo, in place of what was there."""
    if ZOO.exists():
        shutil.rmtree(ZOO)
    ZOO.mkdir()
    for row in on_frontier(found):
        source = folder / f"{stem(row, joined='')}.onnx"
        if digest(source) != row["sha256"]:
            raise SystemExit(f"{source} isn't the file that results.json measured: run variants.py, then --speed.")
        shutil.copyfile(source, ZOO / f"{stem(row)}.onnx")


def stem(row: Row, *, joined: str = "-") -> str:
    """A variant's name as that of a file."""
    return str(row["name"]).replace(", ", "-").replace("+", joined)


def zoo_table(found: Row) -> str:
    """What a reader of the repository's front page sees."""
    baseline, machine = found["variants"][0], found["machine"]
    lines = [
        f"All are made of the ResNet-18 of width 64 below, {percent(baseline)} on {found['data']['name']}, "
        f"{baseline['bytes'] / 1e6:.1f} MB as ONNX; test split of {found['data']['images']['test']:,} images, one "
        f"seed; {machine['cpu']}, one thread, one image a call, medians; torch {machine['packages']['torch']}, "
        f"ONNX Runtime {machine['packages']['onnxruntime']}.",
        "",
        "| file, card | made by | accuracy, points lost [95% intervals] | bytes; entropy coded "
        "| ms an image; times eager, times ONNX fp32 |",
        "|---|---|---|---|---|",
    ]
    for row in on_frontier(found):
        name = stem(row)
        lines.append(
            f"| [{name}.onnx](reference/capstone/zoo/{name}.onnx), [card](reference/capstone/zoo/{name}.md) "
            f"| {row['name']} | {percent(row)}; {lost(row)} | {size(row, baseline)}; {row['coded_bytes'] / 1e6:.2f} MB "
            f"| {speed(found, row['name'])} |"
        )
    return "\n".join(lines)


def reached(found: Row) -> str:
    """What the file that validation images chose has of the reference's goal."""
    goal, baseline = load_recorded("capstone/shapes")["goal"], found["variants"][0]
    (best,) = (row for row in found["variants"] if row["name"] == found["best"])
    line = timing(found, best["name"])
    eager, runtime = line["times_eager"]["value"], line["times_runtime"]["value"]
    smaller = baseline["bytes"] / best["bytes"]
    points = -best["points_against_baseline"]["points"]
    values = (
        (smaller, f"{goal['smaller']} times smaller", smaller >= goal["smaller"]),
        (eager, f"{goal['times_eager']} times as fast as PyTorch eager", eager >= goal["times_eager"]),
        (runtime, f"{goal['times_runtime']} times as fast as ONNX Runtime fp32", runtime >= goal["times_runtime"]),
        (points, f"at most {found['goal_points']} points lost", points <= found["goal_points"]),
    )
    lines = [f"| {wanted} | {value:.1f} | {'reached' if is_met else 'missed'} |" for value, wanted, is_met in values]
    return "\n".join(
        [
            f"The goal, one image a call on one thread, and what {best['name']} has of it, the smallest file that "
            f"loses at most {found['tolerance_points']:g} points of validation accuracy:",
            "",
            "| goal | measured | |",
            "|---|---|---|",
            *lines,
            "",
            f"Of what loses at most {found['goal_points']} points there, {found['best_within_goal']} is the smallest. "
            f"Not made yet: {', '.join(found['not_made']) or 'nothing'}.",
        ]
    )


def variants(found: Row) -> str:
    """What was made: what the best has of the goal, the charts, and the table."""
    return "\n\n".join([reached(found), charts(), variants_table(found)])


def charts() -> str:
    """Both charts, each with the description that its file carries."""
    shown = []
    for name in ("size.png", "speed.png"):
        with Image.open(HERE / name) as chart:
            shown.append(f"![{chart.info['Description']}]({name})")
    return "\n\n".join(shown)


def variants_table(found: Row) -> str:
    """Every variant, with all that was measured of it."""
    baseline, rows = found["variants"][0], found["variants"]
    lines = [
        "| variant | accuracy; points lost | answers changed | bytes; gzipped; coded | parameters; zeros | MACs "
        "| ms an image; times eager, times ONNX fp32 | the same, 64 images | memory: loading, running "
        "| epochs; minutes |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        memory, stages = row["memory"], row["stages"]
        lines.append(
            f"| {row['name']} | {percent(row)}; {lost(row)} | {row['churn']['rate']:.1%} | {size(row, baseline)}; "
            f"{row['gzip_bytes'] / 1e6:.2f}; {row['coded_bytes'] / 1e6:.2f} MB | {row['parameters'] / 1e6:.2f} M; "
            f"{row['zero_share']:.0%} | {row['macs'] / 1e6:.0f} M | {speed(found, row['name'])} "
            f"| {speed(found, row['name'], images=64)} | {memory['loading_bytes'] / 1e6:.0f}, "
            f"{memory['running_bytes'] / 1e6:.1f} MB | {sum(stage['epochs'] for stage in stages)}; "
            f"{sum(stage['minutes'] for stage in stages):.0f} |"
        )
    return "\n".join(lines)


def peers_table(found: Row, peers: Row) -> str:
    """Other libraries, in the rounds in which ours were timed beside them."""
    baseline = found["variants"][0]
    lines = [
        "| library | version | accuracy; points lost | bytes | ms an image; times eager, times ONNX fp32 | 64 images |",
        "|---|---|---|---|---|---|",
    ]
    for row in peers["peers"]:
        if "failed" in row:
            lines.append(f"| {row['name']} | {row['version']} | did not run: {row['failed']} | | | |")
            continue
        lines.append(
            f"| {row['name']} | {row['version']} | {percent(row)}; {lost(row)} | {size(row, baseline)} "
            f"| {speed(peers, row['name'])} | {speed(peers, row['name'], images=64)} |"
        )
    for row in on_frontier(found):
        name = f"ours: {row['name']}"
        lines.append(
            f"| {name} | | {percent(row)}; {lost(row)} | {size(row, baseline)} | {speed(peers, name)} "
            f"| {speed(peers, name, images=64)} |"
        )
    return "\n".join(lines)


def card(row: Row, found: Row) -> str:
    """What must be known before one of the files is used."""
    baseline, data, changed = found["variants"][0], found["data"], row["churn"]
    letters = [letter for letter in str(row["name"]).partition(",")[0] if letter in WORDS]
    words = WORDS | ({"Q": "rounding to 8 bits without training"} if "untrained" in row["name"] else {})
    jointly = ", trained jointly" if row["way"] == "joint" else ""
    epochs = ", ".join(f"{stage['stage']} {stage['epochs']}" for stage in row["stages"])
    facts = {
        "takes": "`images`, float32, (N, 3, 32, 32): RGB / 255, less each channel's mean, over its deviation, "
        "as `compresslab.data` does it",
        "gives": f"`logits`, (N, 10): {', '.join(CLASSES)}",
        "accuracy": f"{percent(row)} on the {data['images']['test']:,} test images of {data['name']}",
        "against the baseline": f"{lost(row)} points lost; {changed['broken']:,} answers broken, "
        f"{changed['fixed']:,} fixed",
        "file": f"{row['bytes']:,} bytes, {baseline['bytes'] / row['bytes']:.1f} times smaller than the baseline's; "
        f"SHA-256 `{row['sha256']}`",
        "one image": f"{speed(found, row['name'])}; one thread of {found['machine']['cpu']}",
        "convolutions in integers": f"{row['convolutions']['integer']} of {sum(row['convolutions'].values())}",
        "trained": f"epochs by stage: {epochs}; "
        f"one seed; {data['images']['train']:,} images for a student and what is made of it, "
        f"{data['tuned_on_images']:,} for the baseline's own stages",
    }
    wrong = 100 * (1 - row["accuracy"])
    return "\n".join(
        [
            f"# {stem(row)}.onnx",
            "",
            f"ResNet-18 compressed by {' and '.join(words[letter] for letter in letters)}{jointly}.",
            "",
            "| | |",
            "|---|---|",
            *(f"| {name} | {fact} |" for name, fact in facts.items()),
            "",
            "Its training and test images are of JPEG quality 75 with halved colour resolution; on the original files "
            f"it has not been measured. It is for learning and for comparison: {wrong:.0f} of a hundred such pictures "
            "are named wrongly, and a picture of anything else gets one of the ten names all the same. Licence: as the "
            "repository's code.",
            "",
        ]
    )


def timing(found: Row, name: str, *, images: int = 1) -> Row:
    """A line of a timing; the baseline's is that of ONNX Runtime with it."""
    loads = found["speed"].get("loads", found["speed"])  # as variants.py and as peers.py writes them
    line: Row = loads[str(images)]["calls"][RUNTIME if name == "baseline" else name]
    return line


def percent(row: Row) -> str:
    """Accuracy with its interval."""
    low, high = row["interval"]["low"], row["interval"]["high"]
    return f"{row['accuracy']:.1%} [{100 * low:.1f}, {100 * high:.1f}]"


def lost(row: Row) -> str:
    """Points lost against the baseline, with their interval."""
    found = row["points_against_baseline"]
    low, high = found["interval"]["low"], found["interval"]["high"]
    return f"{0 - found['points']:.1f} [{0 - high:.1f}, {0 - low:.1f}]".replace("-0.0", "0.0")


def size(row: Row, baseline: Row) -> str:
    """Megabytes, and how many times smaller."""
    return f"{row['bytes'] / 1e6:.2f} MB ({baseline['bytes'] / row['bytes']:.1f}x smaller)"


def speed(found: Row, name: str, *, images: int = 1) -> str:
    """Milliseconds an image, and ratios to both references with their intervals."""
    line = timing(found, name, images=images)
    ratios = [
        f"{line[key]['value']:.1f}x [{line[key]['low']:.1f}, {line[key]['high']:.1f}]"
        for key in ("times_eager", "times_runtime")
    ]
    return f"{line['ms_per_image_p50']:.2f} ms; {', '.join(ratios)}"


def between(mark: str, path: Path, text: str) -> None:
    """Replace what stands between two marks of a file."""
    start, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    before, found, rest = path.read_text(encoding="utf-8").partition(start)
    if not found or end not in rest:
        raise SystemExit(f"{path} lacks the marks {start} and {end}.")
    write(path, f"{before}{start}\n\n{text}\n\n{end}{rest.partition(end)[2]}")


def write(path: Path, text: str) -> None:
    """Whole or not at all."""
    with atomic_write(path) as partial:
        partial.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
