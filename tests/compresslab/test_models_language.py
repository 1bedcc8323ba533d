import copy
import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.cost import parameter_count
from compresslab.errors import InputError
from compresslab.models.language import KVCache, LanguageModel, RMSNorm, generate, language_model, rotary_angles, rotate


@pytest.fixture
def model() -> LanguageModel:
    torch.manual_seed(0)
    model = language_model(vocabulary=50, context=24, dim=16, depth=2, heads=2, hidden=32)
    for parameter in model.parameters():  # larger than at the start of training, so that every part matters
        parameter.data += 0.3 * torch.randn_like(parameter)
    return model.eval()


def by_hand(model: LanguageModel, tokens: list[int]) -> Tensor:
    """The same function with loops over positions and heads, in float64."""
    weights = {name: tensor.double() for name, tensor in model.state_dict().items()}

    def norm(x: Tensor, gain: Tensor) -> Tensor:
        return x / (x.pow(2).mean() + 1e-5).sqrt() * gain

    def turned(x: Tensor, position: int) -> Tensor:
        size = len(x)
        pairs = torch.complex(x[: size // 2], x[size // 2 :])
        angles = torch.tensor([position / 10_000 ** (2 * i / size) for i in range(size // 2)], dtype=torch.float64)
        return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).T.reshape(-1)

    stream = [weights["embed.weight"][token] for token in tokens]
    for layer in range(len(model.layers)):
        w = {name: weights[f"layers.{layer}.{name}.weight"] for name in (
            "norm1", "norm2", "attention.q", "attention.k", "attention.v", "attention.out", "mlp.gate", "mlp.up",
            "mlp.down",
        )}  # fmt: skip
        read = [norm(x, w["norm1"]) for x in stream]
        mixed = []
        for at in range(len(tokens)):
            heads = []
            for head in range(model.layers[layer].attention.heads):
                rows = slice(8 * head, 8 * head + 8)
                query = turned(w["attention.q"][rows] @ read[at], at)
                scores = torch.stack(
                    [query @ turned(w["attention.k"][rows] @ read[s], s) / math.sqrt(8) for s in range(at + 1)]
                )
                values = torch.stack([w["attention.v"][rows] @ read[s] for s in range(at + 1)])
                heads.append(scores.softmax(0) @ values)
            mixed.append(w["attention.out"] @ torch.cat(heads))
        stream = [x + y for x, y in zip(stream, mixed, strict=True)]
        for at, x in enumerate(stream):
            y = norm(x, w["norm2"])
            gate = w["mlp.gate"] @ y
            stream[at] = x + w["mlp.down"] @ (gate / (1 + torch.exp(-gate)) * (w["mlp.up"] @ y))
    return torch.stack([weights["head.weight"] @ norm(x, weights["norm.weight"]) for x in stream])


def test_it_computes_what_its_formulas_say(model: LanguageModel) -> None:
    tokens = torch.randint(50, (11,))
    torch.testing.assert_close(model(tokens[None])[0].double(), by_hand(model, tokens.tolist()), atol=2e-4, rtol=2e-4)


def test_a_token_does_not_see_those_after_it(model: LanguageModel) -> None:
    tokens = torch.randint(50, (2, 12))
    changed = tokens.clone()
    changed[:, 7:] = (changed[:, 7:] + 1) % 50
    before, after = model(tokens), model(changed)
    torch.testing.assert_close(before[:, :7], after[:, :7], atol=1e-5, rtol=1e-5)
    assert not torch.allclose(before[:, 7:], after[:, 7:], atol=1e-2)


@pytest.mark.parametrize("cuts", [(1,) * 12, (5, 1, 6), (12,)])
def test_with_a_cache_it_gives_the_same_logits_piece_by_piece(model: LanguageModel, cuts: tuple[int, ...]) -> None:
    tokens = torch.randint(50, (3, 12))
    cache = KVCache()
    pieces = [model(piece, cache) for piece in tokens.split(cuts, dim=1)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), model(tokens), atol=1e-4, rtol=1e-4)
    assert len(cache) == 12
    assert cache.size_bytes == 2 * 2 * 3 * 12 * 16 * 4  # keys and values, layers, sequences, tokens, dim, float32


def test_rotated_queries_and_keys_depend_on_their_distance_alone() -> None:
    cos, sin = rotary_angles(40, head_dim=8)
    q, k = torch.randn(8), torch.randn(8)

    def product(at: int, other: int) -> float:
        turned = [rotate(x[None, None, None], cos[[p]], sin[[p]]).flatten() for x, p in ((q, at), (k, other))]
        return float(turned[0] @ turned[1])

    assert product(3, 1) == pytest.approx(product(30, 28), abs=1e-4)
    assert product(0, 0) == pytest.approx(float(q @ k), abs=1e-5)
    assert product(3, 1) != pytest.approx(product(3, 2), abs=1e-3)


def test_the_norm_equals_pytorch_s() -> None:
    ours, theirs = RMSNorm(16), nn.RMSNorm(16, eps=1e-5)
    ours.weight.data = theirs.weight.data = torch.randn(16)
    x = 100 * torch.randn(3, 16)
    torch.testing.assert_close(ours(x), theirs(x))


def test_it_learns_a_pattern() -> None:
    torch.manual_seed(0)
    model = language_model(vocabulary=8, context=16, dim=16, depth=1, heads=2, hidden=16, dropout=0.1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    text = torch.arange(17).remainder(5)[None].repeat(8, 1)
    for _ in range(60):
        loss = F.cross_entropy(model(text[:, :-1]).flatten(0, 1), text[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert generate(model, torch.tensor([0, 1]), tokens=8, temperature=0).tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]
    assert model.training  # as before


def test_generating_equals_reading_everything_anew_for_each_token(model: LanguageModel) -> None:
    text = torch.tensor([3, 1, 4])
    for _ in range(10):
        text = torch.cat([text, model(text[None])[0, -1].argmax()[None]])
    assert torch.equal(generate(model, text[:3], tokens=10, temperature=0), text)


def test_draws_follow_the_probabilities_and_the_seed(model: LanguageModel) -> None:
    prompt = torch.tensor([7])
    drawn = torch.tensor([int(generate(model, prompt, tokens=1, seed=seed)[-1]) for seed in range(600)])
    expected = model(prompt[None])[0, -1].softmax(0).detach()
    likeliest = int(expected.argmax())
    share, p = float((drawn == likeliest).double().mean()), float(expected[likeliest])
    assert abs(share - p) < 4 * math.sqrt(p * (1 - p) / 600)
    again = generate(model, prompt, tokens=9, seed=5)
    assert torch.equal(generate(model, prompt, tokens=9, seed=5), again)


def test_every_matrix_is_a_linear_layer_that_groups_of_128_divide() -> None:
    model = language_model()
    layers = [module for module in model.modules() if isinstance(module, nn.Linear)]
    assert len(layers) == 4 * 7 + 1 and all(layer.in_features % 128 == 0 for layer in layers)
    gains = sum(p.numel() for p in model.parameters() if p.ndim == 1)
    embedding = model.embed.weight.numel()
    assert parameter_count(model) == sum(layer.weight.numel() for layer in layers) + gains + embedding == 3_148_032


def test_it_is_copied_and_its_state_has_no_tables(model: LanguageModel) -> None:
    assert not {"cos", "sin"} & set(model.state_dict())
    tokens = torch.randint(50, (1, 6))
    torch.testing.assert_close(copy.deepcopy(model)(tokens), model(tokens))


def test_bad_settings_are_named(model: LanguageModel) -> None:
    with pytest.raises(InputError, match=r"dim=20 is not heads=4 times an even number"):
        language_model(dim=20)
    with pytest.raises(InputError, match="dropout=1"):
        language_model(dropout=1.0)
    with pytest.raises(InputError, match="depth=0"):
        language_model(depth=0)
    for prompt in (torch.tensor([], dtype=torch.int64), torch.tensor([[1]]), torch.tensor([1.0])):
        with pytest.raises(InputError, match="expected int64"):
            generate(model, prompt, tokens=2)
    with pytest.raises(InputError, match=r"20 tokens and 6 more don't fit into the context of 24"):
        generate(model, torch.zeros(20, dtype=torch.int64), tokens=6)
    assert len(generate(model, torch.zeros(20, dtype=torch.int64), tokens=5)) == 25
    used = KVCache()
    model(torch.zeros(1, 3, dtype=torch.int64), used)
    with pytest.raises(InputError, match="cache holds 3 tokens already"):
        generate(model, torch.tensor([1]), tokens=2, cache=used)
    with pytest.raises(RuntimeError, match="25 tokens: the model was made for 24"):
        model(torch.zeros(1, 25, dtype=torch.int64))
