"""Files of weights: ties, dtypes, meta skeletons, extra state; and models that load from the file alone."""

import contextlib
import copy
import functools
import gzip
import json
import os
import subprocess
import sys
import tempfile
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune

from compresslab.errors import InputError
from compresslab.models import mlp, mobilenet, resnet18, tiny_vit
from compresslab.pruning import attach_masks, global_magnitude_masks, prune_global_magnitude
from compresslab.weights import (
    describe,
    load_compressed,
    load_model,
    load_weights,
    save_compressed,
    save_model,
    save_weights,
)
from compresslab.weights.architecture import decode
from compresslab.weights.file import collect, pack

FORMS = [(save_weights, load_weights), (save_compressed, load_compressed)]
both_forms = pytest.mark.parametrize(("save", "load"), FORMS, ids=["plain", "compressed"])


def tied() -> nn.Module:
    model = nn.Sequential(nn.Linear(40, 40), nn.Linear(40, 40))
    model[1].weight = model[0].weight
    return model


def same_bits(one: nn.Module, other: nn.Module) -> bool:
    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(a[name].dtype == b[name].dtype and torch.equal(a[name], b[name]) for name in a)


@both_forms
def test_tied_weights_are_stored_once_and_tied_again(save: Any, load: Any, tmp_path: Path) -> None:
    save(tied(), tmp_path / "tied")
    save(nn.Sequential(nn.Linear(40, 40), nn.Linear(40, 40)), tmp_path / "untied")
    assert (tmp_path / "tied").stat().st_size < 0.6 * (tmp_path / "untied").stat().st_size
    for skeleton in (tied(), nn.Sequential(nn.Linear(40, 40), nn.Linear(40, 40)), tied().to("meta")):
        loaded = load(skeleton, tmp_path / "tied")
        assert loaded[1].weight is loaded[0].weight
        assert not torch.equal(loaded[0].bias, loaded[1].bias)


@both_forms
def test_a_tied_skeleton_does_not_take_two_different_weights(save: Any, load: Any, tmp_path: Path) -> None:
    save(nn.Sequential(nn.Linear(40, 40), nn.Linear(40, 40)), tmp_path / "untied")
    with pytest.raises(InputError, match=r"different weights for '0\.weight' and '1\.weight'"):
        load(tied(), tmp_path / "untied")


@both_forms
def test_a_layer_at_two_places_is_stored_once(save: Any, load: Any, tmp_path: Path) -> None:
    layer = nn.Linear(3, 3)
    save(nn.Sequential(layer, nn.ReLU(), layer), tmp_path / "file")
    again = nn.Linear(3, 3)
    assert torch.equal(load(nn.Sequential(again, nn.ReLU(), again), tmp_path / "file")[2].weight, layer.weight)


@both_forms
def test_views_of_one_memory_keep_their_values(save: Any, load: Any, tmp_path: Path) -> None:
    whole = torch.arange(6.0)
    model = nn.ParameterList([nn.Parameter(whole), nn.Parameter(whole[:3]), nn.Parameter(whole[2:5])])
    save(model, tmp_path / "file")
    loaded = load(nn.ParameterList([torch.zeros(6), torch.zeros(3), torch.zeros(3)]), tmp_path / "file")
    assert same_bits(loaded, model)


@both_forms
def test_half_precision_is_loaded_into_float32_only_when_asked(save: Any, load: Any, tmp_path: Path) -> None:
    model = nn.Linear(3, 2)
    save(model.half(), tmp_path / "file")
    skeleton = nn.Linear(3, 2)
    before = skeleton.weight.clone()
    with pytest.raises(InputError, match=r"'weight' as torch\.float16, the model as torch\.float32.*cast=True"):
        load(skeleton, tmp_path / "file")
    assert torch.equal(skeleton.weight, before)
    assert torch.equal(load(skeleton, tmp_path / "file", cast=True).weight, model.weight.float())


