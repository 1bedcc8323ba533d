"""The capstone's reference: the shipped ResNet-18, compressed in every way of the course, and what each file is worth.

    python reference/capstone/variants.py --data ARCHIVE --dry-run        epochs and minutes, nothing is kept
    python reference/capstone/variants.py --data ARCHIVE --until 06:15    trains what is not yet trained, then records
    python reference/capstone/variants.py --data ARCHIVE --speed          times all files that are there: alone, please
    python reference/capstone/variants.py --profile smoke                 all of it on small digits, in a minute or two

`plans.py` says what the variants are. Everything trained is kept in the cache folder, so a killed run goes on where it
stopped; `--only` names the variants to make. Validation images choose the best: the smallest file that loses no more
than two points there, the course's own limit, and another for half a point, the reference's goal. Test images are
looked at by the files that ONNX Runtime loads, once each.

Studied: techniques, together and in which way. Fixed: recipes and epochs, which were set beforehand. One seed: two
variants that are close might change places with another.

Writes results.json, the charts and the best file as model.onnx: beside this script, for `smoke` into the cache folder.
ARCHIVE is a class-per-folder copy of CIFAR-10.
"""

import argparse
import hashlib
import json
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

import torch
from measuring import (
    AGAIN,
    EAGER,
    RUNTIME,
    batch_of,
    compared,
    digest,
    file_figures,
    kept_logits,
    memory_figures,
    timed,
)
from plans import PROFILES, Made, Workshop
from stopping import add_until, stop_at

from compresslab.benchmark import inference_call, peak_memory
from compresslab.cost import mac_count, parameter_count, sparsity
from compresslab.deploy import OnnxModel, export_onnx, export_qdq
from compresslab.evaluation import Interval
from compresslab.files import atomic_write, cache_folder, write_json
from compresslab.hardware import machine
from compresslab.identity import fingerprint
from compresslab.pipeline import is_quantized
from compresslab.plots import Point, accuracy_vs_size, frontier_chart

BASELINE = "baseline"
COURSE, GOAL = 2.0, 0.5  # points of validation accuracy that the best may lose
HERE = Path(__file__).parent
SCRIPTS = ("variants.py", "plans.py", "measuring.py")


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=PROFILES, default="full")
    parser.add_argument("--data", metavar="ARCHIVE", help="for the profile full")
    parser.add_argument("--title", default="CIFAR-10 (JPEG copy)", help="of that data")
    parser.add_argument("--only", action="append", metavar="NAME", help='such as "Q+D"; may be given several times')
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--speed", action="store_true", help="time the files that are there, and record")
    parser.add_argument("--threads", type=int, default=1, help="of the training; all else runs on one")
    add_until(parser)
    options = parser.parse_args()
    stop_at(options.until)
    torch.set_num_threads(1 if options.speed else options.threads)
    folder = cache_folder() / "capstone" / options.profile
    folder.mkdir(parents=True, exist_ok=True)
    profile = PROFILES[options.profile]
    if profile.data is None and not options.data:
        parser.error(f"the profile {profile.name} needs --data")
    workshop = Workshop(profile, options.data, options.title, folder)
    if options.dry_run:
        print(workshop.costs())
        return
    out = HERE if options.profile == "full" else folder
    reference = Reference(workshop, folder, out)
    names = options.only or reference.names
    if not options.speed:
        for name in [BASELINE, *names]:
            reference.measure(name)
            row = reference.rows[name]
            print(f"{name}: {row['accuracy']:.2%}, {row['bytes']:,} bytes", flush=True)
    if options.speed or options.profile == "smoke":
        torch.set_num_threads(1)
        reference.measure_speed()
    reference.record()


