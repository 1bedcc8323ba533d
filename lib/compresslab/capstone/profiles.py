"""How much work the capstone does: every setting of a run in one place."""

from dataclasses import dataclass
from typing import Any

from compresslab.arguments import one_of
from compresslab.training import Recipe


@dataclass(frozen=True)
class Profile:
    """The settings of a capstone run.

    Attributes:
        name: as given on the command line.
        width: channels of the baseline ResNet-18's first stage.
        student_width: the same for the distilled student.
        baseline: trains the baseline from scratch.
        finetune: recovers a network after its weights were pruned.
        distil: trains the student from scratch on the baseline's answers.
        sparsity: share of the baseline's weights that pruning removes.
        student_sparsity: the same for the student, which has less to spare.
        temperature, alpha: of the distillation loss; alpha weighs the soft term.
        calibration_images: training images that set the ranges of int8 activations.
        rounds: of the interleaved benchmark with one image a call.
        batch_rounds: the same with `batch_size` images a call.
        batch_size: images a call in the throughput benchmark.
        images: (train, validation, test) images to use, None for all.
        tolerance_points: accuracy that the exported model may lose, in percentage points of the validation split.

    >>> quick = profile("quick")
    >>> quick.width, quick.baseline.epochs, quick.sparsity
    (16, 10, 0.8)
    """

    name: str
    width: int
    student_width: int
    baseline: Recipe
    finetune: Recipe
    distil: Recipe
    sparsity: float = 0.8
    student_sparsity: float = 0.5
    temperature: float = 4.0
    alpha: float = 0.9
    calibration_images: int = 512
    rounds: int = 200
    batch_rounds: int = 20
    batch_size: int = 64
    images: tuple[int, int, int] | None = None
    tolerance_points: float = 2.0

    def to_dict(self) -> dict[str, Any]:
        """All settings by name, as a run's files hold them.

        >>> profile("quick").to_dict()["distil"]["epochs"]
        10
        """
        return {name: value.settings() if isinstance(value, Recipe) else value for name, value in vars(self).items()}


def profile(name: str, *, seed: int = 0) -> Profile:
    """The profile of that name, its recipes seeded.

    Raises:
        InputError: there is no such profile.

    >>> profile("smoke", seed=3).baseline.seed
    3
    """
    make = {"smoke": _smoke, "quick": _quick, "full": _full}
    one_of(make, profile=name)
    return make[name](seed)


def _smoke(seed: int) -> Profile:
    """Seconds: shows that everything works, and that is all its numbers are good for."""
    one = Recipe(epochs=1, batch_size=64, learning_rate=0.05, seed=seed)
    return Profile(
        "smoke", width=8, student_width=4, baseline=one, finetune=one, distil=one,
        calibration_images=64, rounds=10, batch_rounds=3, batch_size=16, images=(640, 200, 400),
    )  # fmt: skip


def _quick(seed: int) -> Profile:
    """Minutes on two CPU cores: a quarter of the paper's width."""
    return Profile(
        "quick",
        width=16,
        student_width=8,
        baseline=Recipe(epochs=10, batch_size=128, learning_rate=0.1, seed=seed),
        finetune=Recipe(epochs=4, batch_size=128, learning_rate=0.02, warmup=0.1, seed=seed + 1),
        distil=Recipe(epochs=10, batch_size=128, learning_rate=0.1, seed=seed + 2),
    )


def _full(seed: int) -> Profile:
    """Hours on a CPU, minutes on a GPU: the paper's width."""
    return Profile(
        "full",
        width=64,
        student_width=24,
        baseline=Recipe(epochs=30, batch_size=128, learning_rate=0.1, seed=seed),
        finetune=Recipe(epochs=8, batch_size=128, learning_rate=0.02, warmup=0.1, seed=seed + 1),
        distil=Recipe(epochs=40, batch_size=128, learning_rate=0.1, seed=seed + 2),
        calibration_images=1024,
        batch_rounds=30,
    )
