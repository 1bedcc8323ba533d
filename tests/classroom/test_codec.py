import contextlib
import json
import math
import struct
from collections import Counter, OrderedDict, defaultdict, namedtuple

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from classroom.exchange.codec import LIMIT_BYTES, Malformed, NotPlain, Tagged, decode, encode

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(max_size=20)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(-(2**60), 2**60), inner, max_size=4)
    ),
    max_leaves=20,
)
TORCH_TYPES = [
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.bfloat16,
]
TORCH_TYPES += [torch.float32, torch.float64]


def same(one: object, other: object) -> bool:
    """Equal in value and in every type inside."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return one == other


@given(PLAIN)
def test_plain_data_come_back_as_they_are(value: object) -> None:
    assert same(decode(encode(value)), value)


def test_floats_that_are_no_numbers_come_back() -> None:
    nan, inf, minus = decode(encode([math.nan, math.inf, -math.inf]))
    assert math.isnan(nan)
    assert (inf, minus) == (math.inf, -math.inf)


@pytest.mark.parametrize("dtype", TORCH_TYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3, 4)], ids=str)
def test_tensors_come_back_bit_by_bit(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = torch.randint(0, 2, shape).to(dtype)
    back = decode(encode(tensor))
    assert type(back) is torch.Tensor
    assert back.dtype == dtype
    assert back.shape == tensor.shape
    assert torch.equal(back, tensor)


def test_layout_and_gradient_flag_of_a_tensor_are_kept_its_memory_is_not() -> None:
    base = torch.arange(24.0).reshape(4, 6)
    single = torch.ones(1, 2)[:, ::2]
    for tensor in (base.T, base[:, ::2], base[1:, 2:].T, base[:, :1], torch.ones(3, requires_grad=True)):
        back = decode(encode(tensor))
        assert back.stride() == tensor.stride()
        assert back.requires_grad == tensor.requires_grad
        assert torch.equal(back, tensor)
        assert back.data_ptr() != tensor.data_ptr()
    for tensor in (single, torch.arange(3.0).expand(4, 3), base[:1, :1].T, base[0, 3], torch.zeros(3).conj()):
        assert torch.equal(decode(encode(tensor)), tensor)


def test_what_stands_for_plain_data_arrives_as_plain_data() -> None:
    parameter = nn.Parameter(torch.ones(2))
    assert type(decode(encode(parameter))) is torch.Tensor
    assert decode(encode(parameter)).requires_grad
    assert decode(encode(torch.Size([2, 3]))) == (2, 3)
    for mapping in (OrderedDict(a=1), defaultdict(int, a=1), Counter(a=1)):
        assert same(decode(encode(mapping)), {"a": 1})
    assert decode(encode(torch.bfloat16)) is torch.bfloat16


def test_numpy_arrays_and_scalars_come_back() -> None:
    for array in (np.arange(6.0).reshape(2, 3), np.array(3, np.int16), np.array([], bool), np.arange(4, dtype=">i4")):
        back = decode(encode(array))
        assert back.shape == array.shape
        assert back.dtype == array.dtype.newbyteorder("=")
        assert np.array_equal(back, array)
    for scalar in (np.float32(0.1), np.int64(3), np.bool(True)):
        assert same(decode(encode(scalar)), scalar)


class Loud(str):
    __slots__ = ()


class Pretender(torch.Tensor):
    pass


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (object(), r"the value is of type builtins\.object, not plain data"),
        ({"a": [1, {2}]}, r"the part \['a'\]\[1\] is of type builtins\.set"),
        (Loud("a"), "Loud"),
        (namedtuple("Pair", "a b")(1, 2), "Pair"),
        (torch.ones(2).as_subclass(Pretender), "Pretender"),
        ({(1, 2): 3}, "a key of type tuple"),
        ({True: 3}, "a key of type bool"),
        (1j, "complex"),
        (torch.ones(2, dtype=torch.complex64), "complex64"),
        (torch.ones(2).to_sparse(), "sparse_coo"),
        (torch.ones(2, device="meta"), "on meta"),
        (np.array(["a"]), "ndarray"),
        (10**1000, "an integer of more than 1000 bits"),
        (torch.zeros(1).expand(2**40), "too large"),
        (bytes(LIMIT_BYTES + 1), "too large"),
        (["a"] * 10**7, "too many parts"),
    ],
)
def test_anything_else_is_refused_with_its_place_and_type(value: object, reason: str) -> None:
    with pytest.raises(NotPlain, match=reason):
        encode(value)


def test_nesting_and_circles_are_bounded() -> None:
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]
    circle: list[object] = []
    circle.append(circle)
    for value in (deep, circle):
        with pytest.raises(NotPlain, match="nested more than 64 deep"):
            encode(value)


def test_a_hook_describes_other_objects_and_revive_turns_them_back() -> None:
    message = encode([{1, 2}, 3], lambda value: Tagged("set", sorted(value)) if isinstance(value, set) else None)
    assert decode(message) == [Tagged("set", [1, 2]), 3]
    assert decode(message, lambda tagged: set(tagged.content)) == [{1, 2}, 3]


def message(header: object, blob: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + blob


WRONG = [
    b"",
    b"\0\0\0",
    b"\0\0\0\1",
    b"\xff\xff\xff\xff",
    message(1) + b"left over",
    b"\0\0\0\2{}",
    b"\0\0\0\2no",
    b"\0\0\0\1\xff",
    struct.pack(">I", 10**6) + b"[" * 10**6,
    struct.pack(">I", 10**4) + b"9" * 10**4,
    message({"a": 1}),
    message([]),
    message(["unknown", 1]),
    message(["list", 1]),
    message(["dict", [[["list", []], 1]]]),
    message(["dict", [[True, 1]]]),
    message(["dict", [[1]]]),
    message(["bytes", 3], b"12"),
    message(["bytes", -1], b""),
    message(["tensor", "float32", [2], None, False], bytes(7)),
    message(["tensor", "float31", [1], None, False], bytes(4)),
    message(["tensor", "float32", [-1], None, False]),
    message(["tensor", "float32", [2**39, 2**39], None, False]),
    message(["tensor", "float32", [0, 2**62], None, False]),
    message(["tensor", "float32", [1] * 17, None, False], bytes(4)),
    message(["tensor", "float32", ["1"], None, False], bytes(4)),
    message(["tensor", "float32", [2], [2**30], False], bytes(8)),
    message(["tensor", "float32", [2], [0], False], bytes(8)),
    message(["tensor", "float32", [2, 2], [1], False], bytes(16)),
    message(["tensor", "float32", [2], "1", False], bytes(8)),
    message(["tensor", "int64", [1], None, True], bytes(8)),
    message(["array", "object", [1]], bytes(8)),
    message(["number", "float32", [2]], bytes(8)),
    message(["dtype", "complex64"]),
    message(["tagged", 1, 2]),
    b"\x80\x04\x95",  # the beginning of a pickle
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_malformed_bytes_are_refused(wrong: bytes) -> None:
    with pytest.raises(Malformed):
        decode(wrong)


@settings(max_examples=300)
@given(st.binary(max_size=60), st.sampled_from([b"", message(["tensor", "float32", [2], None, False], bytes(8))]))
def test_random_bytes_raise_nothing_else(noise: bytes, start: bytes) -> None:
    cut = len(noise) // 2
    with contextlib.suppress(Malformed):
        decode(start[:cut] + noise + start[cut:])


def test_a_bool_of_another_byte_is_true() -> None:
    assert decode(message(["tensor", "bool", [3], None, False], b"\0\1\7")).tolist() == [False, True, True]


@pytest.mark.parametrize("sign", [1, -1])
def test_keys_that_share_a_hash_are_refused_before_a_dict_is_made_of_them(sign: int) -> None:
    """Multiples of 2**61 - 1 all hash to 0: a dict of 500,000 took 22 minutes to build."""
    assert hash(2**61 - 1) == hash(2 * (2**61 - 1)) == 0
    assert decode(encode({sign * 2**60: 1})) == {sign * 2**60: 1}
    with pytest.raises(NotPlain, match=r"the part \['a'\] is a dict with a key beyond"):
        encode({"a": {sign * (2**61 - 1): None}})
    with pytest.raises(Malformed, match="too large a number"):
        decode(message(["dict", [[sign * (2**61 - 1), None]]]))
