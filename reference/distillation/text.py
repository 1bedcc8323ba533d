"""What does a small language model gain from a larger one? `python reference/distillation/text.py`.

The teacher is the shipped model of four layers. Students learn from the same windows of the training text in the same
order: from the next token alone, or also from the teacher's logits at every token. Two students have half its layers;
one of them begins with layers 0 and 2 of the teacher, its embedding and its head (as DistilBERT does), the other with
random weights. The third is narrower, too. All are compared twice: after equal steps; and at equal seconds, where the
student alone trains for as many more steps as the time of the distilled one buys, the teacher's forward passes counted.

Studied: the start, and the teacher's logits. Fixed for all: the teacher's own recipe, and temperature 2 with 0.7 of
the loss on the teacher. Nothing was tuned, for any side.

Beside this script it writes `text.json`: perplexities on the test documents with bootstraps over documents, paired
where two models are compared. Seconds are those of the CPU, measured first, in turn. Six minutes on one core for a
seed. A killed script goes on where it stopped; the file has the seeds that are done.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from compresslab.cost import parameter_count
from compresslab.data.text import TextDataset, Tokenizer, load_text
from compresslab.distillation import distillation_loss, frozen, take_over
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import LanguageModel, load_language_baseline
from compresslab.models.language import language_model
from compresslab.perplexity import Likelihood, likelihood, perplexity_increase, perplexity_interval
from compresslab.training.checkpoint import load_checkpoint, save_checkpoint
from compresslab.training.recipe import one_cycle

SEEDS = (0,)
STUDENTS = {
    "half the layers, from the teacher": {"dim": 256, "depth": 2, "hidden": 512},
    "half the layers, random": {"dim": 256, "depth": 2, "hidden": 512},
    "half the layers and width, random": {"dim": 128, "depth": 2, "hidden": 256},
}
TAKEN = {"embed": "embed", "layers.0": "layers.0", "layers.1": "layers.2", "norm": "norm", "head": "head"}
STEPS = 200
RECIPE = {
    "batch_size": 8,  # windows of the context's length, from anywhere in the text
    "learning_rate": 2e-3,  # the peak, after a linear rise; then half a cosine to 0
    "warmup": 0.2,  # share of the steps
    "weight_decay": 0.1,  # on matrices
    "betas": (0.9, 0.95),  # of AdamW
    "clip": 1.0,  # norm of the gradient
    "dropout": 0.1,
    "precision": "bf16",  # autocast; weights and optimizer stay fp32
}
TEMPERATURE, ALPHA = 2.0, 0.7
ROUNDS = 7  # of timed steps
SAVE_EVERY = 25
CACHE = cache_folder() / "distilled_text"


class Training:
    """A student in training.

    Args:
        student: is changed.
        text: all tokens of the training documents in a row.
        teacher: frozen; None for a student alone.
        steps: of the whole run, for the schedule.
        seed: of windows and dropout.
    """

    def __init__(
        self, student: LanguageModel, text: Tensor, teacher: LanguageModel | None, steps: int, seed: int
    ) -> None:
        self.student, self.text, self.teacher, self.steps, self.seed = student, text, teacher, steps, seed
        matrices = [parameter for parameter in student.parameters() if parameter.ndim == 2]
        gains = [parameter for parameter in student.parameters() if parameter.ndim != 2]
        decay = RECIPE["weight_decay"]
        self.optimizer = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": decay}, {"params": gains, "weight_decay": 0.0}],
            betas=RECIPE["betas"],
            fused=True,
        )

    def step(self, number: int) -> float:
        """One step, on windows that the seed and the step's number decide, whatever the student."""
        torch.manual_seed(self.seed * 1_000_003 + number)
        context = self.student.context
        starts = torch.randint(len(self.text) - context, (RECIPE["batch_size"],)).tolist()
        windows = torch.stack([self.text[start : start + context + 1] for start in starts])
        rate = one_cycle(number, self.steps, peak=RECIPE["learning_rate"], warmup=RECIPE["warmup"])
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.student.train()
        following = windows[:, 1:].flatten()
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.student(windows[:, :-1]).flatten(0, 1)
        if self.teacher is None:
            loss = F.cross_entropy(logits.float(), following)
        else:
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                theirs = self.teacher(windows[:, :-1]).flatten(0, 1)
            loss = distillation_loss(logits, theirs, following, temperature=TEMPERATURE, alpha=ALPHA)
        if not loss.isfinite():
            raise ArithmeticError(f"the loss is {loss.item()} at step {number}: lower the learning rate.")
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), RECIPE["clip"])
        self.optimizer.step()
        return loss.item()


