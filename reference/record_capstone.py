"""Keep a capstone run's results: `python reference/record_capstone.py FOLDER NAME`, for example runs/quick-digits32.

Writes NAME.json (the run's results without the single timings) and NAME.png (accuracy against size) beside this file,
then the table of all recorded runs into README.md, between its `results` marks.
"""

import json
import shutil
import sys
from pathlib import Path

from compresslab.files import atomic_write, write_json
from compresslab.recorded import quick_reference

HERE = Path(__file__).parent
START, END = "<!-- results -->", "<!-- end of results -->"


def main() -> None:
    """Record one run and refresh the README."""
    if len(sys.argv) > 1:
        folder, name = Path(sys.argv[1]), sys.argv[2]
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        for benchmark in results["benchmark"].values():
            for timing in benchmark["timings"].values():
                del timing["wall_ns"], timing["cpu_ns"]
        write_json(HERE / f"{name}.json", results)
        with atomic_write(HERE / f"{name}.png") as partial:
            shutil.copyfile(folder / "accuracy_vs_size.png", partial)
    readme = HERE.parent / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    with atomic_write(readme) as partial:
        partial.write_text(f"{before}{START}\n\n{quick_reference()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