@both_forms
def test_a_skeleton_on_the_meta_device_is_filled(save: Any, load: Any, tmp_path: Path) -> None:
    model = resnet18(width=4)
    save(model, tmp_path / "file")
    with torch.device("meta"):
        skeleton = resnet18(width=4)
    skeleton.fc.weight.requires_grad_(False)
    loaded = load(skeleton, tmp_path / "file")
    assert same_bits(loaded, model)
    assert not loaded.fc.weight.requires_grad and loaded.fc.bias.requires_grad
    assert isinstance(loaded.fc.bias, nn.Parameter)


class WithTable(nn.Module):
    """A buffer that the state dict leaves out, and a state of its own."""

    def __init__(self, state: Any = None) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.register_buffer("table", torch.arange(2.0), persistent=False)
        self.state = state

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale + self.table

    def get_extra_state(self) -> Any:
        return self.state

    def set_extra_state(self, state: Any) -> None:
        self.state = state


def test_what_a_meta_skeleton_would_lack_is_refused(tmp_path: Path) -> None:
    save_weights(nn.Sequential(WithTable()), tmp_path / "file")
    with pytest.raises(InputError, match=r"buffer '0\.table' is on the meta device"):
        load_weights(nn.Sequential(WithTable()).to("meta"), tmp_path / "file")
    with pytest.raises(InputError, match="'weight' is on the meta device and has no values"):
        save_weights(nn.Linear(2, 2, device="meta"), tmp_path / "empty")


@both_forms
@pytest.mark.parametrize("state", [{"steps": (3, float("inf")), "name": "ema"}, None, torch.arange(3)], ids=type)
def test_extra_state_comes_back(save: Any, load: Any, state: Any, tmp_path: Path) -> None:
    save(nn.Sequential(WithTable(state)), tmp_path / "file")
    found = load(nn.Sequential(WithTable(torch.zeros(3) if isinstance(state, Tensor) else "")), tmp_path / "file")[0]
    assert torch.equal(found.state, state) if isinstance(state, Tensor) else found.state == state


def test_an_extra_state_that_would_need_pickle_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"extra state '0\._extra_state' is a Path.*, no plain value|PosixPath"):
        save_weights(nn.Sequential(WithTable(tmp_path)), tmp_path / "file")


@both_forms
@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.int8, torch.bool, torch.complex64])
def test_rare_dtypes_come_back(save: Any, load: Any, dtype: torch.dtype, tmp_path: Path) -> None:
    def holder(values: Tensor) -> nn.Module:
        module = nn.Module()
        module.register_buffer("values", values)
        return module

    values = torch.zeros(64, 4)
    values[::7, 1] = 1.5
    save(holder(values.to(dtype)), tmp_path / "file")
    found = load(holder(torch.zeros(64, 4).to(dtype)), tmp_path / "file").values
    assert found.dtype == dtype
    assert torch.equal(found.to(torch.complex64), values.to(dtype).to(torch.complex64))


def test_what_safetensors_cannot_hold_is_refused_by_name(tmp_path: Path) -> None:
    for tensor in (torch.zeros(2, dtype=torch.complex128), torch.eye(3).to_sparse()):
        module = nn.Module()
        module.register_buffer("odd", tensor)
        with pytest.raises(InputError, match="'odd' is torch"):
            save_weights(module, tmp_path / "file")
    with pytest.raises(InputError, match="'weight' has no shape yet"):
        save_weights(nn.LazyLinear(3), tmp_path / "file")