class Reference:
    """Every variant's file and figures, kept in a folder."""

    def __init__(self, workshop: Workshop, folder: Path, out: Path) -> None:
        self.workshop, self.folder, self.out = workshop, folder, out
        self.names = [*workshop.chains(None), *workshop.joints(workshop.profile.student)]
        self.made_by = fingerprint([workshop.profile, workshop.baseline, workshop.dataset.name])
        self.rows: dict[str, dict[str, Any]] = {}
        for name in [BASELINE, *self.names]:
            if self._row(name).exists():
                self.rows[name] = json.loads(self._row(name).read_text(encoding="utf-8"))
                if not self._finished(name):
                    del self.rows[name]

    def _finished(self, name: str) -> bool:
        """Whether a row is of this profile, and of the file that is there."""
        row, file = self.rows.get(name), self._file(name)
        return row is not None and row["made_by"] == self.made_by and file.exists() and digest(file) == row["sha256"]

    def measure(self, name: str) -> None:
        """Make a variant, if it isn't there, and measure all but its speed."""
        if self._finished(name):
            return
        if name == BASELINE:
            made = Made(self.workshop.baseline, [])
        else:
            made = self.workshop.jointly(name) if name.endswith("joint") else self.workshop.sequential(name)
        model = made.model
        path, dataset = self._file(name), self.workshop.dataset
        (export_qdq if is_quantized(model) else export_onnx)(model, self.workshop.example, path)
        shipped, key = OnnxModel(path), digest(path)[:16]
        logits = {
            split: kept_logits(self.folder / "answers" / f"{key}-{split}.npy", shipped, dataset, split)
            for split in ("validation", "test")
        }
        if name == BASELINE:
            (self.folder / "baseline.txt").write_text(key)
        before = kept_logits(self._baseline_answers(), shipped, dataset, "test")
        validation = logits["validation"].argmax(1) == dataset.validation.labels
        self.rows[name] = {
            "name": name,
            "way": "" if name == BASELINE else "joint" if name.endswith("joint") else "in a row",
            "stages": made.stages,
            **compared(logits["test"], before, dataset),
            "validation_accuracy": round(float(validation.double().mean()), 6),
            "parameters": parameter_count(model),
            "macs": mac_count(model, self.workshop.example.shape),
            "zero_share": round(sparsity(model).weights, 6),
            "memory": memory_figures(path, tuple(self.workshop.example.shape)),
            "made_by": self.made_by,
            **file_figures(path),
        }
        write_json(self._row(name), self.rows[name])

    def measure_speed(self) -> None:
        """Time the files that are there beside both references, with one image a call and with many."""
        profile, dataset = self.workshop.profile, self.workshop.dataset
        speed = {}
        for images, rounds in ((1, profile.rounds_of_one), (profile.many, profile.rounds_of_many)):
            batch = batch_of(dataset, images)
            calls = {EAGER: inference_call(self.workshop.baseline, batch)}
            calls |= {name: inference_call(OnnxModel(self._file(BASELINE)), batch) for name in (RUNTIME, AGAIN)}
            calls |= {
                name: inference_call(OnnxModel(self._file(name)), batch) for name in self.rows if name != BASELINE
            }
            speed[str(images)] = timed(calls, images=images, rounds=rounds, data=dataset.name)
        files = {name: row["sha256"] for name, row in self.rows.items()}
        eager = peak_memory(partial(inference_call, self.workshop.baseline, batch_of(dataset, 1)))
        memory = {"loading_bytes": eager.loading_bytes, "running_bytes": eager.running_bytes}
        write_json(self.folder / "speed.json", {"files": files, "eager_memory": memory, "loads": speed})

    def record(self) -> None:
        """Write results, charts and the best file, of what is there."""
        path = self.folder / "speed.json"
        speed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        if speed and any(speed["files"].get(name) != row["sha256"] for name, row in self.rows.items()):
            print("speed.json is of other files: measure again with --speed", file=sys.stderr)
            speed = None
        best, baseline = self._best(COURSE), self.rows[BASELINE]
        profile, dataset = self.workshop.profile, self.workshop.dataset
        write_json(
            self.out / "results.json",
            {
                "data": {
                    "name": dataset.name,
                    "images": {split: len(getattr(dataset, split)) for split in ("train", "validation", "test")},
                    "tuned_on_images": len(self.workshop.part.train),
                },
                "profile": profile.name,
                "recipes": {
                    name: getattr(profile, name).settings() for name in ("distil", "tune", "aware", "cut")
                },
                "sparsity": profile.sparsity,
                "rounds_of_pruning": profile.rounds,
                "channels_removed": profile.ratio,
                "distillation": {"temperature": profile.temperature, "alpha": profile.alpha},
                "calibration_images": profile.calibration_images,
                "seeds": 1,
                "tolerance_points": COURSE,
                "best": best,
                "goal_points": GOAL,
                "best_within_goal": self._best(GOAL),
                "smaller": round(baseline["bytes"] / self.rows[best]["bytes"], 2),
                "variants": list(self.rows.values()),
                "not_made": [name for name in self.names if name not in self.rows],
                "speed": speed,
                "scripts_sha256": {
                    name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in SCRIPTS
                },
                "machine": machine(threads=1).to_dict(),
            },
        )  # fmt: skip
        with atomic_write(self.out / "model.onnx") as partial_path:
            shutil.copyfile(self._file(best), partial_path)
        self._draw(speed)

    def _best(self, tolerance: float) -> str:
        """The smallest file within the tolerance on validation images; the baseline always is."""
        floor = self.rows[BASELINE]["validation_accuracy"] - tolerance / 100 - 1e-9
        within = [name for name, row in self.rows.items() if row["validation_accuracy"] >= floor]
        return min(within, key=lambda name: self.rows[name]["bytes"])

    def _draw(self, speed: dict[str, Any] | None) -> None:
        data = f"{self.workshop.dataset.name}, test split"
        rows = list(self.rows.values())
        points = [
            Point(
                row["name"],
                row["bytes"],
                row["accuracy"],
                Interval(row["interval"]["low"], row["interval"]["high"], row["interval"]["confidence"]),
                kind=row["way"] or BASELINE,
            )
            for row in rows
        ]
        accuracy_vs_size(points, data=data).save(self.out / "size.png")
        if speed is None:
            return
        times = [speed["loads"]["1"]["calls"][_timed_as(row["name"])]["ms_per_image_p50"] for row in rows]
        frontier_chart(
            {"ms": times, "accuracy": [100 * row["accuracy"] for row in rows]},
            {"ms": "min", "accuracy": "max"},
            title="Accuracy against time of one image",
            subtitle=f"{data}; ONNX Runtime, one thread",
            axes={"ms": "milliseconds an image", "accuracy": "accuracy (%)"},
            kinds=[row["way"] or BASELINE for row in rows],
            marked={row["name"]: number for number, row in enumerate(rows)},
            log=("ms",),
        ).save(self.out / "speed.png")

    def _file(self, name: str) -> Path:
        return self.folder / "files" / f"{_slug(name)}.onnx"

    def _row(self, name: str) -> Path:
        return self.folder / "rows" / f"{_slug(name)}.json"

    def _baseline_answers(self) -> Path:
        return self.folder / "answers" / f"{(self.folder / 'baseline.txt').read_text()}-test.npy"


def _timed_as(name: str) -> str:
    return RUNTIME if name == BASELINE else name


def _slug(name: str) -> str:
    return name.replace(", ", "-").replace("+", "")


if __name__ == "__main__":
    main()
