"""The pipeline: stage after stage, each kept when it is done, and a history that begins with the untouched model."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import nn

from compresslab.cost import mac_count, parameter_count, sparsity
from compresslab.data import Batches, Dataset
from compresslab.errors import InputError
from compresslab.files import write_json
from compresslab.identity import fingerprint
from compresslab.pipeline.plan import rehearse, start_of
from compresslab.pipeline.quantized import is_quantized, weight_bytes
from compresslab.pipeline.stages import Stage
from compresslab.pipeline.stored import StageResult, run_stage
from compresslab.pruning import keep_masked, masks_of_zeros
from compresslab.training import Epoch, evaluate, fit
from compresslab.weights import describe

_HISTORY = "history.json"


@dataclass(frozen=True)
class Step:
    """One line of a pipeline's history: the model after a stage, or the untouched one.

    Attributes:
        stage: name of the stage; "original" is the model that went in, where that was trained.
        kind: of the stage; "" of the original.
        before: validation accuracy between the stage's change and its training, as a share; None of the original.
        accuracy: validation accuracy at the end.
        epochs: trained, fewer than planned where training stopped early.
        seconds: of these.
        parameters, macs: of the model, the latter for one image.
        zero_share: of the weights of convolutions and linear layers.
        weight_bytes: of these at their bits; see `pipeline.weight_bytes`.

    >>> Step("original", "", None, 0.9, 0, 0.0, 1000, 50_000, 0.0, 4000).accuracy
    0.9
    """

    stage: str
    kind: str
    before: float | None
    accuracy: float
    epochs: int
    seconds: float
    parameters: int
    macs: int
    zero_share: float
    weight_bytes: int


@dataclass(frozen=True)
class Compressed:
    """What a pipeline made.

    Attributes:
        original: the trained, uncompressed model, which taught.
        stages: by name, what each made, with its training history.
        history: from the untouched original on.

    >>> step = Step("original", "", None, 0.9, 0, 0.0, 1000, 50_000, 0.0, 4000)
    >>> after = Step("prune", "prune", 0.1, 0.85, 2, 9.0, 1000, 50_000, 0.8, 4000)
    >>> result = Compressed(nn.Linear(2, 1), {"prune": StageResult(nn.Linear(2, 1), ())}, (step, after))
    >>> round(result.points_lost, 1)
    5.0
    """

    original: nn.Module
    stages: dict[str, StageResult]
    history: tuple[Step, ...]

    @property
    def model(self) -> nn.Module:
        """After the last stage, in evaluation mode."""
        return list(self.stages.values())[-1].model

    @property
    def points_lost(self) -> float:
        """Validation accuracy of the untouched original less that after the last stage, in percentage points."""
        return 100 * (self.history[0].accuracy - self.history[-1].accuracy)


@dataclass(frozen=True)
class _Changed:
    """A model that no training followed."""

    model: nn.Module
    data: str
    history: tuple[Epoch, ...] = ()


def run_pipeline(
    model: nn.Module,
    stages: Sequence[Stage],
    dataset: Dataset,
    *,
    folder: str | os.PathLike[str],
    trained: bool = False,
    target_bytes: int | None = None,
    device: str | torch.device = "cpu",
    progress: bool = True,
) -> Compressed:
    """Run the stages in their order, or finish what an earlier run of them began.

    The teacher is always the original: the model that went in or, where that is untrained, what the first stage makes
    of it. What one stage has removed stays removed in all later ones. Validation data is looked at after each stage,
    and the test split never.

    Args:
        model: not modified, which is checked after every stage.
        stages: made by the functions of `pipeline.stages`.
        dataset: to train and validate on.
        folder: each stage keeps in a folder of its name the model (safetensors), its settings and epochs, and the
            history so far (JSON). A stage that is complete there is loaded; a training that was cut off goes on from
            its last checkpoint. Pipelines that begin alike can share a folder, and with it those stages.
        trained: whether `model` is trained; otherwise the first stage must be `train`.
        target_bytes: refuse, before any work, stages whose weights alone end larger.
        device: to train on. Models come back on the CPU.
        progress: show a bar for every epoch.

    Raises:
        InputError: as `rehearse`, before any work starts; or the folder holds a stage of that name made otherwise.
        TrainingDiverged: a stage's loss is not finite. The stages before it are kept.

    >>> from tempfile import TemporaryDirectory
    >>> from compresslab.data import load
    >>> from compresslab.models import mlp
    >>> from compresslab.pipeline.stages import prune, train
    >>> from compresslab.training import Recipe
    >>> digits, one = load("digits"), Recipe(epochs=1)
    >>> with TemporaryDirectory() as folder:
    ...     stages = [train(one), prune(0.8, recipe=one)]
    ...     result = run_pipeline(mlp(), stages, digits, folder=folder, progress=False)
    >>> [(step.stage, round(step.zero_share, 2)) for step in result.history]
    [('train', 0.0), ('prune', 0.8)]
    """
    rehearse(model, stages, dataset, trained=trained, target_bytes=target_bytes)
    describe(model)  # a class that no file can name would be noticed after the first training
    untouched, current, quantizing = fingerprint(model), model, None
    original = model if trained else None
    history = [_step("original", "", model, dataset, device)] if trained else []
    results = {}
    for stage in stages:
        before = fingerprint(current)
        start = start_of(stage, current, quantizing)
        made = _run(Path(folder), stage, start, original, history, dataset, device, progress)
        if (fingerprint(current), fingerprint(model)) != (before, untouched):
            raise InputError(f"stage {stage.name!r} modified the model that it was given: its change must copy it.")
        history.append(_read_history(Path(folder, stage.name, _HISTORY)))
        quantizing = stage if stage.kind == "quantize" else quantizing
        current, results[stage.name] = made.model, made
        original = made.model if original is None else original
    assert original is not None  # the first stage has trained one
    return Compressed(original, results, tuple(history))


def _run(
    folder: Path,
    stage: Stage,
    start: nn.Module,
    original: nn.Module | None,
    history: Sequence[Step],
    dataset: Dataset,
    device: str | torch.device,
    progress: bool,
) -> StageResult:
    objective = after_step = None
    if stage.soft is not None:
        assert original is not None  # `check` has asked for it
        objective = stage.soft.objective(original)
    if not stage.fresh:  # an untrained layer may begin at zero, and must be free to leave it
        masks = {name: mask for name, mask in masks_of_zeros(start).items() if not mask.all()}
        after_step = keep_masked(masks) if masks else None

    def make(checkpoint: Path) -> _Changed:
        began = evaluate(start, Batches(dataset, dataset.validation, 256), device=device).accuracy
        if stage.recipe is None:
            made = _Changed(start.eval(), dataset.name)
        else:
            fitted = fit(
                start, dataset, stage.recipe, objective=objective, after_step=after_step, checkpoint=checkpoint,
                device=device, progress=progress, name=stage.name,
            )  # fmt: skip
            made = _Changed(fitted.model, fitted.data, fitted.history)
        step = _step(stage.name, stage.kind, made.model, dataset, device, began, made.history)
        write_json(folder / stage.name / _HISTORY, [asdict(line) for line in (*history, step)])
        return made

    return run_stage(
        folder / stage.name,
        settings={
            "kind": stage.kind,
            **stage.settings,
            "recipe": None if stage.recipe is None else stage.recipe.settings(),
            "data": dataset.name,
            "images": len(dataset.train),
        },
        depends_on={"start": start, "objective": objective, "after_step": after_step},
        # A graph with quantizers is described by the stages that made it, and rebuilt by them.
        skeleton=start if is_quantized(start) else None,
        make=make,
    )


def _step(
    name: str,
    kind: str,
    model: nn.Module,
    dataset: Dataset,
    device: str | torch.device,
    before: float | None = None,
    epochs: Sequence[Epoch] = (),
) -> Step:
    return Step(
        stage=name,
        kind=kind,
        before=before,
        accuracy=evaluate(model, Batches(dataset, dataset.validation, 256), device=device).accuracy,
        epochs=len(epochs),
        seconds=sum(epoch.seconds for epoch in epochs),
        parameters=parameter_count(model),
        macs=mac_count(model, (1, dataset.channels, dataset.image_size, dataset.image_size)),
        zero_share=sparsity(model).weights,
        weight_bytes=weight_bytes(model),
    )


def _read_history(path: Path) -> Step:
    """The last line of a stage's history."""
    try:
        line: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))[-1]
        if line.keys() != {field.name for field in fields(Step)}:
            raise ValueError("other fields")
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is damaged: delete its folder to run the stage again.") from error
    return Step(**line)
