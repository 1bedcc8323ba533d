"""A smaller cache of keys and values, which for long texts and many users outgrows the weights.

Keys have channels that are large for all tokens, so they get a scale for each channel, over a group of tokens. Values
have no such channels and get a scale for each token. The newest tokens stay as they are: until a group of them is
complete there is no scale for it, and the next tokens attend to them most.

Reference: Liu et al. 2024, "KIVI: A Tuning-Free Asymmetric 2bit Quantization for KV Cache".
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.models.language import KVCache, LanguageModel
from compresslab.quantization.affine import block_range, dequantize, quantize, scale_and_zero_point
from compresslab.quantization.formats import IntegerFormat

_SCALE_BITS = 16


class QuantizedKVCache(KVCache):
    """A `KVCache` that keeps all but the newest tokens as integers.

    Args:
        bits: of an integer, 2 to 8.
        group_size: tokens that are quantized together, once there are so many.

    Raises:
        InputError: a setting is out of its range.

    >>> from compresslab.models import language_model
    >>> model = language_model(vocabulary=16, dim=64, depth=1, heads=2, hidden=8)
    >>> cache = QuantizedKVCache(bits=4, group_size=32)
    >>> _ = model(torch.zeros(1, 70, dtype=torch.int64), cache)  # 64 tokens as integers, 6 as they are
    >>> len(cache), cache.size_bytes, 70 * 2 * 64 * 4  # of an ordinary cache
    (70, 7808, 35840)
    """

    def __init__(self, *, bits: int = 4, group_size: int = 32) -> None:
        whole(2, 8, "", bits=bits)
        whole(group_size=group_size)
        super().__init__()  # `keys` and `values`: the newest tokens only
        self.bits, self.group_size = bits, group_size
        self.format = IntegerFormat(bits, signed=False)
        self.packed: list[list[tuple[_Integers, _Integers]]] = []  # of each layer, its groups

    def __len__(self) -> int:
        return len(self.packed[0]) * self.group_size + super().__len__() if self.packed else 0

    @property
    def size_bytes(self) -> int:
        """Bytes of the integers packed without gaps, their scales and zero points, and the newest tokens."""
        groups = (integers for layer in self.packed for group in layer for integers in group)
        return super().size_bytes + sum(
            math.ceil((q.numel() * self.bits + scale.numel() * (_SCALE_BITS + self.bits)) / 8) for q, scale, _ in groups
        )

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Append a layer's new keys and values, and give all of them, those that are integers dequantized.

        Tokens are quantized after the call in which they come: it still reads them as they are.
        """
        if layer == len(self.packed):
            self.packed.append([])
        newest_keys, newest_values = super().extend(layer, keys, values)
        older = [tuple(dequantize(*integers) for integers in group) for group in self.packed[layer]]
        every_key = torch.cat([*(k for k, _ in older), newest_keys], dim=2)
        every_value = torch.cat([*(v for _, v in older), newest_values], dim=2)
        while self.keys[layer].shape[2] >= self.group_size:
            k, self.keys[layer] = self._first_group(self.keys[layer])
            v, self.values[layer] = self._first_group(self.values[layer])
            tokens, head_dim = k.shape[2:]
            packed = self._integers(k, (1, 1, tokens, 1)), self._integers(v, (1, 1, 1, head_dim))
            self.packed[layer].append(packed)
        return every_key, every_value

    def _first_group(self, tensor: Tensor) -> tuple[Tensor, Tensor]:
        return tensor[:, :, : self.group_size], tensor[:, :, self.group_size :]

    def _integers(self, tensor: Tensor, block_size: tuple[int, ...]) -> "_Integers":
        low, high = block_range(tensor, block_size, name="the cache")
        scale, zero_point = scale_and_zero_point(low, high, self.format)
        return quantize(tensor, scale, zero_point, format=self.format), scale, zero_point


_Integers = tuple[Tensor, Tensor, Tensor]  # integers, scales, zero points


def through_cache(
    model: LanguageModel, make_cache: Callable[[], KVCache], *, chunk: int = 16
) -> Callable[[Tensor], Tensor]:
    """A model that reads its tokens in pieces through a new cache, as when it writes: to measure what a cache costs.

    Args:
        model: in evaluation mode.
        make_cache: gives an empty cache for each batch.
        chunk: tokens of a piece.

    Returns:
        A callable from tokens (N, T) to logits (N, T, vocabulary).

    >>> from compresslab.models import language_model
    >>> model = language_model(vocabulary=16, dim=64, depth=1, heads=2, hidden=8).eval()
    >>> tokens = torch.arange(16)[None]
    >>> plain = through_cache(model, KVCache, chunk=5)
    >>> torch.allclose(plain(tokens), model(tokens), atol=1e-5)
    True
    """
    whole(chunk=chunk)

    def read(tokens: Tensor) -> Tensor:
        cache = make_cache()
        return torch.cat([model(piece, cache) for piece in tokens.split(chunk, dim=1)], dim=1)

    return read
