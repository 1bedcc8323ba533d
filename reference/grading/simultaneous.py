"""What a lab's simultaneous start takes: kernels that import the course at once, with and without a limit on threads.

    python reference/grading/simultaneous.py

Each kernel is a learner's: a process of IPython that imports the course and trains a small network, as the first cells
of an exercise or chapter do. All of them begin at the same moment. Memory is read from the kernel's own books: what is
a process's alone (USS), and its share where pages of libraries are shared with others (PSS). Times are from the common
start to the first result; on a machine that others use too they say little, the seconds of computing more. Writes
simultaneous.json beside this file.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from compresslab.files import write_json
from compresslab.hardware import machine

ROUNDS = ((1, "1"), (4, "1"), (8, "1"), (4, ""))  # learners, and OMP_NUM_THREADS: "" leaves each kernel every core
LEARNER = """
import sys, time
from ipykernel.kernelapp import IPKernelApp  # what the kernel itself loads
print("ready", flush=True)
sys.stdin.readline()
import torch
from torch import nn
import classroom
from compresslab import cost, data, explorers, plots, pruning, quiz
print("imported", flush=True)
network = nn.Sequential(nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, 10))
optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
inputs, labels = torch.randn(1024, 256), torch.randint(10, (1024,))
for _ in range(30):
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(inputs), labels).backward()
    optimizer.step()
print("result", flush=True)
sys.stdin.readline()
"""


def main() -> None:
    """Measure and record."""
    rows = []
    for count, threads in ROUNDS:
        rows.append({"learners": count, "threads": threads or "no limit", **start_at_once(count, threads)})
        print(rows[-1], flush=True)
    load = round(os.getloadavg()[2], 1)  # of the last 15 minutes
    found = {"rows": rows, "load_average": load, "machine": machine().to_dict()}
    write_json(Path(__file__).with_suffix(".json"), found)


def start_at_once(count: int, threads: str) -> dict[str, Any]:
    """Memory and times of some learners who begin together."""
    limits = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "MKL_"))}
    limits |= {"OMP_NUM_THREADS": threads} if threads else {}
    pipe = subprocess.PIPE
    learners = [
        subprocess.Popen([sys.executable, "-c", LEARNER], env=limits, stdin=pipe, stdout=pipe, text=True)
        for _ in range(count)
    ]
    for each in learners:
        expect(each, "ready")
    started = time.perf_counter()
    for each in learners:
        go(each)
    for each in learners:
        expect(each, "imported")
    imported = time.perf_counter() - started
    seconds = []
    for each in learners:  # in the order of their start, so a later one's time is at least its predecessor's
        expect(each, "result")
        seconds.append(time.perf_counter() - started)
    books = [psutil.Process(each.pid).memory_full_info() for each in learners]
    computing = [sum(psutil.Process(each.pid).cpu_times()[:2]) for each in learners]
    for each in learners:
        go(each)
        each.wait()
    mega = 2**20
    return {
        "seconds_until_all_imported": round(imported, 2),
        "seconds_until_all_have_a_result": round(max(seconds), 2),
        "uss_mib_median": round(statistics.median(book.uss for book in books) / mega),
        "pss_mib_median": round(statistics.median(book.pss for book in books) / mega),
        "rss_mib_median": round(statistics.median(book.rss for book in books) / mega),
        "computing_seconds_median": round(statistics.median(computing), 2),
    }


def go(learner: "subprocess.Popen[str]") -> None:
    """Let a learner's process go on to its next step."""
    assert learner.stdin
    learner.stdin.write("\n")
    learner.stdin.flush()


def expect(learner: "subprocess.Popen[str]", word: str) -> None:
    """Wait until a learner's process says a word."""
    assert learner.stdout
    said = learner.stdout.readline().strip()
    if said != word:
        sys.exit(f"a learner's process said {said!r} instead of {word!r}")


if __name__ == "__main__":
    main()