@pytest.mark.parametrize("save", [save_weights, save_compressed, save_model])
def test_a_folder_as_target_is_refused_by_name(save: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder: name a file in it"):
        save(nn.Linear(2, 2), tmp_path)
    with pytest.raises(InputError, match="missing"):
        load_weights(nn.Linear(2, 2), tmp_path)


def cut(model: nn.Module, keep: float = 0.5) -> nn.Module:
    """Structurally pruned by hand: some layers have shapes that no builder makes."""
    for module in list(model.modules()):
        if type(module).__name__ == "BasicBlock":
            n = max(1, int(keep * module.conv1.out_channels)) + 1
            module.conv1.weight = nn.Parameter(module.conv1.weight[:n].detach().clone())
            module.conv2.weight = nn.Parameter(module.conv2.weight[:, :n].detach().clone())
            module.conv1.out_channels = module.conv2.in_channels = n
            module.bn1 = nn.BatchNorm2d(n)
        elif type(module).__name__ == "InvertedResidual" and len(list(module.expand.children())):
            n = module.expand[0].out_channels // 2 + 1
            module.expand[0] = nn.Conv2d(module.expand[0].in_channels, n, 1, bias=False)
            module.expand[1], module.depthwise[1] = nn.BatchNorm2d(n), nn.BatchNorm2d(n)
            module.depthwise[0] = nn.Conv2d(n, n, 3, module.depthwise[0].stride, padding=1, groups=n, bias=False)
            module.project[0] = nn.Conv2d(n, module.project[0].out_channels, 1, bias=False)
        elif type(module).__name__ == "EncoderLayer":
            dim, head = module.attention.q.in_features, module.attention.head_dim
            module.attention.heads -= 1
            for name in "qkv":
                setattr(module.attention, name, nn.Linear(dim, head * module.attention.heads))
            module.attention.out = nn.Linear(head * module.attention.heads, dim)
            module.mlp = nn.Sequential(nn.Linear(dim, 5), nn.GELU(), nn.Linear(5, dim))
    return model


@pytest.mark.parametrize(
    ("model", "image"),
    [
        (mlp(inputs=64, hidden=(7, 5)), (1, 8, 8)),
        (cut(resnet18(width=8)), (3, 16, 16)),
        (cut(mobilenet(width=8)), (3, 16, 16)),
        (cut(tiny_vit(dim=16, heads=4, depth=2)), (1, 8, 8)),
        (torchvision.models.resnet18(num_classes=3), (3, 32, 32)),
        (torchvision.models.mobilenet_v3_small(num_classes=3), (3, 32, 32)),
        (torchvision.models.shufflenet_v2_x0_5(num_classes=3), (3, 32, 32)),
    ],
    ids=["mlp", "resnet18", "mobilenet", "vit", "torchvision-resnet18", "mobilenet_v3", "shufflenet"],
)
def test_a_pruned_model_loads_from_its_file_alone_bit_for_bit(model: nn.Module, image: Any, tmp_path: Path) -> None:
    save_model(model, tmp_path / "file")
    loaded = load_model(tmp_path / "file")
    images = torch.randn(2, *image)
    assert torch.equal(loaded(images), model.eval()(images))
    assert same_bits(loaded, model) and repr(loaded) == repr(model)
    images = images.clone()
    torch.manual_seed(0)
    ours = loaded.train()(images)
    torch.manual_seed(0)
    assert torch.equal(ours, model.train()(images))  # what only training uses is there as well


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (nn.LSTM(5, 6, num_layers=2, bidirectional=True), torch.randn(3, 2, 5)),
        (nn.TransformerEncoderLayer(16, 4, 32, activation="gelu", batch_first=True), torch.randn(2, 3, 16)),
        (nn.Sequential(nn.ConvTranspose2d(2, 4, 3), nn.GroupNorm(2, 4), nn.PReLU(4)), torch.randn(1, 2, 5, 5)),
    ],
    ids=["lstm", "transformer", "convtranspose"],
)
def test_other_layers_load_from_their_file_alone(model: nn.Module, example: Tensor, tmp_path: Path) -> None:
    save_model(model, tmp_path / "file")
    loaded, model = load_model(tmp_path / "file"), model.eval()
    ours, theirs = loaded(example), model(example)
    if isinstance(ours, tuple):
        ours, theirs = ours[0], theirs[0]
    assert torch.equal(ours, theirs)


def test_ties_shared_layers_frozen_weights_and_hidden_buffers_survive(tmp_path: Path) -> None:
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer, nn.ReLU(), layer, nn.Linear(2, 2), WithTable("a state"))
    model[3].weight = layer.weight
    model[3].bias.requires_grad_(False)
    model[4].table.mul_(3)
    save_model(model, tmp_path / "file", classes=(WithTable,))
    loaded = load_model(tmp_path / "file", classes=(WithTable,))
    assert loaded[0] is loaded[2] and loaded[3].weight is loaded[0].weight
    assert [p.requires_grad for p in loaded.parameters()] == [p.requires_grad for p in model.parameters()]
    assert loaded[4].state == "a state" and "4.table" not in loaded.state_dict()
    assert torch.equal(loaded(torch.ones(1, 2)), model(torch.ones(1, 2)))


