import itertools
import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from compresslab.data.text import Document, Tokenizer
from compresslab.errors import InputError
from compresslab.models.language import language_model
from compresslab.perplexity import (
    Likelihood,
    divergence,
    likelihood,
    perplexity_increase,
    perplexity_interval,
    recovered,
)

BYTES = Tokenizer([])


def made(nats: list[float], tokens: list[int]) -> Likelihood:
    return Likelihood(tuple(map(str, range(len(nats)))), tuple(nats), tuple(tokens), tuple(2 * n for n in tokens))


class Bigrams(nn.Module):
    """A model that looks at the last token alone, so windows don't matter to it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.table = nn.Embedding(257, 257)

    def forward(self, tokens: Tensor) -> Tensor:
        assert not self.training
        return self.table(tokens)


@pytest.mark.parametrize("context", [2, 3, 16, 17, 64, 1000])
@pytest.mark.parametrize("batch_size", [1, 5])
def test_every_token_is_counted_once_whatever_the_windows(context: int, batch_size: int) -> None:
    documents = [Document(str(n), "abcdefghij" * n) for n in range(1, 14)]
    model = Bigrams()
    found = likelihood(model, documents, BYTES, context=context, batch_size=batch_size)
    table = model.table.weight.detach().double().log_softmax(1)
    for document, nats, tokens in zip(documents, found.nats, found.tokens, strict=True):
        text = [256, *document.text.encode()]
        assert tokens == len(text) - 1
        assert nats == pytest.approx(-sum(float(table[a, b]) for a, b in itertools.pairwise(text)), rel=1e-5)
    assert model.training  # its mode is as before


def test_each_token_has_half_a_window_before_it_or_all_of_its_document() -> None:
    seen: dict[int, int] = {}

    def spy(tokens: Tensor) -> Tensor:  # each token of this document is its own position
        for row in tokens.tolist():
            for at, token in enumerate(row):
                seen[token] = max(seen.get(token, 0), at)
        return torch.zeros(*tokens.shape, 257)

    likelihood(spy, [Document("", "".join(map(chr, range(1, 101))))], BYTES, context=20)
    assert all(seen[token] >= min(token, 9) for token in range(1, 100))


def test_on_a_short_document_it_is_the_model_s_cross_entropy() -> None:
    torch.manual_seed(1)
    model = language_model(vocabulary=257, context=32, dim=16, depth=1, heads=2, hidden=16).eval()
    document = Document("greeting", "Grüße!")
    text = torch.tensor([256, *document.text.encode()])
    found = likelihood(model, [document], BYTES, context=32)
    expected = nn.functional.cross_entropy(model(text[None, :-1])[0].detach(), text[1:], reduction="sum")
    assert found.nats[0] == pytest.approx(float(expected), rel=1e-6)
    assert found.perplexity == pytest.approx(math.exp(float(expected) / 8))
    assert found.bits_per_byte == pytest.approx(float(expected) / math.log(2) / 8)


def test_bits_per_byte_are_the_same_for_the_same_probability_in_fewer_tokens() -> None:
    letters = likelihood(lambda tokens: torch.zeros(*tokens.shape, 257), [Document("", "ab" * 8)], BYTES)
    pairs = Tokenizer([(ord("a"), ord("b"))])
    # Two letters have the probability 257^-2; so does each pair among 257^2 tokens that are alike.
    pair = likelihood(lambda tokens: torch.zeros(*tokens.shape, 257**2), [Document("", "ab" * 8)], pairs)
    assert letters.bits_per_byte == pytest.approx(pair.bits_per_byte) == pytest.approx(math.log2(257))
    assert pair.perplexity == pytest.approx(letters.perplexity**2)


def test_intervals_are_those_of_resampling_documents_by_hand() -> None:
    rng = np.random.default_rng(3)
    tokens = rng.integers(50, 500, 30)
    a, b = tokens * rng.normal(2.0, 0.3, 30), tokens * rng.normal(1.9, 0.3, 30)
    first, second = made(a.tolist(), tokens.tolist()), made(b.tolist(), tokens.tolist())
    picks = rng.integers(30, size=(20_000, 30))
    alone = np.quantile(np.exp(a[picks].sum(1) / tokens[picks].sum(1)), [0.025, 0.975])
    paired = np.quantile(100 * np.expm1((a - b)[picks].sum(1) / tokens[picks].sum(1)), [0.025, 0.975])
    interval, change = perplexity_interval(first), perplexity_increase(first, second)
    assert (interval.low, interval.high) == pytest.approx(alone, rel=0.01)
    assert (change.interval.low, change.interval.high) == pytest.approx(paired, abs=0.5)
    assert change.value == pytest.approx(100 * (first.perplexity / second.perplexity - 1))
    assert change.documents == 30


def test_a_paired_interval_is_narrower_than_what_documents_differ_by() -> None:
    tokens = [100] * 20
    hard = [100.0 + 10 * n for n in range(20)]
    change = perplexity_increase(made([n + 1 for n in hard], tokens), made(hard, tokens))
    assert change.interval.low == pytest.approx(change.value) == pytest.approx(change.interval.high)


def test_what_is_recovered() -> None:
    tokens = [10, 20, 30]
    original, worse, better = ([n * k for n in tokens] for k in (2.0, 2.4, 2.1))
    found = recovered(made(better, tokens), made(worse, tokens), made(original, tokens))
    assert found.value == found.interval.low == found.interval.high == pytest.approx(0.75)
    with pytest.raises(InputError, match="nothing to recover"):
        recovered(made(better, tokens), made(original, tokens), made(original, tokens))


def test_bad_input_is_named() -> None:
    document = Document("greeting", "hello")
    with pytest.raises(InputError, match="documents is empty"):
        likelihood(Bigrams(), [], BYTES)
    with pytest.raises(InputError, match="'nothing' is empty"):
        likelihood(Bigrams(), [document, Document("nothing", "")], BYTES)
    with pytest.raises(InputError, match="context=1"):
        likelihood(Bigrams(), [document], BYTES, context=1)
    with pytest.raises(FloatingPointError, match="'greeting' hold NaN"):
        likelihood(lambda tokens: torch.full((*tokens.shape, 257), torch.nan), [document], BYTES)
    with pytest.raises(InputError, match="different documents or tokens"):
        perplexity_increase(made([1.0, 2.0], [1, 2]), made([1.0, 2.0], [2, 1]))
    with pytest.raises(InputError, match="1 document"):
        perplexity_interval(made([1.0], [1]))
    with pytest.raises(InputError, match="level=95"):
        perplexity_interval(made([1.0, 2.0], [1, 2]), level=95)


def test_the_divergence_is_the_expected_difference_of_log_probabilities() -> None:
    original, other = Bigrams(), Bigrams()
    other.table.weight.data += 0.1 * torch.randn(257, 257)
    documents = [Document("a", "hello world " * 9), Document("b", "hi")]
    found = divergence(other, original, documents, BYTES, context=16)
    p, q = (model.table.weight.detach().double().log_softmax(1) for model in (original, other))
    rows = nn.functional.kl_div(q, p, reduction="none", log_target=True).sum(1)
    for document, nats in zip(documents, found.nats, strict=True):
        assert nats == pytest.approx(float(rows[[256, *document.text.encode()[:-1]]].sum()), rel=1e-6)
    assert original.training and other.training
    assert sum(divergence(original, original, documents, BYTES).nats) == pytest.approx(0, abs=1e-12)
