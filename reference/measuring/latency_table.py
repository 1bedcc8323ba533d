"""How well a table of operations tells the latency of unseen networks: `python reference/measuring/latency_table.py`.

The table is made of scalable CNNs of one depth and of twice that depth, for two kinds of block and three widths; the
unseen ones have the same blocks and widths at four other depths, so that they consist of the same operations in other
numbers. Beside the table's error stands that of a straight line through the same networks' MACs: what is lost by taking
arithmetic for time. CPU time, one thread, one image a run; minutes.
"""

import hashlib
import time
from pathlib import Path

import numpy as np
import torch

from compresslab.cost import mac_count
from compresslab.files import write_json
from compresslab.latency_table import TableError, build_latency_table, measure_latencies
from compresslab.models import ScalableCNN, scalable_cnn

BLOCKS, WIDTHS = ("standard", "inverted"), (0.5, 1.0, 1.5)
SEEN, UNSEEN = (1.0, 2.0), (0.5, 1.5, 2.5, 3.0)  # depths
SHAPE = (1, 3, 32, 32)
SETTINGS = {"rounds": 60, "threads": 1, "seed": 0}
HERE = Path(__file__)


def main() -> None:
    """Measure, and write `latency_table.json` beside this script."""
    torch.manual_seed(0)
    seen, unseen = networks(SEEN), networks(UNSEEN)
    example = torch.randn(SHAPE)
    table = build_latency_table(seen, example, clock=time.process_time_ns, **SETTINGS)
    measured, machine = measure_latencies(seen | unseen, example, clock=time.process_time_ns, **SETTINGS)
    macs = {name: mac_count(model, SHAPE) for name, model in (seen | unseen).items()}
    line = np.polyfit([macs[name] for name in seen], [measured[name] for name in seen], 1)
    estimates = {
        "table": {name: table.estimate(model, example) for name, model in unseen.items()},
        "line through MACs": {name: float(np.polyval(line, macs[name])) for name in unseen},
    }
    found = {}
    for way, estimated in estimates.items():
        error = TableError.of(estimated, {name: measured[name] for name in unseen})
        found[way] = {"median": round(error.median, 4), "p95": round(error.p95, 4)}
        print(f"{way}: off by {error.median:.1%} in the median, {error.p95:.1%} at p95", flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "what": "|estimate / measurement - 1| over networks that the table was not made from",
            "data": "none: random numbers, whose values don't matter for time",
            "networks": {"blocks": BLOCKS, "widths": WIDTHS, "depths seen": SEEN, "depths unseen": UNSEEN},
            "settings": SETTINGS | {"clock": "CPU time", "shape": SHAPE},
            "machine": machine.to_dict(),
            "operations": len(table.seconds),
            "intercept_ms": round(1e3 * table.intercept_seconds, 4),
            "slope": round(table.slope, 4),
            "error": found,
            "unseen": {
                name: {
                    "million_macs": round(macs[name] / 1e6, 3),
                    "measured_ms": round(1e3 * measured[name], 4),
                    "estimated_ms": round(1e3 * estimates["table"][name], 4),
                    "estimated_from_macs_ms": round(1e3 * estimates["line through MACs"][name], 4),
                }
                for name in unseen
            },
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
        },
    )


def networks(depths: tuple[float, ...]) -> dict[str, ScalableCNN]:
    """Untrained: weights decide no time."""
    return {
        f"{block}, width {width}, depth {depth}": scalable_cnn(block=block, width=width, depth=depth).eval()
        for block in BLOCKS
        for width in WIDTHS
        for depth in depths
    }


if __name__ == "__main__":
    main()
