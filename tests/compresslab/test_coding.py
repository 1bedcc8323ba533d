"""Shared weights and their codes: against brute force, other implementations, and files with a fault in them."""

import copy
import itertools
import json
import math
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from torch import Tensor, nn

from compresslab import coding
from compresslab.coding import file as coded_file
from compresslab.coding import huffman
from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.models import small_cnn
from compresslab.pruning import prune_global_magnitude
from compresslab.quantization import quantize_weights

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12).filter(any)


def by_hand(data: bytes, lengths: Sequence[int], count: int) -> list[int]:
    """Reads bit by bit, with the codes in a dict."""
    codes = coding.canonical_codes(lengths)
    symbols = {f"{codes[s]:0{length}b}": s for s, length in enumerate(lengths) if length}
    found, code = [], ""
    for bit in "".join(f"{byte:08b}" for byte in data):
        code += bit
        if code in symbols and len(found) < count:
            found.append(symbols[code])
            code = ""
    return found


def test_codes_of_the_lengths_in_the_deflate_standard() -> None:
    codes = coding.canonical_codes([3, 3, 3, 3, 3, 2, 4, 4])  # RFC 1951, section 3.2.2
    assert codes == [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111]


@pytest.mark.parametrize("counts", [[1, 1], [5, 1, 1], [1, 1, 1, 1], [9, 5, 2, 1], [1, 2, 3, 5, 8], [7, 7, 1, 1, 1, 1]])
def test_no_other_lengths_of_a_prefix_code_take_fewer_bits(counts: list[int]) -> None:
    possible = (
        sum(count * length for count, length in zip(counts, lengths, strict=True))
        for lengths in itertools.product(range(1, len(counts)), repeat=len(counts))
        if sum(2.0**-length for length in lengths) <= 1
    )
    assert coding.huffman_bits(counts) == min(possible)


@given(COUNTS)
def test_entropy_is_a_bound_that_huffman_comes_within_a_bit_of(counts: list[int]) -> None:
    bound, bits, total = coding.entropy_bits(counts), coding.huffman_bits(counts), sum(counts)
    shares = np.array([count / total for count in counts if count])
    assert math.isclose(bound, total * float(-(shares * np.log2(shares)).sum()), abs_tol=1e-9)
    assert bound <= bits + 1e-9 and bits <= bound + total


@given(st.lists(st.integers(0, 9), max_size=300), st.integers(1, 40))
@settings(deadline=None)
def test_symbols_come_back(symbols: list[int], at_once: int) -> None:
    lengths = coding.code_lengths(np.bincount([*symbols, 0], minlength=12).tolist())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(huffman, "_BYTES_AT_ONCE", at_once)
        patch.setattr(huffman, "_SYMBOLS_AT_ONCE", at_once)
        data = coding.encode(symbols, lengths)
        found = coding.decode(data, lengths, len(symbols)).tolist()
    assert found == symbols == by_hand(data, lengths, len(symbols))
    assert len(data) == math.ceil(sum(lengths[symbol] for symbol in symbols) / 8)


def test_very_long_codes_come_back() -> None:
    counts = [1, 1]
    while len(counts) < 58:
        counts.append(counts[-1] + counts[-2])  # Fibonacci numbers make the longest codes
    lengths = coding.code_lengths(counts)
    assert max(lengths) == 57
    symbols = [*range(58), *range(57, -1, -1), 0, 0]
    assert coding.decode(coding.encode(symbols, lengths), lengths, len(symbols)).tolist() == symbols


