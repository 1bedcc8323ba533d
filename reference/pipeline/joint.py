"""All at the same time, or one after the other: `python reference/pipeline/joint.py`.

The network, the data, the seeds and the epochs are those of `setup.py`. Quantization (Q), unstructured pruning (P) and
distillation (D) are done jointly, each pair and all three, in one training of as many epochs as all stages of the
sequential way take together. Masks become sparse over the first half of the steps.

Studied is what is done together. Nothing was tuned for the joint way: learning rate, batch size, temperature, alpha and
the kind of scales are those that the stages have. One ablation: Q+P+D with conflicting gradients projected (PCGrad).

Beside this script it writes `joint.json`: accuracies, differences paired by image and clustered by handwritten digit,
what ships, and the cosine between the gradients of labels and teacher before, after and at three points on the way.
Finished runs stay in the cache folder, so a killed script goes on where it stopped.
"""

import copy
import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any

import setup
import torch
import torch.nn.functional as F
from orders import run as run_stages
from torch import Tensor, nn

from compresslab.data import Batches, Dataset
from compresslab.distillation import answers, distillation_loss
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.joint import finish, joint_objective, measure_conflict, prepare_jointly
from compresslab.pruning import advance
from compresslab.recording import accuracy, difference, kept_answers
from compresslab.training import fit
from compresslab.training.fit import training_batches

CLIMB = 0.5  # of all steps: the rest recovers
METHODS: dict[str, dict[str, Any]] = {
    "Q+P": {"of": "QP"},
    "Q+D": {"of": "QD"},
    "P+D": {"of": "PD"},
    "Q+P+D": {"of": "QPD"},
    "Q+P+D, projected gradients": {"of": "QPD", "projected": True},
}
IN_STAGES = {  # the same, one after the other, in as many epochs together: rows of combinations.py
    "Q+P": ("prune", "quantize"),
    "Q+D": ("distil", "quantize"),
    "P+D": ("prune", "distil"),
    "Q+P+D": ("prune", "distil", "quantize"),
}
ABLATIONS = tuple(name for name in METHODS if "," in name)
WATCHED = ("Q+D", "P+D", "Q+P+D", "Q+P+D, projected gradients")
BATCHES = 20  # of which the cosine is taken
CACHE = setup.CACHE / "joint"
HERE = Path(__file__)


def main() -> None:
    """Train what is not yet trained, and write the file."""
    torch.set_num_threads(1)
    dataset, part = setup.data()
    CACHE.mkdir(parents=True, exist_ok=True)
    found = {name: [run(dataset, part, name, seed) for seed in setup.SEEDS] for name in METHODS}
    right = {name: [hits for hits, _ in runs] for name, runs in found.items()}
    notes = {name: [said for _, said in runs] for name, runs in found.items()}
    stages = {
        name: [
            kept_answers(
                CACHE / f"{name} in stages {seed}.npy", dataset, partial(run_stages, "unstructured", each, seed)
            )
            for seed in setup.SEEDS
        ]
        for name, each in IN_STAGES.items()
    }
    groups = dataset.test.groups
    write_json(
        HERE.with_suffix(".json"),
        {
            **setup.settings(dataset),
            "climb": CLIMB,
            "runs": [
                {"method": name, **accuracy(hits, groups), "shipped": [said["shipped"] for said in notes[name]]}
                for name, hits in right.items()
            ],
            "in_stages": [
                {"method": name, "stages": list(IN_STAGES[name]), **accuracy(hits, groups)}
                for name, hits in stages.items()
            ],
            "differences": [
                {"method": name, "against": "in stages", **difference(right[name], hits, groups)}
                for name, hits in stages.items()
            ],
            "ablations": [
                {"method": name, "against": "Q+P+D", **difference(right[name], right["Q+P+D"], groups)}
                for name in ABLATIONS
            ],
            "conflict": [
                {"method": name, "seed": seed, **said["conflict"]}
                for name in WATCHED
                for seed, said in zip(setup.SEEDS, notes[name], strict=True)
            ],
            "batches_of_conflict": BATCHES,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def run(dataset: Dataset, part: Dataset, name: str, seed: int) -> tuple[Tensor, dict[str, Any]]:
    """The answers of a joint run, and what else is kept of it."""
    path = CACHE / f"{name} {seed}.npy"
    said: dict[str, Any] = {}

    def make() -> nn.Module:
        model, conflict = trained(dataset, part, seed, watch=name in WATCHED, **METHODS[name])
        said.update(shipped=setup.shipped(model, dataset), conflict=conflict)
        write_json(path.with_suffix(".json"), said)  # before the answers: where those are, it is there too
        return model

    hits = kept_answers(path, dataset, make)
    return hits, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def trained(
    dataset: Dataset,
    part: Dataset,
    seed: int,
    *,
    of: str,
    watch: bool,
    projected: bool = False,
) -> tuple[nn.Module, dict[str, Any]]:
    """What joint training of these techniques gives, and the conflict at some of its steps."""
    original, recipe = setup.original(dataset, seed), setup.recipe(setup.EPOCHS, seed)
    steps = recipe.epochs * len(training_batches(part, recipe))
    model = prepare_jointly(
        original,
        setup.calibration(part, seed),
        bits=setup.BITS if "Q" in of else None,
        sparsity=setup.SPARSITY if "P" in of else 0.0,
        steps=round(CLIMB * steps),
        scales="follow",
        ranges="mse",
    )
    teacher = original if "D" in of else None
    soft = {"temperature": setup.TEMPERATURE, "alpha": setup.ALPHA}
    objective = joint_objective(teacher, projected=projected, **soft)
    watching = Watch(part, original, at=[steps * quarter // 4 for quarter in (1, 2, 3)]) if watch else None
    before = watching.cosine(model) if watching else None

    def after_step(model: nn.Module) -> None:
        if "P" in of:
            advance(model)
        if watching:
            watching(model)

    done = fit(model, part, recipe, objective=objective, after_step=after_step, progress=False).model
    if not watching:
        return finish(done), {}
    return finish(done), {"cosines": [before, *watching.seen, watching.cosine(done)], "at": [0, 0.25, 0.5, 0.75, 1]}


class Watch:
    """Takes the cosine of the two gradients after some steps, on copies, so that the training isn't changed."""

    def __init__(self, part: Dataset, teacher: nn.Module, at: list[int]) -> None:
        self.teacher, self.at, self.step = teacher, at, 0
        batches = Batches(part, part.train, 64, shuffle=True, seed=0)
        self.batches = [batch for batch, _ in zip(batches.epoch(0), range(BATCHES), strict=False)]
        self.seen: list[dict[str, float]] = []

    def __call__(self, model: nn.Module) -> None:
        self.step += 1
        if self.step in self.at:
            self.seen.append(self.cosine(model))

    def cosine(self, model: nn.Module) -> dict[str, float]:
        """Mean over batches, and the share of them with a conflict."""
        watched = copy.deepcopy(model).train()

        def losses() -> Any:
            for batch in self.batches:
                logits = watched(batch.images)
                answered = answers(self.teacher, batch.images)
                soft = distillation_loss(logits, answered, batch.labels, temperature=setup.TEMPERATURE, alpha=1.0)
                yield F.cross_entropy(logits, batch.labels), soft

        found = measure_conflict(watched, losses())
        return {"mean": round(found.mean, 4), "share_in_conflict": round(found.share, 4)}


if __name__ == "__main__":
    main()
