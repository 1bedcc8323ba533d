"""What the capstone's reference makes of its baseline: how much of it, and by which stages.

Q is quantization-aware training to 8 bits (untrained: the rounding alone), P iterative magnitude pruning, S the removal
of channels, D a light student that learns from the baseline. In a row each stage trains on the labels; D, and all that
is made of the student, on the baseline's answers as well, which are asked once and kept. Jointly there is one training,
from the baseline or from the distilled student, as long as the stages that it stands for.
Everything runs through `compresslab.pipeline`, so that a killed run goes on where it stopped.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.data import Batches, Dataset, load
from compresslab.distillation import TeacherCache, cache_teacher, frozen
from compresslab.distillation.teachers import answers
from compresslab.joint import finish, prepare_jointly
from compresslab.models import load_baseline, resnet18, staged_resnet
from compresslab.pipeline import (
    Soft,
    Stage,
    StageResult,
    distil,
    dry_run,
    prune,
    prune_channels,
    quantize,
    run_pipeline,
    run_stage,
)
from compresslab.pruning import advance, iterative_sparsities
from compresslab.quantization import BitWidths
from compresslab.training import Fitted, Recipe, autocast, cross_entropy, fit
from compresslab.training.fit import training_batches

SEED = 0
BITS = BitWidths()


@dataclass(frozen=True)
class Profile:
    """How much work is done.

    Attributes:
        name: as given on the command line.
        data: as `data.load` takes it; None is given on the command line.
        images: (train, validation, test) images to use; None for all.
        tune_images: training images for what is made of the baseline itself; its student sees all.
        student: untrained.
        baseline: trained.
        distil: trains the student, in some fixed `views` of each image.
        tune: recovers a network, for one epoch, in a round of pruning.
        aware: trains a quantized one.
        cut: recovers a network that has lost channels.
        sparsity, rounds: of iterative pruning.
        ratio: share of the channels that structured pruning removes.
        temperature, alpha: of the distillation loss.
        climb: share of the steps of a joint training in which its masks become sparse.
        calibration_images: set the ranges of activations.
        rounds_of_one, rounds_of_many: of the timing, with 1 image and `many` images a call.
        many: images a call.
    """

    name: str
    data: str | None
    images: tuple[int, int, int] | None
    tune_images: int | None
    student: Callable[[], nn.Module]
    baseline: Callable[[Dataset], nn.Module]
    distil: Recipe
    tune: Recipe
    aware: Recipe
    cut: Recipe
    sparsity: float = 0.8
    rounds: int = 3
    ratio: float = 0.5
    temperature: float = 4.0
    alpha: float = 0.9
    climb: float = 0.5
    calibration_images: int = 512
    rounds_of_one: int = 200
    rounds_of_many: int = 12
    many: int = 64


def shipped_baseline(dataset: Dataset) -> nn.Module:
    """The network of width 64 that the course ships."""
    return load_baseline(width=64).model


def tiny_baseline(dataset: Dataset) -> nn.Module:
    """A network to try the scripts with, trained for seconds."""
    torch.manual_seed(SEED)
    recipe = Recipe(epochs=8, batch_size=32, learning_rate=0.05, precision="fp32", seed=SEED)
    return fit(resnet18(width=8), dataset, recipe, progress=False).model


PROFILES = {
    "smoke": Profile(
        "smoke",
        data="digits32",
        images=(640, 200, 400),
        tune_images=320,
        student=lambda: resnet18(width=4),
        baseline=tiny_baseline,
        distil=Recipe(epochs=2, batch_size=64, learning_rate=0.05, views=1),
        tune=Recipe(epochs=1, batch_size=64, learning_rate=0.02),
        aware=Recipe(epochs=1, batch_size=64, learning_rate=0.005, precision="fp32"),
        cut=Recipe(epochs=1, batch_size=64, learning_rate=0.02),
        rounds=2,
        calibration_images=64,
        rounds_of_one=10,
        rounds_of_many=3,
        many=16,
    ),
    "full": Profile(
        "full",
        data=None,
        images=None,
        tune_images=8_000,
        student=lambda: staged_resnet(widths=(24, 48, 96, 136), blocks=2),  # the largest that meets shapes.json's goal
        baseline=shipped_baseline,
        distil=Recipe(epochs=24, learning_rate=0.1, views=6),
        tune=Recipe(epochs=1, learning_rate=0.02, warmup=0.1),
        aware=Recipe(epochs=2, learning_rate=0.005, warmup=0.1, precision="fp32"),
        cut=Recipe(epochs=12, learning_rate=0.02, warmup=0.1),
    ),
}


@dataclass(frozen=True)
class Joint:
    """A joint training, as a dry run and the real one take it.

    Attributes:
        of: techniques, such as "QP".
        start: the network that it begins with.
        dataset: to train on.
        recipe: its epochs are those of the stages that it stands for.
    """

    of: str
    start: nn.Module
    dataset: Dataset
    recipe: Recipe


@dataclass(frozen=True)
class Made:
    """A variant.

    Attributes:
        model: in evaluation mode.
        stages: all that led to it from the baseline, as name, epochs and minutes of training.
    """

    model: nn.Module
    stages: list[dict[str, Any]]


class Workshop:
    """Makes all variants of a profile in a folder.

    Args:
        profile: how much.
        archive: the data where the profile names none.
        title: of that data.
        folder: of everything that is kept.
    """

    def __init__(self, profile: Profile, archive: str | None, title: str | None, folder: Path) -> None:
        self.profile, self.folder = profile, folder
        self.dataset = load(profile.data or f"imagefolder:{archive}", title=None if profile.data else title)
        if profile.images is not None:
            train, validation, test = profile.images
            self.dataset = self.dataset.subset(train=train, validation=validation, test=test, seed=SEED)
        self.part = self.dataset.subset(train=profile.tune_images, seed=SEED) if profile.tune_images else self.dataset
        self.baseline = profile.baseline(self.dataset).eval()
        self.example = torch.zeros(1, self.dataset.channels, self.dataset.image_size, self.dataset.image_size)

    def answers(self) -> TeacherCache:
        """What the baseline says of every training image, in every view: asked once, and kept."""
        batches = training_batches(self.dataset, self.profile.distil)
        return cache_teacher(self.baseline, batches, self.folder / "baseline-answers", progress=False)

    def chains(self, soft: Soft | None) -> dict[str, tuple[Dataset, list[Stage]]]:
        """The variants in a row: the data that their stages see, and the stages. Equal beginnings are done once.

        Args:
            soft: how the student, and what is made of it, learns from the baseline.
        """
        p = self.profile
        sparsities = iterative_sparsities(p.sparsity, p.rounds)

        def pruned() -> list[Stage]:
            return [
                prune(each, recipe=self.seeded(p.tune, number), name=f"prune-{number}")
                for number, each in enumerate(sparsities, start=1)
            ]

        def aware(name: str) -> Stage:
            return quantize(self.calibration(), ranges="mse", recipe=self.seeded(p.aware, 9), name=name)

        def rounded(name: str) -> Stage:
            return quantize(self.calibration(), ranges="mse", name=name)

        def of_student(stage: Stage) -> Stage:
            """It learns from the baseline's answers too, in the views in which they are kept."""
            recipe = replace(stage.recipe, views=p.distil.views, seed=p.distil.seed)
            return replace(stage, name=f"student-{stage.name}", recipe=recipe, soft=soft)

        cut = prune_channels(p.ratio, self.example, round_to=8, recipe=self.seeded(p.cut, 8), name="cut")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            student = replace(distil(p.distil, student=p.student(), name="student"), soft=soft)
        small = [of_student(each) for each in pruned()]
        rows = {
            "Q": (self.part, [aware("quantize")]),
            "D": (self.dataset, [student]),
            "Q+D": (self.dataset, [student, of_student(aware("quantize"))]),
            "Q+P+D": (self.dataset, [student, *small, of_student(aware("prune-quantize"))]),
            "P": (self.part, pruned()),
            "Q+P": (self.part, [*pruned(), aware("prune-quantize")]),
            "S": (self.part, [cut]),
            "Q+S": (self.part, [cut, aware("cut-quantize")]),
            "P+D": (self.dataset, [student, *small]),
            "Q, untrained": (self.part, [rounded("rounded")]),
            "Q+D, untrained": (self.dataset, [student, rounded("student-rounded")]),
        }
        return dict(rows)

    def soft(self) -> Soft:
        """How the student, and what is made of it, learns from the baseline."""
        return Soft(self.profile.temperature, self.profile.alpha, self.answers())

    def sequential(self, name: str) -> Made:
        """What the stages of a variant make of the baseline."""
        dataset, stages = self.chains(self.soft() if "D" in name else None)[name]
        made = run_pipeline(self.baseline, stages, dataset, folder=self.folder / "stages", trained=True, progress=False)
        return Made(made.stages[stages[-1].name].model, [_said(each, made.stages[each]) for each in made.stages])

    def joints(self, student: Callable[[], nn.Module]) -> dict[str, Joint]:
        """The variants that are trained at once. `student` gives the distilled student, as they begin with it.

        Q+D isn't among them: in a row its last stage learns from the answers while it rounds, which is the same.
        """
        p = self.profile
        epochs = {"Q": p.aware.epochs, "P": p.rounds * p.tune.epochs, "D": 0}

        def joint(of: str) -> Joint:
            base = p.aware if "Q" in of else p.tune
            recipe = replace(self.seeded(base, 7), epochs=sum(epochs[each] for each in of))
            if "D" not in of:
                return Joint(of, self.baseline, self.part, recipe)
            return Joint(of, student(), self.dataset, replace(recipe, views=p.distil.views, seed=p.distil.seed))

        return {f"{name}, joint": joint(name.replace("+", "")) for name in ("Q+P", "P+D", "Q+P+D")}

    def jointly(self, name: str) -> Made:
        """A variant that is trained at once."""
        small = self.sequential("D") if "D" in name else None
        made = self.joints(lambda: small.model if small else self.baseline)[name]
        objective = self.soft().objective(self.baseline) if "D" in made.of else cross_entropy()

        def make(checkpoint: Path) -> Fitted:
            fitted = fit(
                self._prepared(made), made.dataset, made.recipe, objective=objective,
                after_step=advance if "P" in made.of else None, checkpoint=checkpoint, progress=False,
            )  # fmt: skip
            return replace(fitted, model=finish(fitted.model))

        done = run_stage(
            self.folder / "stages" / f"joint-{made.of}",
            settings={
                "of": made.of,
                "recipe": made.recipe.settings(),
                "sparsity": self.profile.sparsity,
                "climb": self.profile.climb,
                "data": made.dataset.name,
            },
            depends_on={"start": made.start, "objective": objective},
            # A quantized graph is no architecture that a file names: it is made anew, and filled.
            skeleton=finish(self._prepared(replace(made, of="Q"))) if "Q" in made.of else None,
            make=make,
        )
        return Made(done.model, [*(small.stages if small else []), _said(name, done)])

    def costs(self) -> str:
        """Epochs and minutes of all that is trained, from a few batches of each; what several share counts once."""
        minutes = self._minutes_of_answers()
        lines = [f"{'answers of the baseline':<24}{self.profile.distil.views:>4} views  {minutes:>8.1f} minutes"]
        seen = set()
        for dataset, stages in self.chains(None).values():
            if stages[-1].name in seen:
                continue
            for cost in dry_run(self.baseline, stages, dataset, trained=True).costs:
                if cost.stage not in seen:
                    seen.add(cost.stage)
                    minutes += cost.minutes
                    lines.append(f"{cost.stage:<24}{cost.epochs:>4} epochs {cost.minutes:>8.1f} minutes")
        for name, made in self.joints(self.profile.student).items():
            stage = Stage("fine_tune", lambda model, made=made: self._prepared(replace(made, start=model)), "joint",
                          recipe=made.recipe)  # fmt: skip
            (cost,) = dry_run(made.start, [stage], made.dataset, trained=True).costs
            minutes += cost.minutes
            lines.append(f"{name:<24}{cost.epochs:>4} epochs {cost.minutes:>8.1f} minutes")
        return "\n".join([*lines, f"{'together':<24}{'':>11} {minutes:>8.1f} minutes"])

    def _minutes_of_answers(self) -> float:
        """To ask the baseline about every training image in every view, by a few batches."""
        recipe, teacher = self.profile.distil, frozen(self.baseline)
        batches = training_batches(self.dataset, recipe)
        stream, seconds = batches.epoch(0), []
        for _ in range(4):
            began = time.perf_counter()
            with autocast(recipe.precision, torch.device("cpu")):
                answers(teacher, next(stream).images)
            seconds.append(time.perf_counter() - began)
        return (recipe.views or 1) * len(batches) * statistics.median(seconds[1:]) / 60

    def calibration(self) -> list[Tensor]:
        """Training images, normalised: neither the split that chooses nor the one that reports may set the ranges."""
        chosen = self.part.train.select(torch.arange(self.profile.calibration_images))
        return [batch.images for batch in Batches(self.part, chosen, 64)]

    def _prepared(self, made: Joint) -> nn.Module:
        steps = made.recipe.epochs * len(training_batches(made.dataset, made.recipe))
        return prepare_jointly(
            made.start,
            self.calibration(),
            bits=BITS if "Q" in made.of else None,
            sparsity=self.profile.sparsity if "P" in made.of else 0.0,
            steps=max(1, round(self.profile.climb * steps)),
            every=10 if steps > 100 else 1,
            scales="follow",
            ranges="mse",
        )

    @staticmethod
    def seeded(recipe: Recipe, stage: int) -> Recipe:
        """Each stage goes through the images in an order of its own."""
        return replace(recipe, seed=100 * stage + SEED)


def _said(name: str, result: StageResult) -> dict[str, Any]:
    return {"stage": name, "epochs": len(result.history), "minutes": round(result.seconds / 60, 2)}
