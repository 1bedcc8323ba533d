"""Against Torch-Pruning: for real where it is installed, and by its recorded results elsewhere."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import torch

from compresslab.cost import mac_count, parameter_count
from compresslab.models import resnet18
from compresslab.pruning.structured import prune_structured
from compresslab.recorded import load_recorded


def test_the_recorded_peer_agrees_and_our_side_is_reproduced() -> None:
    recorded = load_recorded("pruning/against_torch_pruning")
    assert recorded["n"] == len(recorded["runs"]) == len(recorded["seeds"]) >= 3
    pruned = prune_structured(resnet18(width=64), torch.zeros(recorded["input_shape"]), ratio=recorded["ratio"])
    for run in recorded["runs"]:
        for way in ("forced", "chosen"):
            assert run[way]["macs"] == [mac_count(pruned, recorded["input_shape"])] * 2
            assert run[way]["parameters"] == [parameter_count(pruned)] * 2
            assert run[way]["tensors_equal"] == run[way]["tensors"] == len(pruned.state_dict())
            assert run[way]["largest_output_difference"] <= 1e-6


@pytest.fixture
def script(repository: Path) -> ModuleType:
    path = repository / "reference" / "pruning" / "against_torch_pruning.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.peers
@pytest.mark.filterwarnings("default")  # the peer's own
def test_torch_pruning_makes_the_same_model(script: ModuleType) -> None:
    found = script.compare(seed=11)
    for way in ("forced", "chosen"):
        assert len(set(found[way]["macs"])) == len(set(found[way]["parameters"])) == 1
        assert found[way]["tensors_equal"] == found[way]["tensors"]
        assert found[way]["largest_output_difference"] <= 1e-6
