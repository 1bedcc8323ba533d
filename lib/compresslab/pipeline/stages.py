"""Stages as functions: each makes a `Stage`, which is a function from a model to a new model with its settings bound.

A stage changes a copy of the model (masks it, cuts channels out, inserts quantizers, or does nothing), and may then
train it: on the labels, or on the answers of the teacher as well. A pipeline is a list of them, in any order that
makes sense; `plan.check` says which don't.

Reference:
    Han, Mao and Dally 2016, "Deep Compression" (stages in a row, each trained before the next).
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from torch import Tensor, nn

from compresslab.arguments import one_of, positive, share
from compresslab.distillation import TeacherCache, cached_objective, distillation_objective, frozen
from compresslab.errors import InputError
from compresslab.identity import fingerprint
from compresslab.pruning import prune_global_magnitude
from compresslab.pruning.structured import prune_structured
from compresslab.quantization import BitWidths, RangeMethod, prepare_for_training
from compresslab.training import Recipe
from compresslab.training.step import Objective

Kind = Literal["train", "fine_tune", "prune", "prune_channels", "distil", "quantize"]


@dataclass(frozen=True)
class Soft:
    """That a stage trains on the teacher's answers too; see `distillation_loss`.

    Attributes:
        temperature, alpha: of the loss; alpha weighs the teacher's answers, 1 - alpha the labels.
        answers: the teacher's, kept: no step then asks it anew. The stage's recipe needs the `views` of the cache. None
            asks the teacher in every step.

    Raises:
        InputError: a setting is out of its range.

    >>> Soft(alpha=0.5)
    Soft(temperature=4.0, alpha=0.5)
    """

    temperature: float = 4.0
    alpha: float = 0.9
    answers: TeacherCache | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        positive(temperature=self.temperature)
        share(alpha=self.alpha, hint="0 is labels only, 1 teacher only")

    def objective(self, teacher: nn.Module) -> Objective:
        """What a stage minimises that learns from this teacher.

        Raises:
            InputError: the kept answers are another teacher's.

        >>> import torch
        >>> from compresslab.data import Batch
        >>> batch = Batch(torch.zeros(1, 2), labels=torch.tensor([0]), ids=torch.tensor([0]))
        >>> loss, _ = Soft(alpha=1.0).objective(nn.Linear(2, 2))(nn.Linear(2, 2), batch)
        >>> loss.requires_grad
        True
        """
        if self.answers is None:
            return distillation_objective(teacher, temperature=self.temperature, alpha=self.alpha)
        if self.answers.teacher != fingerprint(frozen(teacher)):
            raise InputError(f"{self.answers.folder} has the answers of another teacher than this pipeline's original.")
        return cached_objective(self.answers, temperature=self.temperature, alpha=self.alpha)


@dataclass(frozen=True)
class Stage:
    """One step of a pipeline.

    Attributes:
        kind: what it does.
        change: from the model so far to a new model, which the stage then trains; must not modify its input.
        name: of its folder, its line in the history, and in errors; no two stages of a pipeline share it.
        recipe: of its training, with the patience after which it stops early; None trains nothing.
        soft: trains on the teacher's answers as well; None on the labels alone.
        settings: of the change, as JSON can hold them.
        fresh: it begins with an untrained network: no zero of it is a removed weight.

    >>> halve = Stage("fine_tune", copy.deepcopy, name="again", recipe=Recipe(epochs=1, patience=1))
    >>> halve.epochs
    1
    """

    kind: Kind
    change: Callable[[nn.Module], nn.Module]
    name: str
    recipe: Recipe | None = None
    soft: Soft | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = False

    @property
    def epochs(self) -> int:
        """At most."""
        return 0 if self.recipe is None else self.recipe.epochs


def train(recipe: Recipe, *, name: str = "train") -> Stage:
    """Train the model, which is untrained; only at the start. What comes out is the original: the teacher.

    >>> train(Recipe(epochs=2)).kind
    'train'
    """
    return Stage("train", copy.deepcopy, name, _checked(recipe), fresh=True)


def fine_tune(recipe: Recipe, *, soft: Soft | None = None, name: str = "fine_tune") -> Stage:
    """Train on, with masks and quantizers as they are.

    >>> fine_tune(Recipe(epochs=2), soft=Soft()).soft
    Soft(temperature=4.0, alpha=0.9)
    """
    return Stage("fine_tune", copy.deepcopy, name, _checked(recipe), soft)


def prune(sparsity: float, *, recipe: Recipe | None = None, soft: Soft | None = None, name: str = "prune") -> Stage:
    """Unstructured: the smallest weights of all layers become zeros, and stay zeros in all later stages.

    Args:
        sparsity: share of the weights of convolutions and linear layers, above 0 and below 1, with those counted that
            are zero already.
        recipe, soft, name: of `Stage`.

    Raises:
        InputError: the sparsity is out of its range.

    >>> model = prune(0.75).change(nn.Linear(4, 2))
    >>> int((model.weight == 0).sum())
    6
    """
    share(zero=False, one=False, sparsity=sparsity, hint="the share of weights to remove")
    change = partial(prune_global_magnitude, sparsity=sparsity)
    return Stage("prune", change, name, _checked(recipe, required=False), soft, {"sparsity": sparsity})


def prune_channels(
    ratio: float,
    example: Tensor,
    *,
    round_to: int = 1,
    recipe: Recipe | None = None,
    soft: Soft | None = None,
    name: str = "prune_channels",
) -> Stage:
    """Structured: a share of every group's channels is cut out, those of the smallest norm.

    A quantized model is cut in floating point. The pipeline then quantizes it again as before, with new ranges.

    Args:
        ratio: share of the channels, above 0 and below 1.
        example: an input such as images (1, C, H, W); its values don't matter.
        round_to: channels are kept in multiples of it, as engines like them.
        recipe, soft, name: of `Stage`.

    Raises:
        InputError: the ratio is out of its range.

    >>> import torch
    >>> prune_channels(0.5, torch.zeros(1, 2)).change(nn.Sequential(nn.Linear(2, 4), nn.Linear(4, 1)))[0]
    Linear(in_features=2, out_features=2, bias=True)
    """
    share(zero=False, one=False, ratio=ratio, hint="the share of channels to remove")
    change = partial(prune_structured, example=example, ratio=ratio, round_to=round_to)
    settings = {"ratio": ratio, "round_to": round_to}
    return Stage("prune_channels", change, name, _checked(recipe, required=False), soft, settings)


def distil(
    recipe: Recipe,
    *,
    student: nn.Module | None = None,
    temperature: float = 4.0,
    alpha: float = 0.9,
    answers: TeacherCache | None = None,
    name: str = "distil",
) -> Stage:
    """Train on the original's answers: the model as it is, or an untrained student in its place.

    Args:
        recipe, name: of `Stage`.
        student: of any architecture with the original's classes; copied now. A student knows nothing of the stages
            before, so it must come before those that compress. None trains the model so far.
        temperature, alpha, answers: of `Soft`.

    Raises:
        InputError: a setting is out of its range.

    >>> distil(Recipe(epochs=1), student=nn.Linear(2, 3)).change(nn.Linear(20, 3))
    Linear(in_features=2, out_features=3, bias=True)
    """
    soft = Soft(temperature, alpha, answers)
    if student is None:
        return Stage("distil", copy.deepcopy, name, _checked(recipe), soft)
    untrained = copy.deepcopy(student)
    return Stage("distil", partial(_instead, untrained), name, _checked(recipe), soft, fresh=True)


def quantize(
    calibration: Iterable[Tensor],
    *,
    bits: BitWidths = BitWidths(),  # noqa: B008  frozen
    ranges: RangeMethod = "min_max",
    scales: Literal["follow", "fixed", "learned"] = "follow",
    recipe: Recipe | None = None,
    soft: Soft | None = None,
    name: str = "quantize",
) -> Stage:
    """Insert quantizers. Without a recipe that is post-training quantization, with one it is quantization-aware.

    In later stages the model stays quantized. What is removed stays zero in integers too: their zero is exact.

    Args:
        calibration: batches of training images (N, ...), normalised.
        bits, ranges, scales: as in `prepare_for_training`.
        recipe, soft, name: of `Stage`; the recipe's precision is "fp32", as bfloat16 would round a second time.

    >>> import torch
    >>> model = quantize([torch.rand(8, 4)], bits=BitWidths(weights=4)).change(nn.Sequential(nn.Linear(4, 2)))
    >>> model.get_submodule("0").weight_quantizer.format.bits
    4
    """
    change = partial(prepare_for_training, calibration=list(calibration), bits=bits, ranges=ranges, scales=scales)
    settings = {"weights": bits.weights, "activations": bits.activations, "ranges": ranges, "scales": scales}
    return Stage("quantize", change, name, _checked(recipe, required=False), soft, settings)


STAGES: Mapping[Kind, Callable[..., Stage]] = {
    "train": train,
    "fine_tune": fine_tune,
    "prune": prune,
    "prune_channels": prune_channels,
    "distil": distil,
    "quantize": quantize,
}


def stage(kind: str, *arguments: Any, **settings: Any) -> Stage:
    """The stage of that kind, as a file of settings or a command line names it.

    Raises:
        InputError: there is no such kind, or it doesn't take these settings.

    >>> stage("prune", sparsity=0.5).settings
    {'sparsity': 0.5}
    """
    one_of(STAGES, stage=kind)
    try:
        return STAGES[kind](*arguments, **settings)  # type: ignore[index]  # one_of has looked
    except TypeError as error:
        raise InputError(f"stage {kind!r}: {error}.") from error


def _checked(recipe: Recipe | None, *, required: bool = True) -> Recipe | None:
    if isinstance(recipe, Recipe) or (recipe is None and not required):
        return recipe
    raise InputError(f"recipe={recipe!r} must be a Recipe, which says for how many epochs the stage trains.")


def _instead(student: nn.Module, model: nn.Module) -> nn.Module:
    return copy.deepcopy(student)
