"""How well a language model predicts text, and how sure that is.

A model's negative log-likelihood of a document, in nats, is the sum over its tokens of -log p(token | those before).
Per token and exponentiated it is the perplexity: the model is as unsure as if it chose evenly among so many tokens.
That depends on the tokenizer; per byte of text, in bits, it does not. Tokens of a document are alike, so documents are
what is resampled, and two models are compared on the same documents.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.data.text import BOUNDARY, Document, Tokenizer
from compresslab.errors import InputError
from compresslab.evaluation import Interval, check_level
from compresslab.modes import evaluating

_Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Likelihood:
    """A model's negative log-likelihood of documents.

    Attributes:
        names: of the documents.
        nats: of each document, the sum over its tokens.
        tokens: number of tokens of each document.
        size_bytes: of each document's text.

    >>> coin = Likelihood(names=("tosses",), nats=(8 * math.log(2),), tokens=(8,), size_bytes=(4,))
    >>> round(coin.perplexity, 6), round(coin.bits_per_byte, 6)
    (2.0, 2.0)
    """

    names: tuple[str, ...]
    nats: tuple[float, ...]
    tokens: tuple[int, ...]
    size_bytes: tuple[int, ...]

    @property
    def perplexity(self) -> float:
        """exp(nats per token), over all documents together."""
        return math.exp(math.fsum(self.nats) / sum(self.tokens))

    @property
    def bits_per_byte(self) -> float:
        """Bits to encode a byte of the text, which compares models with different tokenizers."""
        return math.fsum(self.nats) / math.log(2) / sum(self.size_bytes)


@dataclass(frozen=True)
class Change:
    """Something about two models on the same documents, with a paired interval.

    >>> 0 in Change(value=1.2, interval=Interval(-0.3, 2.6, 0.95), documents=51).interval
    True
    """

    value: float
    interval: Interval
    documents: int


def likelihood(
    model: Callable[[Tensor], Tensor],
    documents: Iterable[Document],
    tokenizer: Tokenizer,
    *,
    context: int = 256,
    batch_size: int = 16,
) -> Likelihood:
    """Measure a model on documents, each on its own, from its first token on.

    A long document is read in windows that overlap by half; in each only tokens with at least half a window before them
    are counted, but for the first window's. So no token is judged without context because a window began there.

    Args:
        model: an `nn.Module` (used in evaluation mode, its modes restored) or any callable from tokens (N, T) int64 to
            logits (N, T, vocabulary).
        documents: at least one, each with text.
        tokenizer: the model's.
        context: tokens of a window, at least 2; at most what the model takes.
        batch_size: windows at once.

    Raises:
        InputError: no document, an empty one, or a setting out of its range.
        FloatingPointError: a logit is NaN or infinite.

    >>> uniform = lambda tokens: torch.zeros(*tokens.shape, 257)
    >>> round(likelihood(uniform, [Document("greeting", "hello")], Tokenizer([])).perplexity, 3)
    257.0
    """

    def losses(tokens: Tensor, following: Tensor) -> Tensor:
        logits = model(tokens).float()
        return F.cross_entropy(logits.transpose(1, 2), following, reduction="none")

    return _measure([model], losses, documents, tokenizer, context=context, batch_size=batch_size)


def divergence(
    model: Callable[[Tensor], Tensor],
    original: Callable[[Tensor], Tensor],
    documents: Iterable[Document],
    tokenizer: Tokenizer,
    *,
    context: int = 256,
    batch_size: int = 16,
) -> Likelihood:
    """How far a compressed model's predictions are from the original's: KL(original, compressed) in nats.

    Perplexity asks whether the text is predicted, and a small change of the weights can by luck improve that. The
    divergence asks whether the predictions are still the same: it is never negative, and 0 only where nothing changed.
    So it tells methods apart whose perplexities differ by less than their intervals.

    Args:
        model, original, documents, tokenizer, context, batch_size: as in `likelihood`.

    Returns:
        As `likelihood`, with the divergence summed over a document's tokens in `nats`.

    Raises:
        InputError: see `likelihood`.
        FloatingPointError: see `likelihood`.

    >>> sure, unsure = (lambda tokens, s=s: torch.eye(257)[tokens] * s for s in (9.0, 1.0))
    >>> round(sum(divergence(unsure, sure, [Document("greeting", "hi")], Tokenizer([])).nats), 2)
    8.56
    """

    def losses(tokens: Tensor, _: Tensor) -> Tensor:
        ours, theirs = (each(tokens).double().log_softmax(-1) for each in (model, original))
        return (theirs.exp() * (theirs - ours)).sum(-1)

    return _measure([model, original], losses, documents, tokenizer, context=context, batch_size=batch_size)


def perplexity_interval(
    measured: Likelihood, *, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Interval:
    """The interval of one model's perplexity: percentile bootstrap of documents.

    Args:
        measured: on two documents or more.
        level: coverage.
        resamples: number of draws.
        seed: of the draws.

    Raises:
        InputError: fewer than two documents, or a setting out of its range.

    >>> alike = Likelihood(names=("a", "b"), nats=(2.0, 4.0), tokens=(1, 2), size_bytes=(3, 6))
    >>> round(perplexity_interval(alike).low, 3), round(perplexity_interval(alike).high, 3)
    (7.389, 7.389)
    """
    nats, tokens = _draws([measured], level, resamples, seed)
    return _percentiles(np.exp(nats[0] / tokens), level)


def perplexity_increase(
    compressed: Likelihood, original: Likelihood, *, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Change:
    """By how many percent a model's perplexity is above another's on the same documents: paired bootstrap.

    Args:
        compressed, original: on the same documents with the same tokenizer.
        level: coverage.
        resamples: number of draws.
        seed: of the draws.

    Returns:
        100 (perplexity / perplexity of the original - 1); positive where the compressed model is worse.

    Raises:
        InputError: other documents or tokens, fewer than two documents, or a setting out of its range.

    >>> fp32 = Likelihood(names=("a", "b"), nats=(2.0, 4.0), tokens=(1, 2), size_bytes=(3, 6))
    >>> int4 = Likelihood(names=("a", "b"), nats=(2.1, 4.2), tokens=(1, 2), size_bytes=(3, 6))
    >>> round(perplexity_increase(int4, fp32).value, 1)
    10.5
    """
    (drawn, reference), tokens = _draws([compressed, original], level, resamples, seed)
    value = 100 * (compressed.perplexity / original.perplexity - 1)
    interval = _percentiles(100 * np.expm1((drawn - reference) / tokens), level)
    return Change(value, interval, len(original.names))


def recovered(
    better: Likelihood,
    worse: Likelihood,
    original: Likelihood,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Change:
    """The share of what one compressed model loses that another does not: (worse - better) / (worse - original).

    In nats, which add up. 1 is all of it, 0 nothing; below 0 `better` is the worse one. Where `worse` loses hardly
    anything the share is of no use, and its interval says so.

    Args:
        better, worse: two compressed models.
        original: what both were made from.
        level: coverage.
        resamples: number of draws.
        seed: of the draws.

    Raises:
        InputError: see `perplexity_increase`; or `worse` loses nothing.

    >>> fp32, rtn, gptq = (Likelihood(("a", "b"), (n, 2 * n), (1, 2), (3, 6)) for n in (2.0, 2.4, 2.1))
    >>> round(recovered(gptq, rtn, fp32).value, 3)
    0.75
    """
    (low, high, base), _ = _draws([better, worse, original], level, resamples, seed)
    lost = math.fsum(worse.nats) - math.fsum(original.nats)
    if lost <= 0:
        raise InputError("worse loses nothing against original: there is nothing to recover.")
    value = (math.fsum(worse.nats) - math.fsum(better.nats)) / lost
    return Change(value, _percentiles((high - low) / (high - base), level), len(original.names))


def _measure(
    models: Sequence[Callable[[Tensor], Tensor]],
    losses: Callable[[Tensor, Tensor], Tensor],
    documents: Iterable[Document],
    tokenizer: Tokenizer,
    *,
    context: int,
    batch_size: int,
) -> Likelihood:
    """Sum of a loss over the tokens of each document; `losses` maps tokens and their successors (N, T) to (N, T)."""
    whole(2, context=context)
    whole(batch_size=batch_size)
    documents = tuple(documents)
    if not documents:
        raise InputError("documents is empty: give at least one to measure on.")
    texts = [tokenizer.document(document) for document in documents]
    for document, text in zip(documents, texts, strict=True):
        if len(text) < 2:
            raise InputError(f"document {document.name!r} is empty: leave it out.")
    windows = [
        (number, start, first) for number, text in enumerate(texts) for start, first in _windows(len(text), context)
    ]
    windows.sort(key=lambda window: min(context, len(texts[window[0]]) - 1 - window[1]))  # little padding in a batch
    nats = np.zeros(len(texts))
    with ExitStack() as stack, torch.inference_mode():
        for model in models:
            if isinstance(model, nn.Module):
                stack.enter_context(evaluating(model))
        for at in range(0, len(windows), batch_size):
            batch = windows[at : at + batch_size]
            cut = [texts[number][start : start + context + 1] for number, start, _ in batch]
            padded = nn.utils.rnn.pad_sequence(cut, batch_first=True, padding_value=BOUNDARY)
            found = losses(padded[:, :-1], padded[:, 1:]).double()
            for (number, _, first), piece, loss in zip(batch, cut, found, strict=True):
                nats[number] += float(loss[first : len(piece) - 1].sum())
    for document, value in zip(documents, nats, strict=True):
        if not math.isfinite(value):
            raise FloatingPointError(f"the model's logits for document {document.name!r} hold NaN or infinity.")
    return Likelihood(
        names=tuple(document.name for document in documents),
        nats=tuple(nats.tolist()),
        tokens=tuple(len(text) - 1 for text in texts),
        size_bytes=tuple(document.size_bytes for document in documents),
    )


def _windows(tokens: int, context: int) -> Iterator[tuple[int, int]]:
    """Start of each window, and the first of its predictions that counts."""
    yield 0, 0
    start, stride = 0, max(1, context // 2)
    while start + context + 1 < tokens:
        start += stride
        yield start, context - stride


def _draws(measured: Sequence[Likelihood], level: float, resamples: int, seed: int) -> tuple[list[_Numbers], _Numbers]:
    """Nats of each model, and the tokens, in draws of as many documents as there are."""
    check_level(level)
    whole(resamples=resamples)
    whole(0, seed=seed)
    first = measured[0]
    for other in measured[1:]:
        if (other.names, other.tokens) != (first.names, first.tokens):
            raise InputError("the two were measured on different documents or tokens: measure both on the same.")
    if len(first.names) < 2:
        raise InputError(f"{len(first.names)} document: at least 2 are needed to see how results vary.")
    n = len(first.names)
    counts = np.random.default_rng(seed).multinomial(n, [1 / n] * n, size=resamples).astype(np.float64)
    return [counts @ np.array(each.nats) for each in measured], counts @ np.array(first.tokens)


def _percentiles(values: _Numbers, level: float) -> Interval:
    low, high = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(low), float(high), level)
