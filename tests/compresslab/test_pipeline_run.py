"""Pipelines: any order, what is removed stays removed, the original teaches and is untouched, killed runs go on."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import compresslab.pipeline.stages as made_of
from compresslab.cost import mac_count
from compresslab.data import Batches, Dataset, load
from compresslab.distillation import TeacherCache, cache_teacher
from compresslab.errors import InputError
from compresslab.identity import fingerprint
from compresslab.models import mlp, small_cnn
from compresslab.pipeline import (
    Soft,
    Stage,
    distil,
    dry_run,
    fine_tune,
    is_quantized,
    prune,
    prune_channels,
    quantize,
    run_pipeline,
    stage,
    train,
    weight_bytes,
    without_quantizers,
)
from compresslab.quantization import BitWidths, QuantizedLayer, prepare_for_training
from compresslab.training import Recipe, evaluate, fit
from compresslab.training.fit import training_batches

ONE = Recipe(epochs=1, batch_size=64, learning_rate=0.02, precision="fp32")
EXAMPLE = torch.zeros(1, 1, 8, 8)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits").subset(train=256, validation=100)


@pytest.fixture(scope="module")
def trained(digits: Dataset) -> nn.Module:
    torch.manual_seed(0)
    recipe = replace(ONE, epochs=6, learning_rate=0.1)
    return fit(small_cnn(width=4), digits, recipe, progress=False).model


def stages(digits: Dataset) -> dict[str, Stage]:
    calibration = [digits.normalize(digits.train.images[:64])]
    return {
        "prune": prune(0.8, recipe=ONE),
        "channels": prune_channels(0.5, EXAMPLE, recipe=ONE, name="channels"),
        "distil": distil(ONE),
        "quantize": quantize(calibration, bits=BitWidths(4, 8), recipe=ONE),
    }


def right(model: nn.Module, digits: Dataset) -> float:
    return evaluate(model, Batches(digits, digits.validation, 256)).accuracy


@pytest.mark.parametrize("kind", ["prune", "channels"])
def test_in_every_order_what_was_done_is_still_done_at_the_end(
    kind: str, trained: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    parts, untouched = stages(digits), fingerprint(trained)
    whole = mac_count(trained, EXAMPLE.shape)
    for number, order in enumerate(itertools.permutations([kind, "distil", "quantize"])):
        plan = [parts[name] for name in order]
        result = run_pipeline(trained, plan, digits, folder=tmp_path / str(number), trained=True, progress=False)
        layers = [module for module in result.model.modules() if isinstance(module, QuantizedLayer)]
        assert len(layers) == 4 and {layer.weight_quantizer.format.bits for layer in layers} == {4}
        if kind == "prune":
            weights = [layer.weight_quantizer(layer.folded()[0]) for layer in layers]
            zeros = sum(int((weight == 0).sum()) for weight in weights) / sum(weight.numel() for weight in weights)
            assert zeros >= 0.8 and result.history[-1].zero_share == pytest.approx(0.8, abs=1e-3), order
        else:
            assert mac_count(result.model, EXAMPLE.shape) < 0.4 * whole, order
        assert fingerprint(trained) == untouched == fingerprint(result.original)


def test_the_history_begins_with_the_untouched_model_and_says_what_evaluating_says(
    trained: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    parts = stages(digits)
    plan = [parts["prune"], parts["quantize"]]
    result = run_pipeline(trained, plan, digits, folder=tmp_path, trained=True, progress=False)
    original, pruned, quantized = result.history
    assert (original.stage, original.accuracy, original.zero_share) == ("original", right(trained, digits), 0)
    assert pruned.before == right(prune(0.8).change(trained), digits)
    assert pruned.accuracy == right(result.stages["prune"].model, digits)
    assert quantized.accuracy == right(result.model, digits)
    assert result.points_lost == pytest.approx(100 * (original.accuracy - quantized.accuracy))
    assert [step.epochs for step in result.history] == [0, 1, 1]
    assert 8 * quantized.weight_bytes == pytest.approx(original.weight_bytes, abs=8)
    for number, name in ((2, "prune"), (3, "quantize")):  # kept with every stage, as plain data
        assert json.loads((tmp_path / name / "history.json").read_text()) == [
            asdict(step) for step in result.history[:number]
        ]


def test_where_the_first_stage_trains_its_model_is_the_original(digits: Dataset, tmp_path: Path) -> None:
    result = run_pipeline(mlp(hidden=[8]), [train(ONE), prune(0.5)], digits, folder=tmp_path, progress=False)
    assert [step.stage for step in result.history] == ["train", "prune"]
    assert fingerprint(result.original) == fingerprint(result.stages["train"].model)
    assert result.history[1].epochs == 0 and not result.model.training


def test_the_teacher_is_the_original_whatever_was_done_before(
    trained: nn.Module, digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teachers = []
    objective = made_of.distillation_objective

    def noted(teacher: nn.Module, **settings: float) -> Any:
        teachers.append((fingerprint(teacher), settings))
        return objective(teacher, **settings)

    monkeypatch.setattr(made_of, "distillation_objective", noted)
    parts = stages(digits)
    plan = [replace(parts["channels"], soft=Soft(2.0, 0.5)), parts["quantize"], parts["distil"]]
    run_pipeline(trained, plan, digits, folder=tmp_path, trained=True, progress=False)
    original = fingerprint(trained)
    assert teachers == [
        (original, {"temperature": 2.0, "alpha": 0.5}),
        (original, {"temperature": 4.0, "alpha": 0.9}),
    ]


def test_kept_answers_teach_as_the_teacher_does_and_only_those_of_the_original(
    trained: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    anew = replace(ONE, augment=("flip",), channels_last=False)
    recipe = replace(anew, views=2)
    batches = training_batches(digits, recipe)
    kept = cache_teacher(trained, batches, tmp_path / "answers", keep="fp32", precision="fp32", progress=False)

    def distilled(name: str, answers: TeacherCache | None) -> nn.Module:
        plan = [prune(0.5), distil(recipe, answers=answers)]
        return run_pipeline(trained, plan, digits, folder=tmp_path / name, trained=True, progress=False).model

    asked, looked_up = (distilled(*each).state_dict() for each in (("asked", None), ("looked up", kept)))
    assert all(torch.allclose(asked[name], looked_up[name], atol=1e-6) for name in asked)
    other = [fine_tune(recipe, soft=Soft(answers=kept))]
    with pytest.raises(InputError, match="has the answers of another teacher than this pipeline's original"):
        run_pipeline(small_cnn(width=4), other, digits, folder=tmp_path / "no", trained=True, progress=False)
    with pytest.raises(InputError, match="set the recipe's views"):
        run_pipeline(
            trained, [distil(anew, answers=kept)], digits, folder=tmp_path / "no", trained=True, progress=False
        )


def test_a_stage_stops_early_and_gives_its_best_epoch(trained: nn.Module, digits: Dataset, tmp_path: Path) -> None:
    patient = replace(ONE, epochs=9, learning_rate=1e-6, patience=1)
    plan = [fine_tune(patient), prune(0.8, recipe=ONE)]
    result = run_pipeline(trained, plan, digits, folder=tmp_path, trained=True, progress=False)
    epochs = result.stages["fine_tune"].history
    assert len(epochs) == result.history[1].epochs == 2  # such a rate changes no answer
    assert result.history[1].accuracy == max(epoch.validation_accuracy for epoch in epochs)
    assert result.history[2].epochs == 1


def test_a_head_that_begins_at_zero_is_not_taken_for_a_pruned_one(digits: Dataset, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = mlp(hidden=[16])
    nn.init.zeros_(model[-1].weight)
    plan = [train(ONE), distil(ONE, student=model)]
    result = run_pipeline(model, plan, digits, folder=tmp_path, progress=False)
    assert all(step.zero_share == 0 for step in result.history)


def test_what_is_done_is_loaded_and_pipelines_that_begin_alike_share_it(
    trained: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    parts = stages(digits)
    first = run_pipeline(
        trained, [parts["prune"], parts["quantize"]], digits, folder=tmp_path, trained=True, progress=False
    )
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    plan = [parts["prune"], parts["quantize"], parts["distil"]]
    longer = run_pipeline(trained, plan, digits, folder=tmp_path, trained=True, progress=False)
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert fingerprint(longer.stages["quantize"].model) == fingerprint(first.model)
    assert longer.history[:3] == first.history
    with pytest.raises(InputError, match="stage made with other settings"):
        run_pipeline(trained, [prune(0.7, recipe=ONE)], digits, folder=tmp_path, trained=True, progress=False)


def test_a_change_that_modifies_its_input_is_named(trained: nn.Module, digits: Dataset, tmp_path: Path) -> None:
    def in_place(model: nn.Module) -> nn.Module:
        with torch.no_grad():
            model[0].weight.mul_(0.9)
        return model

    untouched, careless = fingerprint(trained), Stage("fine_tune", in_place, name="careless")
    for plan in ([careless], [fine_tune(ONE), careless]):
        with pytest.raises(InputError, match="'careless' modified the model that it was given"):
            run_pipeline(trained, plan, digits, folder=tmp_path / "run", trained=True, progress=False)
    assert fingerprint(trained) == untouched and not (tmp_path / "run").exists()


BAD: dict[str, tuple[bool, Callable[[dict[str, Stage]], list[Any]], str]] = {
    "none": (True, lambda parts: [], "stages is empty"),
    "a name for a stage": (True, lambda parts: [parts["prune"], "quantise"], r"stages\[1\]='quantise' is no Stage"),
    "unknown": (True, lambda parts: [replace(parts["prune"], kind="shrink")], "of the kind 'shrink': choose from"),
    "twice": (True, lambda parts: [parts["prune"], parts["prune"]], "'prune' stands twice"),
    "quantize before train": (
        False,
        lambda parts: [parts["quantize"], train(ONE)],
        "'train' trains from scratch, but it comes after 'quantize'",
    ),
    "quantize what is untrained": (False, lambda parts: [parts["quantize"]], "'quantize' comes before any training:"),
    "no teacher": (False, lambda parts: [parts["distil"]], "before any training, and there is no teacher"),
    "trained again": (True, lambda parts: [train(ONE)], "the model is trained already"),
    "quantized twice": (
        True,
        lambda parts: [parts["quantize"], replace(parts["quantize"], name="again")],
        "'again' quantizes what 'quantize' has quantized",
    ),
    "a sparsity below": (
        True,
        lambda parts: [parts["prune"], prune(0.5, name="less")],
        r"'less' can't reach sparsity=0\.5: 0\.8 is removed before it",
    ),
    "a student too late": (
        True,
        lambda parts: [parts["channels"], distil(ONE, student=mlp())],
        "'distil' begins with a new student, which drops what 'channels' did",
    ),
    "bfloat16 with quantizers": (
        True,
        lambda parts: [parts["quantize"], fine_tune(replace(ONE, precision="auto"))],
        "'fine_tune' trains a quantized model with precision='auto'",
    ),
    "a folder outside": (True, lambda parts: [prune(0.5, name="../x")], r"'\.\./x' can't name a folder"),
    "too few channels": (True, lambda parts: [prune_channels(0.5, torch.zeros(1, 3, 8, 8))], "'prune_channels': "),
    "other classes": (True, lambda parts: [distil(ONE, student=mlp(classes=7))], r"gives \(2, 7\) for 2 images"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_settings_are_refused_before_any_work(
    name: str, trained: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    is_trained, make, says = BAD[name]
    plan = make(stages(digits))
    with pytest.raises(InputError, match=says):
        run_pipeline(trained, plan, digits, folder=tmp_path / "run", trained=is_trained, progress=False)
    with pytest.raises(InputError, match=says):
        dry_run(trained, plan, digits, trained=is_trained)
    assert not (tmp_path / "run").exists()


def test_bytes_out_of_reach_are_refused_before_any_work(trained: nn.Module, digits: Dataset, tmp_path: Path) -> None:
    parts = stages(digits)
    least = weight_bytes(parts["quantize"].change(trained))
    run = {"folder": tmp_path / "run", "trained": True, "progress": False}
    with pytest.raises(InputError, match=f"target_bytes={least - 1} can't be reached: .* end with {least} bytes"):
        run_pipeline(trained, [parts["quantize"]], digits, target_bytes=least - 1, **run)
    assert not (tmp_path / "run").exists()
    assert run_pipeline(trained, [parts["quantize"]], digits, target_bytes=least, **run).model


def test_a_stage_by_name_and_what_it_refuses() -> None:
    assert stage("prune", 0.5).name == "prune"
    with pytest.raises(InputError, match="stage='quantise' is not known: choose from train, fine_tune, prune"):
        stage("quantise")
    with pytest.raises(InputError, match=r"stage 'prune': .*sparsty"):
        stage("prune", sparsty=0.5)
    with pytest.raises(InputError, match="recipe=3 must be a Recipe"):
        stage("fine_tune", 3)
    for wrong in (0.0, 1.0, 80):
        with pytest.raises(InputError, match="sparsity="):
            prune(wrong)


def test_a_dry_run_says_what_the_run_will_do_and_does_nothing(
    trained: nn.Module, digits: Dataset, tmp_path: Path
) -> None:
    parts, untouched = stages(digits), fingerprint(trained)
    plan = [parts["prune"], parts["channels"], replace(parts["quantize"], recipe=replace(ONE, epochs=2))]
    told = dry_run(trained, plan, digits, trained=True)
    assert fingerprint(trained) == untouched and not any(tmp_path.iterdir())
    result = run_pipeline(trained, plan, digits, folder=tmp_path, trained=True, progress=False)
    for cost, step in zip(told.costs, result.history[1:], strict=True):
        assert (cost.stage, cost.epochs, cost.parameters) == (step.stage, step.epochs, step.parameters)
        assert cost.weight_bytes == step.weight_bytes and cost.minutes > 0
    assert told.epochs == 4 and told.minutes == pytest.approx(sum(cost.minutes for cost in told.costs))
    _, *lines, together = (line.split() for line in str(told).splitlines())
    assert [line[:3] for line in lines] == [["1", "prune", "1"], ["2", "channels", "1"], ["3", "quantize", "2"]]
    assert together[:2] == ["together", "4"]


def test_without_quantizers_has_the_trained_weights_and_can_be_quantized_again(
    trained: nn.Module, digits: Dataset
) -> None:
    images = digits.normalize(digits.train.images[:64])
    aware = prepare_for_training(trained, [images], bits=BitWidths(4, 8))
    back = without_quantizers(aware).eval()
    assert is_quantized(aware) and not is_quantized(back)
    with torch.no_grad():
        assert torch.allclose(back(images), trained(images), atol=1e-5)
        again = prepare_for_training(back, [images], bits=BitWidths(4, 8)).eval()
        assert torch.allclose(again(images), aware.eval()(images), atol=1e-5)
    with pytest.raises(InputError, match="no quantized layer"):
        without_quantizers(back)


PROCESS = """
import sys
import torch
from compresslab.data import load
from compresslab.models import small_cnn
from compresslab.pipeline import distil, prune, prune_channels, quantize, run_pipeline, train
from compresslab.training import Recipe

