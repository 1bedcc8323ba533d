import hashlib
import json
from pathlib import Path

import pytest
import torch

from compresslab.cost import parameter_count
from compresslab.data import Batches, load
from compresslab.errors import InputError
from compresslab.models import baseline, load_baseline, resnet18
from compresslab.pipeline import save_weights
from compresslab.training import evaluate


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a tiny shipped network, in the format of reference/baseline."""
    torch.manual_seed(0)
    weights = tmp_path / "resnet18-w4.safetensors"
    save_weights(resnet18(width=4, classes=3).half(), weights)
    card = {
        "architecture": {"builder": "resnet18", "width": 4, "channels": 3},
        "classes": ["a", "b", "c"],
        "mean": [0.5] * 3,
        "std": [0.2] * 3,
        "data": "made-up images",
        "images": {"train": 10, "validation": 5, "test": 1000},
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "test_accuracy": 0.9,
        "test_interval": {"low": 0.88, "high": 0.92, "confidence": 0.95},
    }
    (tmp_path / "resnet18-w4.json").write_text(json.dumps(card))
    monkeypatch.setattr(baseline, "FOLDER", tmp_path)
    return tmp_path


def test_it_loads_the_saved_weights_as_float32_and_says_which_data_they_saw(shipped: Path) -> None:
    loaded = load_baseline(width=4)
    torch.manual_seed(0)
    for name, tensor in resnet18(width=4, classes=3).half().float().state_dict().items():
        assert torch.equal(loaded.model.state_dict()[name], tensor)
    assert not loaded.model.training and loaded.model.fc.weight.dtype == torch.float32
    assert loaded.data == "made-up images" and loaded.classes == ("a", "b", "c")
    assert str(loaded) == (
        "ResNet-18 of width 4, trained on made-up images: test accuracy 90.00% [88.00%, 92.00%], n = 1,000"
    )


def test_a_single_changed_bit_is_refused(shipped: Path) -> None:
    weights = shipped / "resnet18-w4.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(InputError, match="SHA-256"):
        load_baseline(width=4)


def test_what_is_not_there_is_said(shipped: Path) -> None:
    with pytest.raises(InputError, match=r"width=64 is not shipped: .* has \[4\]"):
        load_baseline()
    (shipped / "resnet18-w4.safetensors").unlink()
    with pytest.raises(InputError, match="damaged"):
        load_baseline(width=4)
    (shipped / "resnet18-w4.json").unlink()
    with pytest.raises(InputError, match="clone it whole"):
        load_baseline()


@pytest.mark.parametrize("width", [64, 20])
def test_the_shipped_weights_load_and_fit_into_the_promised_megabytes(width: int) -> None:
    loaded = load_baseline(width=width)
    assert loaded.card["size_bytes"] == (baseline.FOLDER / f"resnet18-w{width}.safetensors").stat().st_size
    assert loaded.card["size_bytes"] <= 25_000_000
    assert loaded.model(torch.zeros(1, 3, 32, 32)).shape == (1, len(loaded.classes))


@pytest.mark.parametrize("width", [64, 20])
def test_the_readme_says_what_the_card_says(width: int, repository: Path) -> None:
    loaded = load_baseline(width=width)
    low, high = loaded.test_interval
    row = (
        f"| ResNet-18 of width {width} | {parameter_count(loaded.model):,} | {loaded.card['size_bytes'] / 1e6:.1f} MB "
        f"| {loaded.test_accuracy:.1%} [{100 * low:.1f}, {100 * high:.1f}] |"
    )
    assert row in (repository / "README.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.photographs
@pytest.mark.parametrize("width", [64, 20])
def test_the_shipped_weights_reach_their_recorded_accuracy_on_the_photographs(width: int, photographs: Path) -> None:
    loaded = load_baseline(width=width)
    dataset = load(f"imagefolder:{photographs}", title="CIFAR-10 (JPEG copy)")
    assert (dataset.name, dataset.classes) == (loaded.data, loaded.classes)
    assert dataset.mean == pytest.approx(loaded.mean) and dataset.std == pytest.approx(loaded.std)
    sample = dataset.subset(test=loaded.card["sample"]["test"])
    correct = int(evaluate(loaded.model, Batches(sample, sample.test, 250)).correct.sum())
    # Other processors round otherwise: an image on the border between two classes may change sides.
    assert correct == pytest.approx(loaded.card["sample"]["correct"], abs=2)
