import pytest
import torch
from torch import Tensor

from compresslab.errors import InputError
from compresslab.models.language import KVCache, LanguageModel, generate, language_model
from compresslab.quantization.kv_cache import QuantizedKVCache, through_cache


@pytest.fixture
def model() -> LanguageModel:
    torch.manual_seed(0)
    model = language_model(vocabulary=64, context=96, dim=32, depth=2, heads=2, hidden=32)
    for parameter in model.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    return model.eval()


def nearest(group: Tensor, dim: int, bits: int) -> Tensor:
    """Each slice along `dim` rounded to 2^bits values that cover its range with zero, by hand."""
    low, high = group.amin(dim, keepdim=True).clamp_max(0), group.amax(dim, keepdim=True).clamp_min(0)
    step = (high - low) / (2**bits - 1)
    zero = (-low / step).round()
    return ((group / step).round() + zero).clamp(0, 2**bits - 1).sub(zero).mul(step)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_old_tokens_are_rounded_keys_by_channel_and_values_by_token(bits: int) -> None:
    torch.manual_seed(bits)
    keys, values = torch.randn(2, 3, 21, 8), torch.randn(2, 3, 21, 8)
    cache = QuantizedKVCache(bits=bits, group_size=8)
    for k, v in zip(keys.split([13, 1, 7], dim=2), values.split([13, 1, 7], dim=2), strict=True):
        cache.extend(0, k, v)
    found_keys, found_values = cache.extend(0, keys[:, :, :1], values[:, :, :1])
    for at in (0, 8):
        part = slice(at, at + 8)
        torch.testing.assert_close(found_keys[:, :, part], nearest(keys[:, :, part], 2, bits))
        torch.testing.assert_close(found_values[:, :, part], nearest(values[:, :, part], 3, bits))
    assert torch.equal(found_keys[:, :, 16:21], keys[:, :, 16:]) and torch.equal(found_keys[:, :, 21:], keys[:, :, :1])
    assert torch.equal(found_values[:, :, 16:21], values[:, :, 16:])
    assert len(cache) == 22


def test_the_call_that_brings_tokens_reads_them_as_they_are(model: LanguageModel) -> None:
    tokens = torch.randint(64, (2, 70))
    with torch.no_grad():
        torch.testing.assert_close(model(tokens, QuantizedKVCache(bits=2)), model(tokens), atol=1e-4, rtol=1e-4)


def test_more_bits_lose_less_and_cost_more(model: LanguageModel) -> None:
    tokens = torch.randint(64, (2, 96))
    with torch.no_grad():
        expected = model(tokens)
        losses, sizes = [], []
        for bits in (2, 3, 4, 8):
            read = through_cache(model, lambda bits=bits: QuantizedKVCache(bits=bits, group_size=16))
            losses.append(float((read(tokens) - expected).square().mean()))
            cache = QuantizedKVCache(bits=bits, group_size=16)
            model(tokens, cache)
            sizes.append(cache.size_bytes)
    assert losses == sorted(losses, reverse=True) and losses[0] > 100 * losses[-1] > 0
    assert sizes == sorted(sizes)


def test_its_bytes_are_those_of_packed_integers_scales_and_the_newest_tokens(model: LanguageModel) -> None:
    full, cache = KVCache(), QuantizedKVCache(bits=4, group_size=32)
    with torch.no_grad():
        for kind in (full, cache):
            model(torch.zeros(3, 70, dtype=torch.int64), kind)
    assert full.size_bytes == 2 * 2 * 3 * 70 * 32 * 4
    integers = 2 * 2 * 3 * 64 * 32 * 4 // 8  # layers, keys and values, sequences, tokens, dim, bits
    key_scales, value_scales = 2 * 3 * 2 * 32, 2 * 3 * 64 * 2  # a channel of a group; a head of a token
    newest = 2 * 2 * 3 * 6 * 32 * 4
    assert cache.size_bytes == integers + (key_scales + value_scales) * 20 // 8 + newest


def test_a_model_writes_with_it(model: LanguageModel) -> None:
    cache = QuantizedKVCache(bits=8, group_size=4)
    text = generate(model, torch.tensor([1, 2]), tokens=20, temperature=0, cache=cache)
    assert len(text) == 22 and len(cache) == 21  # the last token is not read
    assert len(cache.packed[0]) == 5 and cache.keys[0].shape[2] == 1


def test_bad_settings_are_named(model: LanguageModel) -> None:
    with pytest.raises(InputError, match="bits=1"):
        QuantizedKVCache(bits=1)
    with pytest.raises(InputError, match="group_size=0"):
        QuantizedKVCache(group_size=0)
    with pytest.raises(InputError, match="chunk=0"):
        through_cache(model, KVCache, chunk=0)
    model.layers[0].attention.k.weight.data.fill_(torch.nan)
    with pytest.raises(InputError, match=r"the cache .* NaN"):
        model(torch.zeros(1, 40, dtype=torch.int64), QuantizedKVCache())
