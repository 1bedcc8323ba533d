"""What does a cache of the teacher's answers save, and what does it cost? Two commands.

    python reference/distillation/cached_epoch.py ARCHIVE speed
    python reference/distillation/cached_epoch.py ARCHIVE

The teacher is the shipped ResNet-18 of width 64, the student one of width 8. The first command times epochs of a
student with the teacher online, with cached answers, and without a teacher, in turn in each round; it must run alone
on the machine, for two minutes. The second, three minutes on one core, writes `cached_epoch.json` beside this script.
Of students that differ in nothing but where the answers come from, online or a full cache in fp32, it has the losses of
all epochs. Of each kind of cache it has the bytes; what the answers have lost, as the loss that remains to a student
that gives exactly those, against the full ones; and the accuracy of a student. What is finished is kept in the cache
folder. ARCHIVE is a class-per-folder copy of CIFAR-10.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.benchmark import inference_call, interleave
from compresslab.cost import mac_count, parameter_count
from compresslab.data import Batches, Dataset, load
from compresslab.distillation import (
    TeacherCache,
    cache_teacher,
    cached_objective,
    distillation_loss,
    distillation_objective,
)
from compresslab.evaluation import accuracy_difference
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import load_baseline, resnet18
from compresslab.training import Fitted, Recipe, cross_entropy, evaluate, fit
from compresslab.training.fit import training_batches
from compresslab.training.state import State
from compresslab.training.step import Objective, train_step

STUDENT = 8  # width
TRAIN_IMAGES, TEST_IMAGES = 2048, 2000
TIMED_IMAGES, ROUNDS, WARMUP = 1024, 12, 1
RECIPE = Recipe(epochs=6, learning_rate=0.1, views=2)
COMPARED_IMAGES = 512  # of each training with the teacher online
COMPARED = (  # the same numbers in the same order, and the fast ones
    {"precision": "fp32", "channels_last": False},
    {"precision": "bf16", "channels_last": True},
)
CACHES: dict[str, dict[str, Any]] = {
    "fp32": {"keep": "fp32"},
    "fp16": {"keep": "fp16"},
    "fp16, top 5": {"keep": "fp16", "top_k": 5},
}
FULL = "fp32"
HERE = Path(__file__)
KEPT = cache_folder() / "cached_epoch"


def main() -> None:
    """Measure the part that is asked for."""
    torch.set_num_threads(1)
    dataset = load(f"imagefolder:{sys.argv[1]}", title="CIFAR-10 (JPEG copy)")
    teacher = load_baseline(width=64).model
    if sys.argv[2:] == ["speed"]:
        write_json(KEPT / "speed.json", speed(dataset.subset(train=TIMED_IMAGES), teacher))
    else:
        record(dataset, teacher)


def speed(dataset: Dataset, teacher: nn.Module) -> dict[str, Any]:
    """Epochs of the same student in three ways and a control, and one forward pass of each network."""
    batches = training_batches(dataset, RECIPE)
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        cache = cache_teacher(teacher, batches, folder, progress=False)
        filled = time.perf_counter() - started
        cached = cached_objective(cache)
        epochs = {
            "teacher online": distillation_objective(teacher),
            "teacher cached": cached,
            "teacher cached, again": cached,
            "no teacher": cross_entropy(),
        }
        timed = interleave(
            {name: epoch_call(objective, batches) for name, objective in epochs.items()},
            rounds=ROUNDS, warmup=WARMUP, images_per_call=TIMED_IMAGES, data=dataset.name,
        )  # fmt: skip
    images = next(batches.epoch(0)).images
    with torch.autocast("cpu", torch.bfloat16):  # the precision of the epochs
        passes = interleave(
            {
                name: inference_call(model.to(memory_format=torch.channels_last), images)
                for name, model in (("teacher", teacher), ("student", resnet18(width=STUDENT).eval()))
            },
            rounds=ROUNDS, warmup=2, images_per_call=len(images), data=dataset.name,
        )  # fmt: skip

    def ratio(name: str, reference: str) -> dict[str, Any]:
        return asdict(timed.ratio(name, reference))

    return {
        "images": TIMED_IMAGES,
        "views": RECIPE.views,
        "epoch_ms_p50": {name: timing.latency_ms(50) for name, timing in timed.timings.items()},
        "filling_ms": 1000 * filled,  # once, for all views
        "speedup": ratio("teacher cached", "teacher online"),
        "control": ratio("teacher cached, again", "teacher cached"),
        "over_no_teacher": ratio("teacher cached", "no teacher"),
        "forward_ms_p50": {name: timing.latency_ms(50) for name, timing in passes.timings.items()},
        "teacher_costs": asdict(passes.ratio("student", "teacher")),
        "machine": machine().to_dict(),
    }


def epoch_call(objective: Objective, batches: Batches) -> Callable[[], None]:
    """A function that trains a student of its own for an epoch."""
    torch.manual_seed(0)
    recipe = replace(RECIPE, epochs=1 + WARMUP + ROUNDS)
    state = State(resnet18(width=STUDENT), recipe, steps_per_epoch=len(batches))
    state.model.train()
    done = 0

    def call() -> None:
        nonlocal done
        for batch in batches.epoch(done):
            train_step(state, batch, objective)
        done += 1

    return call


def online_and_cached(dataset: Dataset, teacher: nn.Module, settings: dict[str, Any]) -> dict[str, Any]:
    """The losses of the same training with the teacher online, and with all its logits kept in fp32."""
    recipe = replace(RECIPE, epochs=4, **settings)
    losses = {}
    with TemporaryDirectory() as folder:
        cache = cache_teacher(
            teacher, training_batches(dataset, recipe), folder, keep="fp32", precision=recipe.precision, progress=False
        )
        for name, objective in (("online", distillation_objective(teacher)), ("cached", cached_objective(cache))):
            losses[name] = [epoch.train_loss for epoch in trained(dataset, recipe, objective).history]
    apart = max(abs(a - b) for a, b in zip(losses["online"], losses["cached"], strict=True))
    return settings | {"loss": losses, "largest_loss_difference": apart}


class Replay(nn.Module):
    """A teacher that gives kept answers, in the order in which `cache_teacher` asks for them.

    Args:
        full: of the images of `ids`.
        ids: of all images, as they stand in the split.
    """

    def __init__(self, full: TeacherCache, ids: Tensor) -> None:
        super().__init__()
        self.register_buffer("logits", torch.cat([full.logits(ids, view) for view in range(full.views)]))
        self.asked = 0

    def forward(self, images: Tensor) -> Tensor:
        if len(images) == 1:  # the question of how many classes there are, before the first block
            return self.logits[:1]
        self.asked += len(images)
        return self.logits[self.asked - len(images) : self.asked]


def from_cache(dataset: Dataset, full: TeacherCache, settings: dict[str, Any]) -> dict[str, Any]:
    """What a cache of the same answers has lost, its bytes, and a student that learns from it."""
    batches, ids = training_batches(dataset, RECIPE), dataset.train.ids
    with TemporaryDirectory() as folder:
        cache = cache_teacher(Replay(full, ids), batches, folder, precision="fp32", progress=False, **settings)
        lost = [
            distillation_loss(cache.logits(ids, view), full.logits(ids, view), dataset.train.labels, alpha=1.0)
            for view in range(full.views)
        ]
        fitted = trained(dataset, RECIPE, cached_objective(cache))
        bytes_kept = bytes_of_answers(cache)
    right = evaluate(fitted.model, Batches(dataset, dataset.test, 500)).correct
    return {
        "bytes": bytes_kept,
        "lost": float(torch.stack(lost).mean()),
        "loss": [epoch.train_loss for epoch in fitted.history],
        "right": right.int().tolist(),
    }


def trained(dataset: Dataset, recipe: Recipe, objective: Objective) -> Fitted:
    """A student, from the same weights each time."""
    torch.manual_seed(0)
    return fit(resnet18(width=STUDENT), dataset, recipe, objective=objective, progress=False)


def kept(name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A result, from an earlier start of the script if it was finished there."""
    path = KEPT / f"{name}.json"
    if not path.exists():
        write_json(path, measure())
        print(name, flush=True)
    return json.loads(path.read_text())


