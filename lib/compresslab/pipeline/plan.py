"""Before any work starts: whether the stages can follow one another, what they will make, and what that costs."""

import copy
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import torch
from torch import nn

from compresslab.arguments import whole
from compresslab.cost import format_bytes, parameter_count
from compresslab.data import Batches, Dataset
from compresslab.errors import InputError
from compresslab.identity import fingerprint
from compresslab.modes import evaluating
from compresslab.pipeline.quantized import is_quantized, weight_bytes, without_quantizers
from compresslab.pipeline.stages import STAGES, Stage
from compresslab.training import Recipe, cross_entropy, evaluate
from compresslab.training.fit import private_randomness, training_batches
from compresslab.training.state import State
from compresslab.training.step import train_step

_TIMED = 3  # batches; the first, which also allocates, isn't counted


def check(stages: Sequence[Stage], *, trained: bool) -> None:
    """Refuse what can't work, or would quietly waste an earlier stage.

    Args:
        stages: in their order.
        trained: whether the model that goes in is trained already.

    Raises:
        InputError: there is no stage; one is unknown, stands twice, or comes too early or too late; there is no trained
            original to learn from; a target can't be reached after an earlier stage; a recipe doesn't suit a
            quantized model.

    >>> from compresslab.pipeline.stages import prune
    >>> check([prune(0.8)], trained=False)
    Traceback (most recent call last):
    compresslab.errors.InputError: stage 'prune' comes before any training: begin with train(...), or pass trained=True.
    """
    if not stages:
        raise InputError("stages is empty: give at least one.")
    for number, each in enumerate(stages):
        if not isinstance(each, Stage):
            raise InputError(f"stages[{number}]={each!r} is no Stage: make it with one of {', '.join(STAGES)}.")
        if each.kind not in STAGES:
            raise InputError(f"stage {each.name!r} is of the kind {each.kind!r}: choose from {', '.join(STAGES)}.")
    _check_names(stages)
    _check_training(stages, trained=trained)
    _check_targets(stages)
    _check_precision(stages)


def rehearse(
    model: nn.Module, stages: Sequence[Stage], dataset: Dataset, *, trained: bool, target_bytes: int | None = None
) -> list[nn.Module]:
    """What each stage would start to train: all changes made in a row, and nothing trained.

    Shapes and bytes are those of the real run; which weights and channels go is not.

    Args:
        model, stages, dataset, trained, target_bytes: of `run_pipeline`.

    Raises:
        InputError: as `check`; or a change fails, modifies its input, or leads to a model that doesn't give a logit for
            each class; or the target is out of reach.

    >>> from compresslab.data import load
    >>> from compresslab.models import mlp
    >>> from compresslab.pipeline.stages import prune_channels
    >>> stages = [prune_channels(0.5, torch.zeros(1, 1, 8, 8))]
    >>> rehearse(mlp(hidden=[32]), stages, load("digits"), trained=True)[0].get_submodule("1")
    Linear(in_features=64, out_features=16, bias=True)
    """
    check(stages, trained=trained)
    if is_quantized(model):
        raise InputError("the model is quantized already: begin with the one in floating point.")
    if target_bytes is not None:
        whole(target_bytes=target_bytes)
    images = dataset.normalize(dataset.validation.images[:2])
    starts = []
    for each, start in _changes(model, stages):
        with evaluating(start), torch.no_grad():
            logits = start(images)
        wanted = (len(images), len(dataset.classes))
        if tuple(logits.shape) != wanted:
            raise InputError(
                f"after stage {each.name!r} the model gives {tuple(logits.shape)} for {wanted[0]} images of "
                f"{dataset.name}: expected logits {wanted}."
            )
        starts.append(start)
    least = weight_bytes(starts[-1])
    if target_bytes is not None and least > target_bytes:
        raise InputError(
            f"target_bytes={target_bytes} can't be reached: the weights alone end with {least} bytes. Remove more "
            "channels, or give the weights fewer bits."
        )
    return starts


