import hashlib
import json
import math
from pathlib import Path

import pytest
import torch

from compresslab.cost import parameter_count
from compresslab.data import Batches, load, load_text, train_tokenizer
from compresslab.errors import InputError
from compresslab.models import baseline, load_baseline, load_language_baseline, resnet18
from compresslab.perplexity import likelihood
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


def test_the_shipped_language_model_is_what_its_card_says() -> None:
    shipped = load_language_baseline()
    weights = baseline.FOLDER / "language.safetensors"
    assert shipped.card["size_bytes"] == weights.stat().st_size <= 7_000_000
    assert shipped.card["parameters"] == parameter_count(shipped.model)
    assert shipped.tokenizer.vocabulary == shipped.card["architecture"]["vocabulary"]
    assert shipped.data == load_text().name
    assert not shipped.model.training and shipped.model.head.weight.dtype == torch.float32
    low, high = shipped.test_interval
    assert str(shipped) == (
        f"Language model with 3,148,032 parameters, trained on {shipped.data}: test perplexity "
        f"{shipped.test_perplexity:.2f} [{low:.2f}, {high:.2f}], {shipped.test_bits_per_byte:.3f} bits per byte, "
        "n = 51 documents"
    )


def test_the_readme_says_of_the_language_model_what_its_card_says(repository: Path) -> None:
    shipped = load_language_baseline()
    low, high = shipped.test_interval
    row = (
        f"| language model | {shipped.card['parameters']:,} | {shipped.card['size_bytes'] / 1e6:.1f} MB "
        f"| {shipped.test_perplexity:.1f} [{low:.1f}, {high:.1f}] | {shipped.test_bits_per_byte:.2f} |"
    )
    readme = (repository / "README.md").read_text(encoding="utf-8")
    assert row in readme.splitlines()
    assert f"trained for {shipped.card['cpu_minutes']:.0f} CPU minutes" in readme


def test_its_tokenizer_is_that_of_the_training_documents() -> None:
    shipped = load_language_baseline()
    assert train_tokenizer(load_text().train, vocabulary=1024).merges == shipped.tokenizer.merges


def test_it_predicts_the_test_documents_as_recorded() -> None:
    shipped = load_language_baseline()
    recorded = shipped.card["test_documents"]
    documents = [document for document in load_text().test if document.size_bytes < 2_000][:12]
    found = likelihood(shipped.model, documents, shipped.tokenizer)
    for name, nats, tokens in zip(found.names, found.nats, found.tokens, strict=True):
        assert tokens == recorded[name]["tokens"]
        assert nats == pytest.approx(recorded[name]["nats"], rel=1e-3)  # other processors add in another order
    total = sum(document["nats"] for document in recorded.values())
    assert shipped.test_perplexity == pytest.approx(
        math.exp(total / sum(document["tokens"] for document in recorded.values()))
    )


def test_it_has_learned_more_than_which_tokens_are_frequent() -> None:
    shipped = load_language_baseline()
    counts = torch.bincount(
        torch.cat([shipped.tokenizer.document(document) for document in load_text().train]), minlength=1024
    )
    logits = (counts + 1).log()
    documents = load_text().test[:10]
    frequencies = likelihood(lambda tokens: logits.expand(*tokens.shape, 1024), documents, shipped.tokenizer)
    learned = shipped.card["test_documents"]
    assert sum(learned[name]["nats"] for name in frequencies.names) < 0.7 * sum(frequencies.nats)
