"""A small decoder-only transformer of the kind that large language models are.

RMSNorm before each part (Zhang and Sennrich 2019), rotary positions (Su et al. 2021), a gated MLP (Shazeer 2020,
"GLU Variants Improve Transformer"), no biases: the shape of Touvron et al. 2023, "LLaMA". Every matrix is an
`nn.Linear` of its own, and what stands before each is linear in the channels that it reads, so that a quantizer may
move a channel's scale from a matrix into what feeds it.
"""

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import at_least, share, whole
from compresslab.errors import InputError
from compresslab.modes import evaluating


@dataclass
class KVCache:
    """Keys and values of the tokens that a model has read, so that the next token costs one token's work.

    Attributes:
        keys, values: of each layer, (N, heads, tokens, head_dim); empty before the first call.

    >>> cache = KVCache()
    >>> _ = language_model(vocabulary=16, dim=8, depth=2, heads=2, hidden=8)(torch.tensor([[1, 2, 3]]), cache)
    >>> len(cache), cache.keys[0].shape, cache.size_bytes
    (3, torch.Size([1, 2, 3, 4]), 384)
    """

    keys: list[Tensor] = field(default_factory=list)
    values: list[Tensor] = field(default_factory=list)

    def __len__(self) -> int:
        return self.keys[0].shape[2] if self.keys else 0

    @property
    def size_bytes(self) -> int:
        """Bytes of all keys and values."""
        return sum(tensor.numel() * tensor.element_size() for tensor in (*self.keys, *self.values))

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Append a layer's new keys and values, and give all of them."""
        if layer == len(self.keys):
            self.keys.append(keys)
            self.values.append(values)
        else:
            self.keys[layer] = torch.cat([self.keys[layer], keys], dim=2)
            self.values[layer] = torch.cat([self.values[layer], values], dim=2)
        return self.keys[layer], self.values[layer]


class RMSNorm(nn.Module):
    """x / sqrt(mean(x^2) + eps) times a gain for each channel, over the last dimension.

    `nn.RMSNorm` computes the same; written out, it is exported with ordinary operators.

    >>> RMSNorm(2)(torch.tensor([3.0, 3.0]))
    tensor([1.0000, 1.0000], grad_fn=<MulBackward0>)
    """

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