def record(dataset: Dataset, teacher: nn.Module) -> None:
    """Train what is not yet trained, and write the file."""
    few = dataset.subset(train=COMPARED_IMAGES)
    compared = [kept(each["precision"], partial(online_and_cached, few, teacher, each)) for each in COMPARED]
    some = dataset.subset(train=TRAIN_IMAGES, test=TEST_IMAGES)
    answers = cache_teacher(teacher, training_batches(some, RECIPE), KEPT / "answers", keep="fp32", progress=False)
    found = {
        name: kept(f"cache {name}", partial(from_cache, some, answers, settings)) for name, settings in CACHES.items()
    }
    full = found[FULL]

    def line(name: str) -> dict[str, Any]:
        run = found[name]
        between = accuracy_difference(run["right"], full["right"], some.test.groups)
        interval = {"low": between.interval.low, "high": between.interval.high, "confidence": between.interval.level}
        return {
            "kept": name,
            "bytes": run["bytes"],
            "lost_nats": run["lost"],
            "loss": run["loss"],
            "accuracy": sum(run["right"]) / len(run["right"]),
            "points_over_full": {"points": round(between.points, 3), "interval": interval},
        }

    shape = (1, dataset.channels, dataset.image_size, dataset.image_size)
    student = resnet18(width=STUDENT)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {"name": some.name, "train_images": len(some.train), "test_images": len(some.test)},
            "teacher": "resnet18(width=64), the shipped baseline",
            "student": f"resnet18(width={STUDENT})",
            "parameters": {"teacher": parameter_count(teacher), "student": parameter_count(student)},
            "macs": {"teacher": mac_count(teacher, shape), "student": mac_count(student, shape)},
            "recipe": asdict(RECIPE),
            "seeds": [RECIPE.seed],
            "speed": json.loads((KEPT / "speed.json").read_text()),
            "online_and_cached": {"train_images": COMPARED_IMAGES, "runs": compared},
            "full": FULL,
            "caches": [line(name) for name in CACHES],
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine().to_dict(),
        },
    )


def bytes_of_answers(cache: TeacherCache) -> int:
    """Bytes of what the teacher said, without ids, checksums and headers, which are the same for each kind."""
    files = {"values", "classes", "tail"}
    return sum(file.stat().st_size - 128 for file in cache.folder.iterdir() if file.stem in files)


if __name__ == "__main__":
    main()