@dataclass(frozen=True)
class Cost:
    """What a stage will do.

    Attributes:
        stage: its name.
        kind: what it does.
        epochs: at most; early stopping may need fewer.
        minutes: of training and validating for all of them, from batches that were timed here.
        parameters: that it leaves.
        weight_bytes: see `pipeline.weight_bytes`.

    >>> Cost("prune", "prune", epochs=2, minutes=0.5, parameters=1000, weight_bytes=4000).epochs
    2
    """

    stage: str
    kind: str
    epochs: int
    minutes: float
    parameters: int
    weight_bytes: int


@dataclass(frozen=True)
class DryRun:
    """What a pipeline will do, a line a stage; printed as a table.

    >>> print(DryRun((Cost("prune", "prune", epochs=2, minutes=0.5, parameters=1000, weight_bytes=4000),)))
    stage     epochs  minutes  parameters  weights
    1 prune        2     0.50       1,000  4 kB
    together       2     0.50
    """

    costs: tuple[Cost, ...]

    @property
    def epochs(self) -> int:
        """Of all stages, at most."""
        return sum(cost.epochs for cost in self.costs)

    @property
    def minutes(self) -> float:
        """Of all stages."""
        return sum(cost.minutes for cost in self.costs)

    def __str__(self) -> str:
        names = [f"{number} {cost.stage}" for number, cost in enumerate(self.costs, 1)]
        width = max(map(len, ("together", *names)))
        lines = [f"{'stage':<{width}}  epochs  minutes  parameters  weights"]
        for name, cost in zip(names, self.costs, strict=True):
            line = f"{name:<{width}}  {cost.epochs:>6}  {cost.minutes:>7.2f}  {cost.parameters:>10,}"
            lines.append(f"{line}  {format_bytes(cost.weight_bytes)}")
        return "\n".join([*lines, f"{'together':<{width}}  {self.epochs:>6}  {self.minutes:>7.2f}"])


def dry_run(
    model: nn.Module,
    stages: Sequence[Stage],
    dataset: Dataset,
    *,
    trained: bool = False,
    target_bytes: int | None = None,
    device: str | torch.device = "cpu",
) -> DryRun:
    """What `run_pipeline` would do with these arguments: epochs, minutes, bytes. Trains a few batches of each stage.

    Args:
        model, stages, dataset, trained, target_bytes, device: of `run_pipeline`; none is modified.

    Raises:
        InputError: as `rehearse`.

    >>> from compresslab.data import load
    >>> from compresslab.models import mlp
    >>> from compresslab.pipeline.stages import prune
    >>> from compresslab.training import Recipe
    >>> dry_run(mlp(), [prune(0.8, recipe=Recipe(epochs=3))], load("digits"), trained=True).epochs
    3
    """
    starts = rehearse(model, stages, dataset, trained=trained, target_bytes=target_bytes)
    costs = []
    for each, start in zip(stages, starts, strict=True):
        seconds = 0.0
        if each.recipe is not None:
            teacher = None if each.soft is None else model
            seconds = each.epochs * _epoch_seconds(each, each.recipe, start, dataset, teacher, torch.device(device))
        costs.append(Cost(each.name, each.kind, each.epochs, seconds / 60, parameter_count(start), weight_bytes(start)))
    return DryRun(tuple(costs))


def start_of(stage: Stage, model: nn.Module, quantizing: Stage | None) -> nn.Module:
    """The model that a stage trains.

    Args:
        stage: the stage.
        model: what the stage before it made.
        quantizing: the stage that has quantized it, if one has: its quantizers are put back after channels are cut.

    >>> from compresslab.pipeline.stages import prune
    >>> int((start_of(prune(0.5), nn.Linear(2, 1), None).weight == 0).sum())
    1
    """
    if stage.kind == "prune_channels" and quantizing is not None:
        return quantizing.change(stage.change(without_quantizers(model)))
    return stage.change(model)