def test_unknown_classes_are_refused_by_name_when_saving_and_when_loading(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"class '.*:WithTable' is none of torch\.nn\.modules"):
        save_model(nn.Sequential(WithTable()), tmp_path / "file")
    save_model(nn.Sequential(WithTable()), tmp_path / "file", classes=(WithTable,))
    with pytest.raises(InputError, match=r"class '.*:WithTable' is none of"):
        load_model(tmp_path / "file")


@pytest.mark.parametrize(
    "path",
    ["os:system", "builtins:eval", "torch.nn.modules.linear:math", "torch.nn.modules.linear:init.xavier_normal_",
     "torch.nn.modules.container:Tensor", "torch.nn.modules.nosuch:Linear", "torch.nn.modulesque:Linear",
     "torchvision.models.resnet:nn.Linear", ""],
)  # fmt: skip
def test_a_file_cannot_name_what_is_no_layer(path: str, tmp_path: Path) -> None:
    description = {"modules": {"": {"class": path, "attributes": {}, "parameters": {}, "frozen": [], "buffers": {},
                                    "transient": [], "children": {}}}}  # fmt: skip
    metadata = {"compresslab": json.dumps({"architecture": description})}
    safetensors.torch.save_file({}, tmp_path / "file", metadata)
    with pytest.raises(InputError, match="class "):
        load_model(tmp_path / "file")


@pytest.mark.parametrize(
    "attributes",
    [{"_forward_hooks": {"dict": []}}, {"__class__": 1}, {"a": {"function": "load"}}, {"a": {"dtype": "load"}},
     {"a": {"partial": [{"function": "relu"}, {"dict": []}]}}, {"a": {"unknown": 1}}, {"a": {}}],
)  # fmt: skip
def test_a_damaged_description_is_named(attributes: Any, tmp_path: Path) -> None:
    description = {"modules": {"": {"class": "torch.nn.modules.linear:Identity", "attributes": attributes,
                                    "parameters": {}, "frozen": [], "buffers": {}, "transient": [],
                                    "children": {}}}}  # fmt: skip
    metadata = {"compresslab": json.dumps({"architecture": description})}
    safetensors.torch.save_file({}, tmp_path / "file", metadata)
    with pytest.raises(InputError, match="description of the architecture is damaged"):
        load_model(tmp_path / "file")


def test_a_file_without_architecture_says_so(tmp_path: Path) -> None:
    save_weights(nn.Linear(2, 2), tmp_path / "file")
    with pytest.raises(InputError, match="no architecture: use load_weights"):
        load_model(tmp_path / "file")


def test_hooks_masks_parametrizations_and_odd_attributes_are_refused_not_lost(tmp_path: Path) -> None:
    hooked, pruned, odd = nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)
    hooked.register_forward_hook(lambda *_: None)
    prune.l1_unstructured(pruned, "weight", 0.5)
    odd.helper = functools.lru_cache(len)  # type: ignore[assignment]
    masked = mlp(inputs=9, hidden=(7,))
    masked = attach_masks(masked, global_magnitude_masks(masked, sparsity=0.5))
    for model in (hooked, pruned, odd, masked, parametrizations.weight_norm(nn.Linear(2, 2))):
        with pytest.raises(InputError, match=r"has hooks|not importable|no plain value|is none of"):
            save_model(model, tmp_path / "file")


def test_a_model_file_also_fills_a_skeleton(tmp_path: Path) -> None:
    model = prune_global_magnitude(mlp(inputs=9, hidden=(7,)), sparsity=0.5)
    save_model(model, tmp_path / "file")
    assert same_bits(load_weights(mlp(inputs=9, hidden=(7,)), tmp_path / "file"), model)


def compressed(tensors: dict[str, Tensor], notes: dict[str, Any] | str | None = None) -> bytes:
    text = notes if isinstance(notes, str) else json.dumps(notes)
    return gzip.compress(safetensors.torch.save(tensors, None if notes is None else {"compresslab": text}))


def header_of(lines: dict[str, Any], data: bytes = b"") -> bytes:
    """A safetensors file with a header of one's own."""
    header = json.dumps(lines).encode()
    return len(header).to_bytes(8, "little") + header + data


