"""What zeros cost to store, against SciPy, and compressed files that load to the same numbers."""

import gzip
from pathlib import Path
from types import SimpleNamespace

import pytest
import scipy.sparse
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from compresslab.cost import file_bytes
from compresslab.errors import InputError
from compresslab.models import mlp, resnet18, tiny_vit
from compresslab.pruning import prune_global_magnitude
from compresslab.weights import (
    bitmask_bytes,
    break_even_sparsity,
    coo_bytes,
    csc_bytes,
    csr_bytes,
    dense_bytes,
    load_compressed,
    save_compressed,
    to_csr,
)

SIZES = {"coo": coo_bytes, "csr": csr_bytes, "csc": csc_bytes}


def matrix(rows: int, columns: int, sparsity: float, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(rows, columns, generator=generator)
    weight.view(-1)[torch.randperm(rows * columns, generator=generator)[: round(sparsity * rows * columns)]] = 0
    return weight


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0, 1), st.integers(0, 99))
def test_the_sizes_are_those_of_scipys_own_arrays(rows: int, columns: int, sparsity: float, seed: int) -> None:
    weight = matrix(rows, columns, sparsity, seed)
    csr = scipy.sparse.csr_matrix(weight.numpy())
    csc, coo = csr.tocsc(), csr.tocoo()
    assert csr_bytes(weight) == csr.data.nbytes + csr.indices.nbytes + csr.indptr.nbytes
    assert csc_bytes(weight) == csc.data.nbytes + csc.indices.nbytes + csc.indptr.nbytes
    assert coo_bytes(weight) == coo.data.nbytes + coo.row.nbytes + coo.col.nbytes
    assert bitmask_bytes(weight) == -(-rows * columns // 8) + 4 * csr.nnz
    assert dense_bytes(weight) == weight.numpy().nbytes


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0, 1))
def test_csr_of_torch_holds_the_same_matrix_in_the_bytes_that_were_counted(r: int, c: int, sparsity: float) -> None:
    weight = matrix(r, c, sparsity)
    csr = to_csr(weight)
    assert torch.equal(csr.to_dense(), weight)
    parts = (csr.crow_indices(), csr.col_indices(), csr.values())
    assert sum(part.numel() * part.element_size() for part in parts) == csr_bytes(weight)


def test_a_csr_matrix_multiplies() -> None:
    weight, x = matrix(64, 48, 0.9), torch.randn(48, 5)
    torch.testing.assert_close(to_csr(weight) @ x, weight @ x)
    kernel = torch.randn(8, 4, 3, 3)
    assert to_csr(kernel).shape == (8, 36)


