"""How the time of `classroom grade` grows with the class: 30, 100 and 300 submissions of one small assignment.

    python reference/grading/class_sizes.py

The class is that of speed.py: honest, silent work. Each size is graded once, from the command line and in the sandbox,
then once more with nothing new: what a run costs that finds all judged. Writes class_sizes.json beside this file.
"""

import tempfile
from pathlib import Path

from speed import JOBS, NAME, make_class, timed

from compresslab.files import write_json
from compresslab.hardware import machine

SIZES = (30, 100, 300)


def main() -> None:
    """Measure and record."""
    sizes = []
    for learners in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            root = make_class(Path(folder), learners)
            command = ("python", "-m", "classroom", "grade", NAME, "--jobs", str(JOBS))
            seconds, again = timed(root, *command), timed(root, *command)
        each = {"learners": learners, "seconds": seconds, "seconds_each": seconds / learners, "seconds_again": again}
        sizes.append({name: round(value, 3) for name, value in each.items()})
        print(sizes[-1], flush=True)
    small, large = sizes[0], sizes[-1]
    slope = (large["seconds"] - small["seconds"]) / (large["learners"] - small["learners"])
    write_json(
        Path(__file__).with_suffix(".json"),
        {
            "jobs": JOBS,
            "sizes": sizes,
            "seconds_per_further_submission": round(slope, 3),
            "machine": machine().to_dict(),
        },
    )


if __name__ == "__main__":
    main()