class CausalAttention(nn.Module):
    """Multi-head attention in which a token sees itself and those before it, with rotary positions.

    Maps (N, tokens, dim) to the same shape.

    Args:
        dim: features of a token; `heads` times an even number.
        heads: each attends with dim / heads features.

    >>> cos, sin = rotary_angles(8, head_dim=4)
    >>> CausalAttention(8, heads=2)(torch.zeros(1, 8, 8), cos, sin).shape
    torch.Size([1, 8, 8])
    """

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(dim, dim, bias=False)
        self.k = nn.Linear(dim, dim, bias=False)
        self.v = nn.Linear(dim, dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        batch, tokens, dim = x.shape

        def split(y: Tensor) -> Tensor:  # (batch, tokens, dim) to (batch, heads, tokens, head_dim)
            return y.reshape(batch, tokens, self.heads, dim // self.heads).transpose(1, 2)

        q, k, v = rotate(split(self.q(x)), cos, sin), rotate(split(self.k(x)), cos, sin), split(self.v(x))
        if cache is None:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            k, v = cache.extend(layer, k, v)
            # Query number i stands after all that was cached: it sees that, and the new tokens up to its own.
            seen = torch.ones(tokens, k.shape[2], dtype=torch.bool, device=x.device).tril(k.shape[2] - tokens)
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        return self.out(mixed.transpose(1, 2).reshape(batch, tokens, dim))


class GatedMLP(nn.Module):
    """down(silu(gate(x)) * up(x)): the gate says how much of each hidden feature passes.

    >>> GatedMLP(8, hidden=16)(torch.zeros(1, 3, 8)).shape
    torch.Size([1, 3, 8])
    """

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.gate = nn.Linear(dim, hidden, bias=False)
        self.up = nn.Linear(dim, hidden, bias=False)
        self.down = nn.Linear(hidden, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class DecoderLayer(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)); dropout on what is added.

    >>> cos, sin = rotary_angles(3, head_dim=4)
    >>> DecoderLayer(8, heads=2, hidden=16, dropout=0.0)(torch.zeros(1, 3, 8), cos, sin).shape
    torch.Size([1, 3, 8])
    """

    def __init__(self, dim: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = RMSNorm(dim)
        self.attention = CausalAttention(dim, heads)
        self.norm2 = RMSNorm(dim)
        self.mlp = GatedMLP(dim, hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        x = x + self.dropout(self.attention(self.norm1(x), cos, sin, cache, layer))
        return x + self.dropout(self.mlp(self.norm2(x)))


class LanguageModel(nn.Module):
    """Maps tokens (N, T) int64 to the logits (N, T, vocabulary) of each one's successor.

    `language_model` makes it, and says what the settings are.

    >>> language_model(vocabulary=16, dim=8, depth=1, heads=2, hidden=8).context
    256
    """

    cos: Tensor
    sin: Tensor

    def __init__(
        self, vocabulary: int, context: int, dim: int, depth: int, heads: int, hidden: int, dropout: float
    ) -> None:
        super().__init__()
        self.context = context
        self.embed = nn.Embedding(vocabulary, dim)
        self.dropout = nn.Dropout(dropout)
        layers = [DecoderLayer(dim, heads, hidden, dropout) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.norm = RMSNorm(dim)
        self.head = nn.Linear(dim, vocabulary, bias=False)
        cos, sin = rotary_angles(context, head_dim=dim // heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(_draw)
        for layer in layers:  # each layer adds twice to the same sum, which is to keep its size
            for last in (layer.attention.out, layer.mlp.down):
                nn.init.normal_(last.weight, std=0.02 / (2 * depth) ** 0.5)

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        start = 0 if cache is None else len(cache)
        end = start + tokens.shape[1]
        torch._check(end <= self.context, lambda: f"{end} tokens: the model was made for {self.context}.")
        cos, sin = self.cos[start:end], self.sin[start:end]
        x = self.dropout(self.embed(tokens))
        for number, layer in enumerate(self.layers):
            x = layer(x, cos, sin, cache, number)
        return self.head(self.norm(x))


def rotary_angles(tokens: int, *, head_dim: int, base: float = 10_000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines by which `rotate` turns the features of each position.

    Args:
        tokens: positions 0 to tokens - 1.
        head_dim: features of a head, even.
        base: feature pair i of n turns by base^(-i / n) radians a position.

    Returns:
        Two tensors (tokens, head_dim / 2).

    >>> rotary_angles(2, head_dim=4)[1]
    tensor([[0.0000, 0.0000],
            [0.8415, 0.0100]])
    """
    frequency = base ** (-torch.arange(0, head_dim, 2) / head_dim)
    angles = torch.arange(tokens)[:, None] * frequency
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair of features (i, i + head_dim / 2) by its position's angle.

    The product of a rotated query and a rotated key depends on the distance of their positions alone.

    Args:
        x: (N, heads, T, head_dim).
        cos, sin: (T, head_dim / 2).

    >>> rotate(torch.tensor([[[[1.0, 0.0]]]]), torch.tensor([[0.0]]), torch.tensor([[1.0]]))  # a quarter turn
    tensor([[[[0., 1.]]]])
    """
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1)


def language_model(
    *,
    vocabulary: int = 1024,
    context: int = 256,
    dim: int = 256,
    depth: int = 4,
    heads: int = 4,
    hidden: int = 512,
    dropout: float = 0.0,
) -> LanguageModel:
    """A language model small enough to train on one core within an hour.

    Args:
        vocabulary: number of tokens, such as `Tokenizer.vocabulary`.
        context: most tokens that it reads at once.
        dim: width of the residual stream.
        depth: number of layers.
        heads: attention heads of each layer; dim / heads must be even, for the rotary positions.
        hidden: width of the MLP.
        dropout: share of what each part adds that is dropped in training.

    Raises:
        InputError: a setting is out of its range, or the heads don't divide `dim` into even parts.

    >>> language_model(vocabulary=300, depth=1)(torch.zeros(2, 5, dtype=torch.int64)).shape
    torch.Size([2, 5, 300])
    """
    whole(vocabulary=vocabulary, context=context, dim=dim, depth=depth, heads=heads, hidden=hidden)
    share(one=False, dropout=dropout)
    if dim % (2 * heads):
        raise InputError(f"dim={dim} is not heads={heads} times an even number: rotary positions turn pairs.")
    return LanguageModel(vocabulary, context, dim, depth, heads, hidden, dropout)


def generate(
    model: LanguageModel,
    prompt: Tensor,
    *,
    tokens: int,
    temperature: float = 1.0,
    seed: int = 0,
    cache: KVCache | None = None,
) -> Tensor:
    """Continue a text, one token after the other, with a cache of keys and values.

    Args:
        model: its weights and modes are as before afterwards.
        prompt: (T,) int64, at least one token.
        tokens: number of tokens to add; with the prompt at most the model's context + 1.
        temperature: divides the logits; 0 takes the likeliest token each time.
        seed: of the draws.
        cache: an empty cache to fill, such as one that quantizes; None makes an ordinary one.

    Returns:
        Prompt and continuation, (T + tokens,).

    Raises:
        InputError: the prompt is empty or no list of whole numbers, the text does not fit into the context, or the
            cache is not empty.

    >>> model = language_model(vocabulary=16, dim=8, depth=1, heads=2, hidden=8)
    >>> generate(model, torch.tensor([3]), tokens=4).shape
    torch.Size([5])
    """
    whole(tokens=tokens)
    whole(0, seed=seed)
    at_least(0, temperature=temperature)
    if prompt.ndim != 1 or len(prompt) == 0 or prompt.dtype != torch.int64:
        raise InputError(f"prompt is {prompt.dtype} {tuple(prompt.shape)}: expected int64 (T,) with T at least 1.")
    if len(prompt) + tokens > model.context + 1:  # the last token is not read any more
        raise InputError(f"{len(prompt)} tokens and {tokens} more don't fit into the context of {model.context}.")
    cache = KVCache() if cache is None else cache
    if len(cache):
        raise InputError(f"cache holds {len(cache)} tokens already: give an empty one.")
    random = torch.Generator().manual_seed(seed)
    text = prompt
    with evaluating(model), torch.inference_mode():
        unread = prompt
        for _ in range(tokens):
            logits = model(unread[None], cache)[0, -1]
            if temperature == 0:
                unread = logits.argmax()[None]
            else:
                unread = torch.multinomial((logits / temperature).softmax(0).cpu(), 1, generator=random)
            text = torch.cat([text, unread.to(text.device)])
    return text


def _draw(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