MASK = torch.full((2,), 255, dtype=torch.uint8)  # all 16 places have a value
HOSTILE = {
    "one value for all places": compressed({"weight|bitmask": MASK, "weight|values": torch.ones(1)}),
    "values as a matrix": compressed({"weight|bitmask": MASK, "weight|values": torch.ones(1, 16)}),
    "a value too many": compressed({"weight|bitmask": MASK, "weight|values": torch.ones(17)}),
    "no values": compressed({"weight|bitmask": MASK}),
    "values alone": compressed({"weight|values": torch.ones(16)}),
    "a mask of floats": compressed({"weight|bitmask": torch.ones(2), "weight|values": torch.ones(16)}),
    "a mask of bfloat16": compressed({"weight|bitmask": MASK.bfloat16(), "weight|values": torch.ones(16)}),
    "a mask in two rows": compressed({"weight|bitmask": MASK.view(2, 1), "weight|values": torch.ones(16)}),
    "dense and sparse at once": compressed({"weight": torch.ones(1, 16), "weight|values": torch.zeros(1, 16)}),
    "an extra part": compressed({"weight": torch.ones(1, 16), "weight|else": torch.zeros(1, 16)}),
    "two files": compressed({"weight": torch.ones(1, 16)}) * 2,
    "something after the end": compressed({"weight": torch.ones(1, 16)}) + b"more",
    "a petabyte declared": gzip.compress(
        header_of({"weight": {"dtype": "F32", "shape": [2**48], "data_offsets": [0, 2**50]}})
    ),
    "a size that overflows": gzip.compress(
        header_of({"weight": {"dtype": "F32", "shape": [2**63, 2**63], "data_offsets": [0, 0]}})
    ),
    "a negative size": gzip.compress(header_of({"weight": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}})),
    "places that overlap": gzip.compress(
        header_of({n: {"dtype": "F32", "shape": [1, 16], "data_offsets": [0, 64]} for n in ("weight", "b")}, bytes(64))
    ),
    "places beyond the end": gzip.compress(
        header_of({"weight": {"dtype": "F32", "shape": [1, 16], "data_offsets": [640, 704]}}, bytes(64))
    ),
    "a header without end": gzip.compress((2**62).to_bytes(8, "little") + b"{}"),
    "a dtype that PyTorch lacks": gzip.compress(
        header_of({"weight": {"dtype": "F6_E2M3", "shape": [1, 16], "data_offsets": [0, 12]}}, bytes(12))
    ),
    "notes nested without end": compressed({"weight": torch.ones(1, 16)}, "[" * 200_000),
    "notes of another kind": compressed({"weight": torch.ones(1, 16)}, [1]),
    "a tie of another kind": compressed({"weight": torch.ones(1, 16)}, {"tied": ["weight"]}),
    "a tie to nothing": compressed({"weight": torch.ones(1, 16)}, {"tied": {"bias": "gone"}}),
    "an extra state in a weight's place": compressed({"weight": torch.ones(1, 16)}, {"extra_state": {"weight": 3}}),
    "an extra state too large": compressed(
        {"weight": torch.ones(1, 16)}, {"extra_state": {"_extra_state": {"float": 10**400}}}
    ),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_compressed_file_is_refused_by_name_and_the_skeleton_stays(content: bytes, tmp_path: Path) -> None:
    path, skeleton = tmp_path / "hostile", nn.Linear(16, 1, bias=False)
    before = skeleton.weight.detach().clone()
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="hostile"):
            load_compressed(skeleton, path)
        assert tracemalloc.get_traced_memory()[1] < 2**26, "allocated before it was refused"
    finally:
        tracemalloc.stop()
    assert torch.equal(skeleton.weight, before)


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_unpacked_gives_no_raw_error_in_the_plain_form(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "hostile").write_bytes(zlib.decompressobj(wbits=31).decompress(content))
    for load in (functools.partial(load_weights, nn.Linear(16, 1, bias=False)), load_model):
        with contextlib.suppress(InputError):  # of "two files" the first is whole
            load(tmp_path / "hostile")