def main() -> None:
    """Train what is not yet trained, and write the file."""
    torch.set_num_threads(1)
    shipped, dataset = load_language_baseline(), load_text()
    teacher = frozen(shipped.model)
    text = training_text(dataset, shipped.tokenizer)
    costs = step_costs(teacher, text)
    longer = {
        name: math.ceil(STEPS * cost["distilled"] / cost["alone"]) for name, cost in costs["step_seconds"].items()
    }
    found: dict[tuple[str, str], list[Likelihood]] = {}
    for seed in SEEDS:
        for name in STUDENTS:
            plans = {
                "alone": (None, STEPS),
                "distilled": (teacher, STEPS),
                "alone, equal seconds": (None, longer[name]),
            }
            for way, (theirs, steps) in plans.items():
                path = CACHE / f"{name}, {way}, {seed}"
                student = network(name, teacher, seed)
                run = trained(path, student, text, theirs, steps, seed, dataset, shipped.tokenizer)
                found.setdefault((name, way), []).append(run)
        original = once(CACHE / "teacher", lambda: likelihood(teacher, dataset.test, shipped.tokenizer))
        record(found, original, costs, longer, shipped.card["sha256"])


def network(name: str, teacher: LanguageModel, seed: int) -> LanguageModel:
    """A student before any training."""
    torch.manual_seed(seed)
    student = language_model(**STUDENTS[name], dropout=RECIPE["dropout"])
    return take_over(student, teacher, TAKEN) if name.endswith("from the teacher") else student


def training_text(dataset: TextDataset, tokenizer: Tokenizer) -> Tensor:
    """All tokens of the training documents in a row."""
    return torch.cat([tokenizer.document(document) for document in dataset.train])


def trained(
    path: Path,
    student: LanguageModel,
    text: Tensor,
    teacher: LanguageModel | None,
    steps: int,
    seed: int,
    dataset: TextDataset,
    tokenizer: Tokenizer,
) -> Likelihood:
    """Train a student, and measure it on the test documents; from an earlier start of the script as far as it came."""

    def measure() -> Likelihood:
        training = Training(student, text, teacher, steps, seed)
        checkpoint = path.with_suffix(".checkpoint")
        run = {"run": path.name, "steps": steps, "recipe": str(RECIPE), "soft": str((TEMPERATURE, ALPHA))}
        state = load_checkpoint(checkpoint, run=run) or {"step": 0}
        if state["step"]:
            student.load_state_dict(state["model"])
            training.optimizer.load_state_dict(state["optimizer"])
        for number in range(state["step"], steps):
            training.step(number)
            if (number + 1) % SAVE_EVERY == 0:
                state = {"model": student.state_dict(), "optimizer": training.optimizer.state_dict()}
                save_checkpoint(checkpoint, run=run, state=state | {"step": number + 1})
        return likelihood(student, dataset.test, tokenizer)

    return once(path, measure)


def once(path: Path, measure: Callable[[], Likelihood]) -> Likelihood:
    """A measurement, from an earlier start of the script if it was made there."""
    kept = path.with_suffix(".json")
    if not kept.exists():
        made = measure()
        write_json(kept, asdict(made))
        print(f"{path.name}: perplexity {made.perplexity:.2f}", flush=True)
    return Likelihood(**{key: tuple(value) for key, value in json.loads(kept.read_text()).items()})