@given(
    st.sampled_from(("coo", "csr", "csc", "bitmask")),
    st.integers(1, 60),
    st.integers(1, 60),
    st.sampled_from((8, 16, 32)),
    st.sampled_from((torch.float32, torch.float16, torch.float64)),
)
def test_break_even_is_where_sparse_becomes_smaller_than_dense(
    form: str, rows: int, columns: int, index_bits: int, dtype: torch.dtype
) -> None:
    share = break_even_sparsity(
        rows, columns, form, value_bits=torch.finfo(dtype).bits, index_bits=index_bits
    )  # fmt: skip
    n = rows * columns
    for zeros in range(0, n + 1, max(1, n // 50)):
        weight = torch.ones(rows, columns, dtype=dtype)
        weight.view(-1)[:zeros] = 0
        size = bitmask_bytes(weight) if form == "bitmask" else SIZES[form](weight, index_bits=index_bits)
        padding = 1 if form == "bitmask" else 0  # the mask's last byte
        if zeros / n > share + 1e-9:
            assert size - padding < dense_bytes(weight)
        if zeros / n < share - 1e-9:
            assert size > dense_bytes(weight)


def test_break_even_in_closed_form() -> None:
    assert break_even_sparsity(1, 1, "coo") == pytest.approx(2 / 3)
    assert break_even_sparsity(1000, 1000, "bitmask") == pytest.approx(1 / 32)
    assert break_even_sparsity(1000, 1000, "csr") == pytest.approx(0.5 + 1001 / 2e6)
    assert break_even_sparsity(1000, 1, "csr") > 1  # row starts alone are more than the column


@pytest.mark.parametrize(
    "model",
    [mlp(inputs=9, hidden=(7,), classes=3), resnet18(width=4), tiny_vit(dim=16, heads=2, depth=1)],
    ids=["mlp", "resnet18", "vit"],
)
@pytest.mark.parametrize("sparsity", [0.0, 0.5, 0.97, 1.0])
def test_a_compressed_file_loads_back_to_the_same_numbers(model: nn.Module, sparsity: float, tmp_path: Path) -> None:
    pruned = prune_global_magnitude(model, sparsity=sparsity)
    size = save_compressed(pruned, tmp_path / "model")
    assert size == file_bytes(tmp_path / "model")
    loaded = load_compressed(prune_global_magnitude(model, sparsity=0), tmp_path / "model")
    for name, tensor in pruned.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor) and loaded.state_dict()[name].dtype == tensor.dtype


def test_a_compressed_file_really_is_small_and_beats_gzip_of_the_dense_one(tmp_path: Path) -> None:
    model = mlp(inputs=256, hidden=(256,))
    dense = save_compressed(model, tmp_path / "dense")
    sparse = save_compressed(prune_global_magnitude(model, sparsity=0.9), tmp_path / "sparse")
    assert sparse < 0.16 * dense  # 10% of the values and one bit of 32 for each place
    weight = dict(prune_global_magnitude(model, sparsity=0.9).named_parameters())["1.weight"]
    plain = len(gzip.compress(weight.detach().numpy().tobytes(), 9))
    save_compressed(nn.ParameterList([weight]), tmp_path / "one")
    assert file_bytes(tmp_path / "one") < plain


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_dtypes_nan_and_infinity_survive(dtype: torch.dtype, tmp_path: Path) -> None:
    model = nn.Linear(40, 3, dtype=dtype)
    with torch.no_grad():
        model.weight.zero_()
        model.weight[0, 0], model.weight[1, 1], model.weight[2, 2] = torch.nan, torch.inf, 1e-7
    save_compressed(model, tmp_path / "model")
    loaded = load_compressed(nn.Linear(40, 3, dtype=dtype), tmp_path / "model")
    torch.testing.assert_close(loaded.weight, model.weight, rtol=0, atol=0, equal_nan=True)


def test_shared_weights_are_saved(tmp_path: Path) -> None:
    def shared() -> nn.Module:
        model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
        model[1].weight = model[0].weight
        return model

    model = shared()
    save_compressed(model, tmp_path / "model")
    loaded = load_compressed(shared(), tmp_path / "model")
    assert torch.equal(loaded[1].weight, model[0].weight)


def test_files_that_are_wrong_are_refused_and_leave_the_skeleton_alone(tmp_path: Path) -> None:
    path, model = tmp_path / "model", mlp(inputs=9, hidden=(7,))
    save_compressed(prune_global_magnitude(model, sparsity=0.9), path)
    whole = path.read_bytes()
    before = [p.clone() for p in model.parameters()]
    with pytest.raises(InputError, match=r"'1\.weight' of shape"):
        load_compressed(mlp(inputs=9, hidden=(8,)), path)
    with pytest.raises(InputError, match=r"'3\.\w+', which the model lacks"):
        load_compressed(nn.Sequential(nn.Flatten(), nn.Linear(9, 7)), path)
    with pytest.raises(InputError, match=r"float32.*float16"):
        load_compressed(mlp(inputs=9, hidden=(7,)).half(), path)
    path.write_bytes(whole[:-20])
    with pytest.raises(InputError, match="cut short"):
        load_compressed(model, path)
    path.write_bytes(b"something else")
    with pytest.raises(InputError, match="damaged"):
        load_compressed(model, path)
    path.write_bytes(gzip.compress(bytes(50_000_000)))  # 50 kB that would unpack to 50 MB
    with pytest.raises(InputError, match="more than this model"):
        load_compressed(model, path)
    with pytest.raises(InputError, match="missing"):
        load_compressed(model, tmp_path / "nowhere")
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_a_bitmask_that_does_not_fit_its_values_is_refused(tmp_path: Path) -> None:
    import safetensors.torch

    model = nn.Linear(16, 1, bias=False)
    for bits, values in ((3, 1), (2, 5)):
        tensors = {"weight|bitmask": torch.full((bits,), 255, dtype=torch.uint8), "weight|values": torch.ones(values)}
        (tmp_path / "model").write_bytes(gzip.compress(safetensors.torch.save(tensors)))
        with pytest.raises(InputError, match="'weight' of shape"):
            load_compressed(model, tmp_path / "model")


def test_bad_arguments_name_their_value() -> None:
    weight = torch.ones(2, 2)
    with pytest.raises(InputError, match="index_bits=12"):
        csr_bytes(weight, index_bits=12)
    with pytest.raises(InputError, match="rows=0"):
        break_even_sparsity(0, 4, "csr")
    with pytest.raises(InputError, match="form='bsr'"):
        break_even_sparsity(4, 4, "bsr")
    with pytest.raises(InputError, match="value_bits=0"):
        break_even_sparsity(4, 4, "csr", value_bits=0)
    with pytest.raises(InputError, match=r"shape \(3,\)"):
        to_csr(torch.ones(3))
    with pytest.raises(InputError, match=r"index_dtype=torch\.int16"):
        to_csr(weight, index_dtype=torch.int16)


def test_numbers_too_small_for_a_matrix_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "iinfo", lambda dtype: SimpleNamespace(max=5))  # as if int32 ended there
    assert to_csr(torch.eye(5)).shape == (5, 5)
    for weight in (torch.eye(6), torch.ones(2, 3)):  # six columns, six values
        with pytest.raises(InputError, match=r"can't count to 6 .*choose torch\.int64"):
            to_csr(weight)
