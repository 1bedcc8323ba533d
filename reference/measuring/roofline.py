"""This machine's roof for each format, and how well it repeats: `python reference/measuring/roofline.py`.

Writes roofline.json beside this script. `compresslab.peaks.measure_peaks` several times over, for one thread and for
two; the median of those counts, and the lowest and highest stand beside it. Nothing else should run then; a minute.
"""

import hashlib
from pathlib import Path
from statistics import median

from compresslab.files import write_json
from compresslab.peaks import Peaks, measure_peaks

THREADS = (1, 2)
REPEATS, ROUNDS = 9, 12
HERE = Path(__file__)


def main() -> None:
    """Measure and write."""
    found = {}
    for threads in THREADS:
        measured = [measure_peaks(threads=threads, rounds=ROUNDS) for _ in range(REPEATS)]
        found[str(threads)] = told(measured)
        print(threads, found[str(threads)]["peaks"], found[str(threads)]["bytes_per_second"], flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "what": "fastest call of each kernel; its median, lowest and highest over repeats",
            "data": "none: random numbers",
            "settings": {"repeats": REPEATS, "rounds": ROUNDS, "product": 1024, "channels": 128, "pixels": 32},
            "threads": found,
            "machine": measured[0].machine.to_dict(),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
        },
    )


def told(measured: list[Peaks]) -> dict[str, object]:
    """Medians with their spread, in units a second."""

    def spread(values: list[float]) -> dict[str, float]:
        return {"median": median(values), "lowest": min(values), "highest": max(values)}

    first = measured[0]
    return {
        "peaks": {format: spread([each.macs_per_second[format] for each in measured]) for format in first.kernels},
        "kernels": {format: [each.kernels[format] for each in measured] for format in first.kernels},
        "by_kernel": {name: spread([each.by_kernel[name] for each in measured]) for name in first.by_kernel},
        "bytes_per_second": spread([each.bytes_per_second for each in measured]),
        "cached_bytes_per_second": spread([each.cached_bytes_per_second for each in measured]),
    }


if __name__ == "__main__":
    main()