def step_costs(teacher: LanguageModel, text: Tensor) -> dict[str, Any]:
    """CPU seconds of a step of each student, alone and distilled, taken in turn; from an earlier start if measured."""
    kept = CACHE / "costs.json"
    if kept.exists():
        return json.loads(kept.read_text())
    runs = {
        (name, way): Training(network(name, teacher, 0), text, theirs, 1000, 0)
        for name in STUDENTS
        for way, theirs in (("alone", None), ("distilled", teacher))
    }
    seconds: dict[tuple[str, str], list[float]] = {key: [] for key in runs}
    for number in range(ROUNDS + 1):
        for key, training in runs.items():
            started = time.process_time()
            training.step(number)
            if number:  # the first one lays out memory
                seconds[key].append(time.process_time() - started)
    found = {name: {way: median(seconds[name, way]) for way in ("alone", "distilled")} for name in STUDENTS}
    write_json(kept, {"step_seconds": found, "rounds": ROUNDS})
    print(found, flush=True)
    return json.loads(kept.read_text())


def pooled(runs: Sequence[Likelihood]) -> Likelihood:
    """All seeds as one model: nats of each document are the mean of theirs."""
    first = runs[0]
    nats = np.mean([run.nats for run in runs], axis=0)
    return Likelihood(first.names, tuple(nats.tolist()), first.tokens, first.size_bytes)


def record(
    found: dict[tuple[str, str], list[Likelihood]],
    teacher: Likelihood,
    costs: dict[str, Any],
    longer: dict[str, int],
    digest: str,
) -> None:
    """Write the file with the seeds that are done."""

    def line(runs: Sequence[Likelihood]) -> dict[str, Any]:
        return {
            "perplexity": pooled(runs).perplexity,
            "interval": asdict(perplexity_interval(pooled(runs))),
            "bits_per_byte": pooled(runs).bits_per_byte,
            "by_seed": [run.perplexity for run in runs],
        }

    def change(first: tuple[str, str], second: tuple[str, str]) -> dict[str, Any]:
        """By how many percent the first one's perplexity is above the second's."""
        between = perplexity_increase(pooled(found[first]), pooled(found[second]))
        each = zip(found[first], found[second], strict=True)
        by_seed = [100 * (mine.perplexity / other.perplexity - 1) for mine, other in each]
        return asdict(between) | {"by_seed": by_seed}

    taken, drawn, _ = STUDENTS
    write_json(
        Path(__file__).with_suffix(".json"),
        {
            "data": load_text().name,
            "documents": len(teacher.names),
            "tokens": sum(teacher.tokens),
            "teacher_sha256": digest,
            "seeds": list(SEEDS[: len(found[taken, "distilled"])]),
            "recipe": RECIPE | {"steps": STEPS, "temperature": TEMPERATURE, "alpha": ALPHA},
            "costs": costs,
            "teacher": line([teacher]) | {"parameters": parameter_count(language_model())},
            "students": {
                name: {
                    "architecture": architecture,
                    "parameters": parameter_count(language_model(**architecture)),
                    "steps_at_equal_seconds": longer[name],
                    "runs": {way: line(found[name, way]) for way in ("alone", "distilled", "alone, equal seconds")},
                    "distilled_over_alone_percent": {
                        "equal steps": change((name, "distilled"), (name, "alone")),
                        "equal seconds": change((name, "distilled"), (name, "alone, equal seconds")),
                    },
                }
                for name, architecture in STUDENTS.items()
            },
            "from_the_teacher_over_random_percent": {
                way: change((taken, way), (drawn, way)) for way in ("alone", "distilled")
            },
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "machine": machine().to_dict(),
        },
    )


if __name__ == "__main__":
    main()
