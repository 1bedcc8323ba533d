"""Whether the same file gets the same steps each time: `python reference/grading/capstone_stability.py`.

The capstone's baseline in int8 is measured ten times on the machine as it is, and ten times beside a process that loads
one core of it, in the sandbox as a class's files are. Accuracy and bytes are measured at the first and at the last of
each ten, the time in all. The load average stands beside each: other work may have run. Beside this script it writes
`capstone_stability.json`. Two minutes on two cores without other work.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from classroom.capstone import baseline as baselines
from classroom.capstone.exam import Exam, secret
from classroom.capstone.measure import MODULE, Baseline, Process, measure, measure_baseline, processes, timing
from classroom.capstone.steps import TIME
from classroom.limits import Limits
from classroom.sandbox.fork_server import ForkServer
from compresslab.data import Batches, load
from compresslab.deploy import quantize_static
from compresslab.files import write_json
from compresslab.hardware import machine

TIMES = 10
SEED = 20_261_130
BUSY = "while True: pass"
HERE = Path(__file__)


def main() -> None:
    """Measure and write."""
    torch.set_num_threads(1)
    exam = secret("digits32", SEED)
    with TemporaryDirectory() as folder:
        file = quantized(Path(folder))
    with ForkServer(sandboxed=True, modules=[MODULE]) as server:
        process = processes(server, Limits())
        reference = measure_baseline(baselines.read(None, exam), exam, process)
        as_it_is = ten(file, exam, reference, process)
        with subprocess.Popen([sys.executable, "-c", BUSY]) as busy:
            try:
                loaded = ten(file, exam, reference, process)
            finally:
                busy.kill()
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": exam.data,
            "images": {"test": len(exam.test.labels), "copies": len(exam.copies.labels)},
            "file": {"made": "the baseline in int8", "size_bytes": len(file)},
            "as it is": as_it_is,
            "one core loaded": loaded,
            "different_time_steps": len({each["time_points"] for each in as_it_is + loaded}),
            "different_other_steps": len({str(each["points"]) for each in as_it_is + loaded if "points" in each}),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(1).to_dict(),
        },
    )


def quantized(folder: Path) -> bytes:
    """The baseline in int8."""
    dataset = load("digits32")
    calibration = dataset.train.select(torch.arange(512))
    batches = [batch.images for batch in Batches(dataset, calibration, 64)]
    narrow = machine().int8_saturates
    return quantize_static(baselines.SHIPPED, folder / "int8.onnx", batches, reduce_range=narrow).read_bytes()


def ten(file: bytes, exam: Exam, reference: Baseline, process: Process) -> list[dict[str, Any]]:
    """Figures and points of so many measurements."""
    rows = []
    for turn in range(TIMES):
        row: dict[str, Any] = {"load_average": round(os.getloadavg()[0], 2)}
        if turn in (0, TIMES - 1):
            found, _ = measure(file, exam, reference, process, turn)
            speed = found.speed
            row |= {"accuracy": found.accuracy, "change": found.change.points}
            row["points"] = [found.points.accuracy, found.points.size]
        else:
            speed = timing(file, exam, reference, process, turn)
        low, high = speed.interval.low, speed.interval.high
        row |= {"time_percent": round(speed.percent, 2), "range": [round(low, 2), round(high, 2)]}
        rows.append(row | {"time_points": TIME.points(speed.best)})
        print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    main()