def test_a_symbol_that_is_alone_takes_a_bit() -> None:
    assert coding.code_lengths([0, 7]) == [0, 1] and coding.encode([1] * 9, [0, 1]) == bytes(2)
    assert coding.decode(bytes(2), [0, 1], 9).tolist() == [1] * 9
    with pytest.raises(InputError, match="stands for no symbol"):
        coding.decode(b"\x01\x00", [0, 1], 9)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: coding.code_lengths([0, 0]), "no symbol that occurs"),
        (lambda: coding.code_lengths([1, -1]), "counts\\[1\\]=-1"),
        (lambda: coding.code_lengths([1.5]), "whole number"),
        (lambda: coding.canonical_codes([1, 1, 1]), "too short for so many symbols"),
        (lambda: coding.canonical_codes([0]), "no symbol with a code"),
        (lambda: coding.canonical_codes([58, 1]), "lengths\\[0\\]=58"),
        (lambda: coding.encode([2], [1, 1]), "from 0 to 1"),
        (lambda: coding.encode([0.5], [1, 1]), "whole numbers"),
        (lambda: coding.encode([1], [1, 0, 1]), "symbol 1 occurs but has no code"),
        (lambda: coding.decode(b"\x00", [1, 2], 3), "no complete prefix code"),
        (lambda: coding.decode(b"\x00", [1, 1], 9), "end after 8 symbols"),
        (lambda: coding.decode(b"\xff", [1, 2, 3, 3], 3), "in the midst of one"),
        (lambda: coding.decode(b"\x00\x00", [1, 1], 8), "go on after the 8"),
        (lambda: coding.kmeans_codebook(torch.tensor([math.nan]), 2), "finite"),
        (lambda: coding.kmeans_codebook(torch.tensor([]), 2), "0 numbers"),
        (lambda: coding.kmeans_codebook(torch.ones(2), 0), "clusters=0"),
        (lambda: coding.kmeans_codebook(torch.ones(2), 2, start="random"), "linear, density"),
        (lambda: coding.share_weights(nn.Linear(2, 2), bits=0), "bits\\['weight'\\]=0"),
        (lambda: coding.share_weights(nn.Linear(2, 2), bits={"bias": 2}), "none of the weights"),
        (lambda: coding.attach_codebooks(nn.Linear(99, 99)), "call share_weights first"),
    ],
)
def test_bad_input_is_refused(call: Callable[[], object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        call()


@pytest.mark.parametrize("seed", range(3))
def test_the_codebook_is_that_of_scikit_learn(seed: int) -> None:
    values = torch.randn(500, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    start = torch.linspace(float(values.min()), float(values.max()), 8)
    theirs = KMeans(8, init=start.numpy()[:, None], n_init=1, max_iter=1000, tol=0).fit(values.numpy()[:, None])
    ours = coding.kmeans_codebook(values, 8, iterations=1000)
    assert np.allclose(ours.numpy(), np.sort(theirs.cluster_centers_[:, 0]), atol=1e-9)
    error = (coding.nearest(values, ours)[0] - values).square().sum()
    assert math.isclose(float(error), theirs.inertia_, rel_tol=1e-9)


def test_codebooks_in_special_cases() -> None:
    assert coding.kmeans_codebook(torch.tensor([3.0, 3.0]), 4).tolist() == [3.0]
    many = torch.tensor([0.0] * 50 + [1.0, 1.1, 9.0])  # more than half are equal, and so are the quantiles
    assert coding.kmeans_codebook(many, 3, start="density").tolist() == [pytest.approx(11.1 / 53)]
    assert coding.kmeans_codebook(many, 3).tolist() == [pytest.approx(2.1 / 52), 9.0]  # the middle one stays empty
    half = coding.kmeans_codebook(torch.randn(99).to(torch.bfloat16), 4)
    assert half.dtype == torch.bfloat16 and len(half) == 4
    values, indices = coding.nearest(torch.tensor([-9.0, 0.6]), torch.tensor([0.0, 1.0, 2.0]))
    assert values.tolist() == [0.0, 1.0] and indices.tolist() == [0, 1]


def test_shared_weights_keep_their_zeros_and_are_few() -> None:
    torch.manual_seed(0)
    pruned = prune_global_magnitude(small_cnn(), sparsity=0.7)
    before = copy.deepcopy(pruned.state_dict())
    shared = coding.share_weights(pruned, bits=3)
    for (name, old), (_, new) in zip(prunable_weights(pruned), prunable_weights(shared), strict=True):
        assert torch.equal(old == 0, new == 0), name
        assert len(new.unique()) <= 8
        assert (old - new)[old != 0].abs().max() < (old.max() - old.min()) / 7
    assert all(torch.equal(before[name], tensor) for name, tensor in pruned.state_dict().items())
    name = next(iter(dict(prunable_weights(pruned))))
    only = coding.share_weights(pruned, bits={name: 1})
    assert len(dict(prunable_weights(only))[name].unique()) == 2
    changed = [key for key, tensor in only.state_dict().items() if not torch.equal(tensor, before[key])]
    assert changed == [name]


def test_a_codebook_gets_the_summed_gradient_of_its_weights() -> None:
    torch.manual_seed(0)
    plain = coding.share_weights(nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)), bits=2)
    with torch.no_grad():
        plain[0].weight[0] = 0.0
    trained = coding.attach_codebooks(plain)
    x, labels = torch.randn(9, 6), torch.randint(3, (9,))
    assert torch.equal(trained(x), plain(x))
    for model in (plain, trained):
        F.cross_entropy(model(x), labels).backward()
    assert plain[0].weight.grad is not None
    weight, gradient = plain[0].weight.detach(), plain[0].weight.grad
    values = [value for value in weight.unique() if value != 0]
    wanted = torch.stack([gradient[weight == value].sum() for value in values])
    codebook = trained[0].parametrizations.weight.original
    assert codebook.shape == wanted.shape and torch.allclose(codebook.grad, wanted, atol=1e-6)

    torch.optim.SGD(trained.parameters(), lr=0.1, momentum=0.9).step()
    done = coding.make_codebooks_permanent(trained)
    assert torch.equal(done(x), trained(x)) and (done[0].weight[0] == 0).all()
    moved = (torch.stack(values) - 0.1 * wanted).sort().values
    found = done[0].weight.detach().unique()
    assert torch.allclose(found[found != 0], moved, atol=1e-6)
    assert [name for name, _ in done.named_parameters()] == [name for name, _ in plain.named_parameters()]
    assert torch.equal(trained(x), done(x)), "taking codebooks off the copy left the original as it was"


class Odd(nn.Module):
    """Tensors of many kinds, each with something in it that a file may lose."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([math.nan, math.inf, -0.0, 0.0, 1.0] * 30))
        self.tied = self.weight
        for name, tensor in {
            "empty": torch.zeros(0, 3),
            "single": torch.tensor(7),
            "same": torch.full((40, 5), 2.5, dtype=torch.bfloat16),
            "zeros": torch.zeros(50),
            "bools": torch.arange(70) % 3 == 0,
            "bytes": torch.arange(256, dtype=torch.uint8),
            "small": (torch.arange(900) % 7 - 3).to(torch.int8).view(30, 30).T,
            "doubles": torch.linspace(0, 1, 5, dtype=torch.float64).repeat(20),
            "eighth": torch.tensor([0.5, 0.0] * 40).to(torch.float8_e4m3fn),
            "rare": (torch.arange(5000) % 999 == 998).float() * 3,
            "many": torch.cat([torch.zeros(500), torch.linspace(1, 2, 40)]),
            "last": torch.cat([torch.zeros(3000), torch.ones(1)]),
        }.items():
            self.register_buffer(name, tensor)


def bits_of(tensor: Tensor) -> bytes:
    return tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes()


def test_every_tensor_comes_back_bit_for_bit(tmp_path: Path) -> None:
    model = Odd()
    size = coding.save_coded(model, tmp_path / "odd")
    assert size == (tmp_path / "odd").stat().st_size
    loaded = coding.load_coded(Odd(), tmp_path / "odd")
    for name, tensor in model.state_dict().items():
        found = loaded.state_dict()[name]
        assert (found.dtype, found.shape, bits_of(found)) == (tensor.dtype, tensor.shape, bits_of(tensor)), name
    assert loaded.tied is loaded.weight


@given(
    st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.5, -2.0, 3.0]), min_size=1, max_size=400),
    st.integers(0, 700),
)
@settings(deadline=None, max_examples=60)
def test_any_gaps_come_back(values: list[float], zeros: int) -> None:
    tensor = torch.tensor([0.0] * zeros + values)
    kind, pieces = coded_file._shortest("x", tensor)
    assert torch.equal(coded_file._read(kind, pieces, torch.float32, len(tensor)), tensor)
    assert sum(map(len, pieces)) <= 4 * len(tensor)


@pytest.mark.parametrize(
    "rounded",
    [lambda model: coding.share_weights(model, bits=4), lambda model: quantize_weights(model, bits=4)],
    ids=["shared", "on a grid"],
)
def test_a_decoded_model_is_the_rounded_one_and_takes_about_its_entropy(
    tmp_path: Path, rounded: Callable[[nn.Module], nn.Module]
) -> None:
    torch.manual_seed(0)
    model = rounded(prune_global_magnitude(nn.Sequential(nn.Linear(200, 150), nn.Linear(150, 40)), sparsity=0.8))
    size = coding.save_coded(model, tmp_path / "model")
    with torch.device("meta"):
        skeleton = nn.Sequential(nn.Linear(200, 150), nn.Linear(150, 40))
    loaded = coding.load_coded(skeleton, tmp_path / "model")
    assert all(bits_of(a) == bits_of(b) for a, b in zip(loaded.parameters(), model.parameters(), strict=True))
    counts = [w.detach().unique(return_counts=True)[1].tolist() for _, w in prunable_weights(model)]
    bound = sum(map(coding.entropy_bits, counts)) / 8 + 4 * 190
    books = 5 * sum(map(len, counts))
    assert 0.97 * bound < size < 1.12 * bound + books + 600  # the gaps' codes know a little more than the counts


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("coded") / "m"
    coding.save_coded(coding.share_weights(prune_global_magnitude(nn.Linear(40, 30), sparsity=0.6), bits=3), path)
    return path.read_bytes()


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_a_file_with_any_fault_is_refused_and_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, written: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(written) - 1))
    if data.draw(st.booleans()):
        spoilt = written[:place] + bytes([written[place] ^ data.draw(st.integers(1, 255))]) + written[place + 1 :]
    else:
        spoilt = written[:place] if data.draw(st.booleans()) else written + written[place:]
    path = tmp_path_factory.getbasetemp() / "spoilt"
    path.write_bytes(spoilt)
    skeleton = nn.Linear(40, 30)
    before = copy.deepcopy(skeleton.state_dict())
    with pytest.raises(InputError, match=r"spoilt"):
        coding.load_coded(skeleton, path)
    assert all(torch.equal(tensor, before[name]) for name, tensor in skeleton.state_dict().items())


def forged(written: bytes, change: Callable[[Any], object]) -> bytes:
    """The file with another header, of which the checksum is right."""
    end = 12 + int.from_bytes(written[4:8], "little")
    said = json.loads(zlib.decompress(written[12:end]))
    said = change(said) or said
    header = zlib.compress(json.dumps(said).encode())
    body = header + written[end:]
    return written[:4] + len(header).to_bytes(4, "little") + zlib.crc32(body).to_bytes(4, "little") + body


@pytest.mark.parametrize(
    ("change", "says"),
    ids=map(str, range(12)),
    argvalues=[
        (lambda said: said["tensors"][0].__setitem__(2, [10**9, 10**9]), "another architecture"),
        (lambda said: said["tensors"][0].__setitem__(0, "other"), "other is .* and absent here"),
        (lambda said: said["tensors"][0].__setitem__(1, "float16"), "damaged at|as torch.float16"),
        (lambda said: said["tensors"][0].__setitem__(1, "object"), "damaged at 'weight'"),
        (lambda said: said["tensors"][0].__setitem__(3, "pickle"), "unknown kind 'pickle'"),
        (lambda said: said["tensors"][0].__setitem__(3, "plain"), "damaged at 'weight'"),
        (lambda said: said["tensors"][0][4].__setitem__(0, 4), "damaged at 'weight'"),
        (lambda said: said["tensors"][0][4].__setitem__(0, -1), "damaged header"),
        (lambda said: said["tensors"].append(said["tensors"][0]), "a name twice"),
        (lambda said: said.update(tensors=said["tensors"][:1]), "bytes more or less"),
        (lambda said: [said], "damaged header"),
        (lambda said: said.__setitem__("notes", 3), "damaged header"),
    ],
)
def test_a_forged_header_is_refused(tmp_path: Path, written: bytes, change: Callable[[Any], object], says: str) -> None:
    (tmp_path / "forged").write_bytes(forged(written, change))
    with pytest.raises(InputError, match=says):
        coding.load_coded(nn.Linear(40, 30), tmp_path / "forged")


def test_a_file_of_another_kind_and_a_dtype_that_it_does_not_hold_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"PK\x03\x04" + bytes(99))
    with pytest.raises(InputError, match="doesn't begin with CLHC"):
        coding.load_coded(nn.Linear(2, 2), tmp_path / "other")
    model = nn.Linear(2, 2)
    model.register_buffer("angle", torch.zeros(3, dtype=torch.complex64))
    with pytest.raises(InputError, match=r"'angle' is torch\.complex64"):
        coding.save_coded(model, tmp_path / "model")
    with pytest.raises(InputError, match="a folder"):
        coding.save_coded(nn.Linear(2, 2), tmp_path)
