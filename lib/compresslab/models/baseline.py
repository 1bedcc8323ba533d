"""The trained networks that the course ships, so that compressing does not have to begin with an hour of training.

`reference/baseline/` holds the weights (fp16, safetensors), their model cards, and the scripts that made both.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from compresslab.data.text import Tokenizer
from compresslab.errors import InputError
from compresslab.models.language import LanguageModel, language_model
from compresslab.models.resnet import resnet18
from compresslab.weights import load_weights

FOLDER = Path(__file__).parents[3] / "reference" / "baseline"


@dataclass(frozen=True)
class Baseline:
    """A trained network and what is known about it.

    Attributes:
        model: in evaluation mode, fp32 (the shipped fp16 values).
        data: name of the data set it was trained on.
        classes: name of each logit's class.
        mean, std: of each channel, which images must have been normalised with.
        test_accuracy: share of the test split, with `test_interval`, a 95% interval.
        card: everything recorded: recipe, seed, history, hours, machine.

    >>> small = load_baseline(width=20)
    >>> small.data, len(small.classes), small.model.training
    ('CIFAR-10 (JPEG copy)', 10, False)
    """

    model: nn.Module
    data: str
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    test_accuracy: float
    test_interval: tuple[float, float]
    card: Mapping[str, Any] = field(repr=False)

    def __str__(self) -> str:
        low, high = self.test_interval
        return (
            f"ResNet-18 of width {self.card['architecture']['width']}, trained on {self.data}: "
            f"test accuracy {self.test_accuracy:.2%} [{low:.2%}, {high:.2%}], n = {self.card['images']['test']:,}"
        )


def load_baseline(*, width: int = 64) -> Baseline:
    """Load a shipped ResNet-18.

    Args:
        width: 64 for the full network, 20 for the small one trained the same way.

    Raises:
        InputError: no such width is shipped, or the weights are not those of the card (checked by SHA-256).

    >>> load_baseline(width=20).model.fc.in_features
    160
    """
    path = FOLDER / f"resnet18-w{width}.json"
    if not path.exists():
        shipped = sorted(int(card.stem.rpartition("w")[2]) for card in FOLDER.glob("resnet18-w*.json"))
        raise InputError(f"width={width} is not shipped: {path.parent} has {shipped or 'nothing, clone it whole'}.")
    card = _card(path)
    model = resnet18(width=width, channels=card["architecture"]["channels"], classes=len(card["classes"]))
    load_weights(model, path.with_suffix(".safetensors"), cast=True)  # shipped as fp16 to be half the size
    return Baseline(
        model=model.eval(),
        data=card["data"],
        classes=tuple(card["classes"]),
        mean=tuple(card["mean"]),
        std=tuple(card["std"]),
        test_accuracy=card["test_accuracy"],
        test_interval=(card["test_interval"]["low"], card["test_interval"]["high"]),
        card=card,
    )


@dataclass(frozen=True)
class LanguageBaseline:
    """A trained language model and what is known about it.

    Attributes:
        model: in evaluation mode, fp32 (the shipped fp16 values).
        tokenizer: makes its tokens.
        data: name of the text it was trained on.
        test_perplexity: per token, on the test documents, with `test_interval`, a 95% interval.
        test_bits_per_byte: the same as bits for each byte of the text.
        card: everything recorded: settings, seed, history, minutes, machine.

    >>> shipped = load_language_baseline()
    >>> shipped.tokenizer.vocabulary, shipped.model.training
    (1024, False)
    """

    model: LanguageModel
    tokenizer: Tokenizer
    data: str
    test_perplexity: float
    test_interval: tuple[float, float]
    test_bits_per_byte: float
    card: Mapping[str, Any] = field(repr=False)

    def __str__(self) -> str:
        low, high = self.test_interval
        return (
            f"Language model with {self.card['parameters']:,} parameters, trained on {self.data}: "
            f"test perplexity {self.test_perplexity:.2f} [{low:.2f}, {high:.2f}], "
            f"{self.test_bits_per_byte:.3f} bits per byte, n = {self.card['documents']['test']} documents"
        )


def load_language_baseline() -> LanguageBaseline:
    """Load the shipped language model, with its tokenizer.

    Raises:
        InputError: the weights are missing or not those of the card (checked by SHA-256).

    >>> load_language_baseline().data
    "Python 3.11.7's documentation: topics and docstrings"
    """
    path = FOLDER / "language.json"
    card = _card(path)
    model = language_model(**card["architecture"])
    load_weights(model, path.with_suffix(".safetensors"), cast=True)  # shipped as fp16 to be half the size
    return LanguageBaseline(
        model=model.eval(),
        tokenizer=Tokenizer(card["merges"]),
        data=card["data"],
        test_perplexity=card["test_perplexity"],
        test_interval=(card["test_interval"]["low"], card["test_interval"]["high"]),
        test_bits_per_byte=card["test_bits_per_byte"],
        card=card,
    )


def _card(path: Path) -> dict[str, Any]:
    """A model card, once the weights beside it are known to be its own."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        weights = path.with_suffix(".safetensors").read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"{path} or its weights are damaged: restore them from the repository.") from error
    digest = hashlib.sha256(weights).hexdigest()
    if digest != card["sha256"]:
        raise InputError(
            f"{path.with_suffix('.safetensors')} has SHA-256 {digest[:16]}..., its card says {card['sha256'][:16]}...: "
            f"restore both from the repository."
        )
    return card