torch.set_num_threads(1)
torch.manual_seed(0)
digits = load("digits").subset(train=512, validation=100)
tune = Recipe(epochs=3, batch_size=32, learning_rate=0.02, precision="fp32")
images = [digits.normalize(digits.train.images[:64])]
plan = [
    train(tune),
    prune(0.6, recipe=tune),
    quantize(images, recipe=tune),
    prune_channels(0.5, images[0][:1], recipe=tune, name="channels"),
    distil(tune),
]
run_pipeline(small_cnn(width=4), plan, digits, folder=sys.argv[1], progress=False)
"""


def test_killed_in_any_stage_and_started_again_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    def start(folder: Path) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", PROCESS, str(folder)], env=os.environ | {"OMP_NUM_THREADS": "1"})

    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    calm = start(undisturbed)
    names = ("train", "prune", "quantize", "channels", "distil")
    for name in names:
        process = start(killed)
        while not (killed / name / "checkpoint.pt").exists() and process.poll() is None:
            time.sleep(0.002)
        process.kill()
        assert process.wait() == -signal.SIGKILL, f"it ended before {name} had a checkpoint"
        assert not (killed / name / "stage.json").exists()
    assert start(killed).wait() == 0 and calm.wait() == 0
    for name in names:
        there, here = (folder / name for folder in (undisturbed, killed))
        assert sorted(file.name for file in here.iterdir()) == ["history.json", "model.safetensors", "stage.json"]
        assert (there / "model.safetensors").read_bytes() == (here / "model.safetensors").read_bytes(), name
        assert timeless(there / "history.json") == timeless(here / "history.json"), name
        assert timeless(there / "stage.json") == timeless(here / "stage.json"), name


def timeless(path: Path) -> Any:
    """A file's content without seconds."""
    return json.loads(path.read_text(), object_hook=lambda line: {k: v for k, v in line.items() if k != "seconds"})
