"""Keep a capstone run's results: `python reference/record_capstone.py FOLDER NAME`, for example runs/quick-digits32.

Writes NAME.json (the run's results without the single timings) beside this file; then, from all recorded runs, a chart
each (NAME.png, accuracy against size) and the table in README.md, between its `results` marks. Without arguments it
only draws and writes those again.
"""

import json
import sys
from pathlib import Path
from typing import Any

from compresslab.evaluation import Interval
from compresslab.files import atomic_write, write_json
from compresslab.plots import Chart, Point, accuracy_vs_size
from compresslab.recorded import quick_reference

HERE = Path(__file__).parent
START, END = "<!-- results -->", "<!-- end of results -->"


def main() -> None:
    """Record one run, and refresh what is made from all of them."""
    if len(sys.argv) > 1:
        folder, name = Path(sys.argv[1]), sys.argv[2]
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        for benchmark in results["benchmark"].values():
            for timing in benchmark["timings"].values():
                del timing["wall_ns"], timing["cpu_ns"]
        write_json(HERE / f"{name}.json", results)
    for recorded in HERE.glob("capstone_*.json"):
        chart(json.loads(recorded.read_text(encoding="utf-8"))).save(recorded.with_suffix(".png"))
    readme = HERE.parent / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    with atomic_write(readme) as partial:
        partial.write_text(f"{before}{START}\n\n{quick_reference()}\n\n{END}{after}", encoding="utf-8")


def chart(results: dict[str, Any]) -> Chart:
    """Accuracy against size, of each variant of a recorded run."""
    points = [
        Point(
            name, v["size_bytes"], v["test_accuracy"], Interval(**v["test_interval"]), "int8" if v["int8"] else "fp32"
        )
        for name, v in results["variants"].items()
    ]
    return accuracy_vs_size(points, data=f"{results['data']['name']}, test split")


if __name__ == "__main__":
    main()
