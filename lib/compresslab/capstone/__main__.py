"""Command line of the capstone."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from compresslab.errors import InputError


def main(arguments: list[str] | None = None) -> int:
    """Run the capstone; 0 when it ended, 2 with one sentence when the input does not allow it."""
    parser = argparse.ArgumentParser(
        prog="python -m compresslab.capstone",
        description="Train ResNet-18, prune, distil and quantize it, measure every variant, and export the best to "
        "ONNX. A run that was stopped goes on where it was when it is started again with the same options.",
    )
    parser.add_argument("--profile", default="quick", help="smoke (seconds), quick (minutes) or full (hours on a CPU)")
    parser.add_argument("--data", default="digits32", help="digits32, cifar10 or imagefolder:PATH (folder or archive)")
    parser.add_argument("--title", help="what reports call the data; default: its own name")
    parser.add_argument("--out", type=Path, help="folder of the run; default: runs/PROFILE-DATA")
    parser.add_argument("--seed", type=int, default=0, help="of weights, data order and benchmark order")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, cuda or mps; measurements are on the CPU")
    parser.add_argument("--threads", type=int, help="CPU threads to train with; measurements of speed use one")
    parser.add_argument("--dry-run", action="store_true", help="print stages, epochs, minutes and bytes; train nothing")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    options = parser.parse_args(arguments)

    # Before PyTorch is imported: threads that wait for work must not spin beside another training on the machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from compresslab.capstone.run import dry_run_capstone, run_capstone
    from compresslab.training import TrainingDiverged

    request: dict[str, Any] = {
        "title": options.title,
        "seed": options.seed,
        "device": options.device,
        "threads": options.threads,
        "progress": not options.quiet,
    }
    try:
        if options.dry_run:
            print(dry_run_capstone(options.profile, options.data, **request))
            return 0
        report = run_capstone(options.profile, options.data, folder=options.out, **request)
    except (InputError, TrainingDiverged) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped: the same command goes on from here.", file=sys.stderr)
        return 130
    print(f"\n{report.read_text(encoding='utf-8')}\nreport: {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
