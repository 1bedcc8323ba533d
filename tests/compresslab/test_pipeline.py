"""Stages: done once, resumed when cut off, never mixed up with another request's."""

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from compresslab.distillation import distillation_objective
from compresslab.errors import InputError
from compresslab.models import mlp
from compresslab.pipeline import load_weights, run_stage, save_weights
from compresslab.pruning import keep_masked, masks_of_zeros
from compresslab.training import Epoch, Fitted, Recipe

SETTINGS = {"sparsity": 0.8, "images": (1, 2)}
LINE = Epoch(1, 0.1, 0.5, 0.8, 0.6, 0.7, 2.0)


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return mlp(inputs=4, hidden=(3,), classes=2)


def make(checkpoint: Path) -> Fitted:
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.write_bytes(b"half of it")
    return Fitted(network(seed=1), (LINE,), Recipe(epochs=1), "digits")


def never(checkpoint: Path) -> Fitted:
    raise AssertionError("the stage was run again")


def test_a_stage_is_run_once_and_then_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "pruned"
    made = run_stage(folder, settings=SETTINGS, skeleton=network(), make=make)
    loaded = run_stage(folder, settings=SETTINGS, skeleton=network(), make=never)
    assert sorted(file.name for file in folder.iterdir()) == ["model.safetensors", "stage.json"]
    assert loaded.history == made.history == (LINE,) and loaded.seconds == 2.0
    for name, tensor in network(seed=1).state_dict().items():
        assert torch.equal(loaded.model.state_dict()[name], tensor)
    assert not loaded.model.training


def test_a_stage_cut_off_before_its_last_file_is_run_again(tmp_path: Path) -> None:
    run_stage(tmp_path, settings=SETTINGS, skeleton=network(), make=make)
    (tmp_path / "stage.json").unlink()
    with pytest.raises(AssertionError, match="run again"):
        run_stage(tmp_path, settings=SETTINGS, skeleton=network(), make=never)


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    run_stage(tmp_path, settings=SETTINGS, skeleton=network(), make=make)
    with pytest.raises(InputError, match=r"sparsity is 0\.8 there and 0\.9 here"):
        run_stage(tmp_path, settings=SETTINGS | {"sparsity": 0.9}, skeleton=network(), make=never)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"settings": 1, "history": []}', '{"settings": {}, "history": [{}]}'])
def test_a_damaged_stage_is_named(text: str, tmp_path: Path) -> None:
    run_stage(tmp_path, settings=SETTINGS, skeleton=network(), make=make)
    (tmp_path / "stage.json").write_text(text)
    with pytest.raises(InputError, match=r"stage\.json is damaged"):
        run_stage(tmp_path, settings=SETTINGS, skeleton=network(), make=never)


def test_damaged_or_foreign_weights_are_named(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    with pytest.raises(InputError, match="missing, cut short"):
        load_weights(network(), file)
    save_weights(network(), file)
    with pytest.raises(InputError, match=r"another architecture \(1\.weight is \(3, 4\) there and \(5, 4\) here"):
        load_weights(mlp(inputs=4, hidden=(5,), classes=2), file)
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(InputError, match="missing, cut short"):
        load_weights(network(), file)


def test_settings_are_kept_readable(tmp_path: Path) -> None:
    run_stage(tmp_path, settings=SETTINGS, skeleton=network(), make=make)
    saved = json.loads((tmp_path / "stage.json").read_text())
    assert saved["settings"] == {"sparsity": 0.8, "images": [1, 2]} and saved["data"] == "digits"


def test_a_stage_with_another_objective_teacher_or_mask_is_not_reused(tmp_path: Path) -> None:
    def parts(temperature: float = 4.0, teacher: int = 1, zeros: int = 1) -> dict[str, object]:
        start = network()
        with torch.no_grad():
            start[1].weight[0, :zeros] = 0
        return {
            "objective": distillation_objective(network(seed=teacher), temperature=temperature, alpha=0.5),
            "after_step": keep_masked(masks_of_zeros(start)),
        }

    folder = tmp_path / "stage"
    run_stage(folder, settings=SETTINGS, skeleton=network(), make=make, depends_on=parts())
    run_stage(folder, settings=SETTINGS, skeleton=network(), make=never, depends_on=parts())
    for changed, named in [
        (parts(temperature=20.0), "objective"),
        (parts(teacher=2), "objective"),
        (parts(zeros=2), "after_step"),
        ({}, "objective"),
    ]:
        with pytest.raises(InputError, match=f"other settings .{named} is "):
            run_stage(folder, settings=SETTINGS, skeleton=network(), make=never, depends_on=changed)
    with pytest.raises(InputError, match="'sparsity' stands in settings and in depends_on"):
        run_stage(folder, settings=SETTINGS, skeleton=network(), make=never, depends_on={"sparsity": 1})


def test_a_stage_without_a_skeleton_loads_a_model_of_its_own_shapes(tmp_path: Path) -> None:
    def cut(checkpoint: Path) -> Fitted:
        return Fitted(mlp(inputs=4, hidden=(2, 5), classes=2), (LINE,), Recipe(epochs=1), "digits")

    made = run_stage(tmp_path / "stage", settings=SETTINGS, make=cut).model
    loaded = run_stage(tmp_path / "stage", settings=SETTINGS, make=never).model
    images = torch.randn(3, 4)
    assert torch.equal(loaded(images), made(images))


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "stage").write_text("")
    with pytest.raises(InputError, match="is a file: name a folder"):
        run_stage(tmp_path / "stage", settings=SETTINGS, skeleton=network(), make=never)