def _changes(model: nn.Module, stages: Sequence[Stage]) -> Iterator[tuple[Stage, nn.Module]]:
    quantizing, model = None, copy.deepcopy(model)  # which a careless change may modify
    for each in stages:
        before = fingerprint(model)
        try:
            start = start_of(each, model, quantizing)
        except InputError as error:
            raise InputError(f"stage {each.name!r}: {error}") from error
        if fingerprint(model) != before:
            raise InputError(f"stage {each.name!r} modified the model that it was given: its change must copy it.")
        quantizing = each if each.kind == "quantize" else quantizing
        model = start
        yield each, model


def _check_names(stages: Sequence[Stage]) -> None:
    names = [each.name for each in stages]
    for name in names:
        if not name or name != name.strip(". ") or set(name) & set('/\\:*?"<>|'):
            raise InputError(f"stage name {name!r} can't name a folder: use letters, digits, +, - and _.")
        if names.count(name) > 1:
            raise InputError(f"stage {name!r} stands twice: leave one out, or give one another name=.")


def _check_training(stages: Sequence[Stage], *, trained: bool) -> None:
    for number, each in enumerate(stages):
        if each.kind == "train" and (number or trained):
            why = f"it comes after {stages[0].name!r}" if number else "the model is trained already"
            raise InputError(f"stage {each.name!r} trains from scratch, but {why}: put it first, or use fine_tune.")
    first = stages[0]
    if first.kind == "train" or trained:
        return
    if any(each.soft for each in stages):
        raise InputError(
            f"stage {first.name!r} comes before any training, and there is no teacher: begin with train(...), or pass "
            "trained=True."
        )
    raise InputError(f"stage {first.name!r} comes before any training: begin with train(...), or pass trained=True.")


def _check_targets(stages: Sequence[Stage]) -> None:
    compressed, sparsity, quantizing = "", 0.0, ""
    for each in stages:
        if each.kind == "distil" and each.fresh and compressed:
            raise InputError(
                f"stage {each.name!r} begins with a new student, which drops what {compressed!r} did: put it before."
            )
        if each.kind == "prune":
            wanted = float(each.settings["sparsity"])
            if wanted <= sparsity:
                raise InputError(
                    f"stage {each.name!r} can't reach sparsity={wanted}: {sparsity} is removed before it, and stays so."
                )
            sparsity = wanted
        if each.kind == "quantize":
            if quantizing:
                raise InputError(f"stage {each.name!r} quantizes what {quantizing!r} has quantized: leave one out.")
            quantizing = each.name
        if each.kind in ("prune", "prune_channels", "quantize"):
            compressed = compressed or each.name


def _check_precision(stages: Sequence[Stage]) -> None:
    quantized = False
    for each in stages:
        quantized = quantized or each.kind == "quantize"
        if quantized and each.recipe is not None and each.recipe.precision != "fp32":
            raise InputError(
                f"stage {each.name!r} trains a quantized model with precision={each.recipe.precision!r}, which would "
                'round a second time: give its recipe precision="fp32".'
            )


def _epoch_seconds(
    stage: Stage, recipe: Recipe, start: nn.Module, dataset: Dataset, teacher: nn.Module | None, device: torch.device
) -> float:
    """Of training and validation, by a few batches of each."""
    if stage.soft is None or teacher is None:
        objective = cross_entropy(recipe.label_smoothing)
    else:
        objective = stage.soft.objective(teacher)
    batches = training_batches(dataset, recipe)
    state = State(start, recipe, steps_per_epoch=len(batches), device=device)
    state.model.train()
    training = []
    with private_randomness(device):
        stream = batches.epoch(0)
        for _ in range(min(_TIMED, len(batches))):
            began = time.perf_counter()
            train_step(state, next(stream), objective)
            state.settle()  # waits for the device
            training.append(time.perf_counter() - began)
    validation = Batches(dataset, dataset.validation, max(256, recipe.batch_size))
    began = time.perf_counter()
    evaluate(state.model, [next(iter(validation))], device=device, precision=recipe.precision)
    validating = time.perf_counter() - began
    return len(batches) * median(training[1:] or training) + len(validation) * validating