def test_a_file_larger_than_the_model_could_need_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InputError, match="large is missing, damaged"):
        load_compressed(nn.Linear(2, 2), tmp_path / "large")


def test_an_extra_state_of_an_absent_module_is_named(tmp_path: Path) -> None:
    tensors, notes = collect(nn.Linear(2, 2))
    notes |= {"architecture": describe(nn.Linear(2, 2)), "extra_state": {"gone._extra_state": 3}}
    (tmp_path / "m").write_bytes(pack(tensors, notes))
    with pytest.raises(InputError, match="extra state of 'gone'"):
        load_model(tmp_path / "m")


def test_a_dtype_in_a_file_makes_torch_import_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []  # torch imports some of its modules when they are asked for by name
    monkeypatch.setattr(torch, "__getattr__", asked.append)
    with pytest.raises(ValueError, match="no dtype"):
        decode({"dtype": "_a_module_still_to_be_loaded"})
    assert not asked


def test_a_name_with_a_bar_is_refused(tmp_path: Path) -> None:
    model = nn.ParameterDict({"a": torch.zeros(64), "a|bitmask": torch.ones(3)})
    with pytest.raises(InputError, match=r"'a\|bitmask' has a bar"):
        save_compressed(model, tmp_path / "m")
    assert not any(tmp_path.iterdir())


def test_many_small_tensors_with_long_names_and_a_large_extra_state_load_again(tmp_path: Path) -> None:
    class Remembers(nn.Module):
        def __init__(self, state: Any) -> None:
            super().__init__()
            self.state = state
            for number in range(3000):
                self.register_buffer(f"{number:0500}", torch.tensor(float(number)))

        def get_extra_state(self) -> Any:
            return self.state

        def set_extra_state(self, state: Any) -> None:
            self.state = state

    model = Remembers(list(range(300_000)))
    save_compressed(model, tmp_path / "m")
    loaded = load_compressed(Remembers(None), tmp_path / "m")
    assert loaded.state == model.state and same_bits(
        nn.ParameterList(loaded.buffers()), nn.ParameterList(model.buffers())
    )


@given(
    sizes=st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=1, max_size=4),
    sparsity=st.floats(0, 1),
    dtype=st.sampled_from([
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2,
        torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool, torch.complex64,
    ]),
    strided=st.booleans(),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_any_tensors_come_back_and_the_bytes_are_the_same_each_time(sizes, sparsity, dtype, strided, seed) -> None:
    generator = torch.Generator().manual_seed(seed)

    def drawn(size: list[int]) -> Tensor:
        values = 4 * torch.randn(size, generator=generator) * (torch.rand(size, generator=generator) >= sparsity)
        values = values.to(dtype)
        return values.T if strided and values.ndim == 2 else values

    def module(tensors: list[Tensor]) -> nn.Module:
        made = nn.Module()
        for number, tensor in enumerate(tensors):
            made.register_buffer(f"b{number}", tensor)
        return made

    model = module([drawn(size) for size in sizes])
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "one"), Path(folder, "two")
        assert save_compressed(model, one) == save_compressed(copy.deepcopy(model), two) == one.stat().st_size
        assert one.read_bytes() == two.read_bytes()
        loaded = load_compressed(module([torch.zeros_like(b) for b in model.buffers()]), one)
    for saved, found in zip(model.buffers(), loaded.buffers(), strict=True):
        assert found.dtype == saved.dtype and found.shape == saved.shape
        wide = torch.complex128 if dtype.is_complex else torch.float64
        assert torch.equal(found.to(wide), saved.to(wide))


def test_files_do_not_depend_on_the_process(tmp_path: Path) -> None:
    script = """
import sys, torch
from compresslab.models import mlp
from compresslab.weights import save_compressed, save_model
torch.manual_seed(0)
model = mlp()
torch.nn.functional.dropout(model[1].weight.data, 0.9, inplace=True)
save_compressed(model, sys.argv[1] + "c")
save_model(model, sys.argv[1] + "m")
"""
    for seed in "12":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / seed)], env=environment, check=True)
    for form in "cm":
        assert (tmp_path / f"1{form}").read_bytes() == (tmp_path / f"2{form}").read_bytes()
