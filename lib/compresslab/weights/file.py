"""A file of weights: safetensors, ties stored once, and on request the architecture beside the numbers.

`save_weights` and `load_weights` need a skeleton of the right shapes; `save_model` and `load_model` don't. Beside the
tensors, the file's metadata holds JSON under the key "compresslab": which names share a tensor, a module's extra
state, and the architecture. Nothing in it runs when it is loaded.
"""

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.weights.architecture import build, decode, describe, encode

_KEY = "compresslab"
_DTYPES = frozenset({
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2,
    torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.uint16, torch.uint32, torch.uint64,
    torch.bool, torch.complex64,
})  # fmt: skip


def save_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Write a state dict as safetensors: plain tensors, nothing that could run when it is loaded.

    Raises:
        InputError: the path is a folder, or a tensor can't be stored (on the meta device, sparse, lazy, of a rare
            dtype), or a module's extra state is no plain value.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(nn.Linear(2, 3), f"{folder}/w.safetensors")
    ...     load_weights(nn.Linear(2, 3), f"{folder}/w.safetensors")
    Linear(in_features=2, out_features=3, bias=True)
    """
    tensors, notes = collect(model)
    _write(path, tensors, notes)


def load_weights(skeleton: nn.Module, path: str | os.PathLike[str], *, cast: bool = False) -> nn.Module:
    """Fill `skeleton` (modified, and given back) with the weights saved at `path`; one on the meta device too.

    Args:
        skeleton: of the saved architecture. Parameters that were one tensor when saved become one again.
        path: a file of `save_weights`, or any safetensors file of a state dict.
        cast: convert to the skeleton's dtypes where the file has others; otherwise those are refused.

    Raises:
        InputError: the file is missing, damaged, or of another architecture. The skeleton is then as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(nn.Linear(2, 3).half(), f"{folder}/w.safetensors")
    ...     load_weights(nn.Linear(2, 3), f"{folder}/w.safetensors", cast=True).weight.dtype
    torch.float32
    """
    tensors, notes = read(path)
    return fill(skeleton, tensors, notes, path, cast=cast)


def save_model(model: nn.Module, path: str | os.PathLike[str], *, classes: Collection[type[nn.Module]] = ()) -> None:
    """Write weights and architecture, so that `load_model` needs nothing but the file.

    Args:
        model: of any shapes, pruned or not; its classes are PyTorch's, torchvision's or `compresslab.models`'.
        path: of the file to make or replace.
        classes: further classes that the model uses; `load_model` must be given them too.

    Raises:
        InputError: as `save_weights`, or the architecture can't be written as plain data.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), f"{folder}/m.safetensors")
    ...     load_model(f"{folder}/m.safetensors")[0]
    Linear(in_features=2, out_features=3, bias=True)
    """
    tensors, notes = collect(model)
    notes["architecture"] = describe(model, classes=classes)
    # A buffer outside the state dict is made by the constructor, which loading doesn't call: it is saved too.
    for module, prefix in ((module, path) for path, module in model.named_modules()):
        for name in module._non_persistent_buffers_set:
            buffer, full = module._buffers[name], f"{prefix}.{name}" if prefix else name
            if buffer is not None:
                tensors[full] = _storable(full, buffer)
    _write(path, tensors, notes)


def load_model(path: str | os.PathLike[str], *, classes: Collection[type[nn.Module]] = ()) -> nn.Module:
    """The model that `save_model` wrote, on the CPU and in evaluation mode.

    Args:
        path: of the file.
        classes: what `save_model` was given.

    Raises:
        InputError: the file is missing or damaged, has no architecture, or names a class that isn't allowed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(nn.Linear(2, 3), f"{folder}/m.safetensors")
    ...     load_model(f"{folder}/m.safetensors")
    Linear(in_features=2, out_features=3, bias=True)
    """
    tensors, notes = read(path)
    if "architecture" not in notes:
        raise InputError(f"{path} has weights but no architecture: use load_weights, or write it with save_model.")
    tensors = _with_ties(tensors, notes, path)
    model = build(notes["architecture"], {name: tensor.clone() for name, tensor in tensors.items()}, classes=classes)
    modules = dict(model.named_modules(remove_duplicate=False))
    extra = {**_extra(notes, path), **{name: t for name, t in tensors.items() if _is_extra(name)}}
    for name, value in extra.items():
        owner = name.rpartition(".")[0]
        if owner not in modules:
            raise InputError(f"{path} has an extra state of {owner!r}, a module that the model lacks: make it again.")
        modules[owner].set_extra_state(value)
    return model


def collect(model: nn.Module) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """A state dict as what a file holds: contiguous tensors, each once, and notes on the rest.

    Returns:
        Tensors by name, and notes: "tied" maps a name to the name its tensor is stored under, "extra_state" holds
        plain values. Notes of which there are none are left out.

    >>> layer = nn.Linear(2, 2)
    >>> tensors, notes = collect(nn.Sequential(layer, layer))
    >>> list(tensors), notes
    (['0.weight', '0.bias'], {'tied': {'1.weight': '0.weight', '1.bias': '0.bias'}})
    """
    tensors: dict[str, Tensor] = {}
    tied: dict[str, str] = {}
    extra: dict[str, Any] = {}
    first: dict[object, str] = {}
    for name, value in model.state_dict(keep_vars=True).items():
        if not isinstance(value, Tensor):
            extra[name] = encode(value, f"extra state {name!r}")
            continue
        owner = first.setdefault(_place(value), name)
        if owner == name:
            tensors[name] = _storable(name, value)
        else:
            tied[name] = owner
    notes = {"tied": tied, "extra_state": extra}
    return tensors, {key: value for key, value in notes.items() if value}


def fill(
    skeleton: nn.Module,
    tensors: Mapping[str, Tensor],
    notes: Mapping[str, Any],
    path: str | os.PathLike[str],
    *,
    cast: bool = False,
) -> nn.Module:
    """Load what `collect` gave into `skeleton`; all is checked before any of it is changed.

    Raises:
        InputError: names, shapes, dtypes or ties are not the skeleton's; `path` is named.

    >>> layer = nn.Linear(2, 3)
    >>> torch.equal(fill(nn.Linear(2, 3), *collect(layer), "memory").bias, layer.bias)
    True
    """
    state: dict[str, Any] = {**_with_ties(tensors, notes, path), **_extra(notes, path)}
    wanted = skeleton.state_dict(keep_vars=True)
    lazy = [name for name, value in wanted.items() if nn.parameter.is_lazy(value)]
    if lazy:
        raise InputError(f"the skeleton's {lazy[0]!r} has no shape yet: run the lazy layer once before loading.")
    expected, found = _shapes(wanted), _shapes(state)
    if expected != found:
        name = next(name for name in {**expected, **found} if expected.get(name) != found.get(name))
        if name not in expected:
            raise InputError(f"{path} has {name!r}, which the model lacks: it is of another architecture.")
        here, there = expected[name], found.get(name, "absent")
        raise InputError(f"{path} is of another architecture ({name} is {there} there and {here} here).")
    for name, value in wanted.items():
        if not cast and not _is_extra(name) and value.dtype != state[name].dtype:
            raise InputError(
                f"{path} has {name!r} as {state[name].dtype}, the model as {value.dtype}: "
                f"convert the model, or load with cast=True."
            )
    _check_ties(wanted, state, path)
    _off_meta(skeleton)
    wanted = skeleton.state_dict(keep_vars=True)
    for alias, owner in notes.get("tied", {}).items():
        if _place(wanted[alias]) != _place(wanted[owner]):
            parent, _, leaf = alias.rpartition(".")
            module = skeleton.get_submodule(parent)
            slots: dict[str, Any] = module._parameters if leaf in module._parameters else module._buffers
            slots[leaf] = wanted[owner]
    skeleton.load_state_dict(state)
    return skeleton


def pack(tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> bytes:
    """The bytes of a safetensors file.

    >>> len(pack({"weight": torch.ones(2)}, {})) % 8
    0
    """
    metadata = {_KEY: json.dumps(notes, allow_nan=False, separators=(",", ":"))} if notes else None
    return safetensors.torch.save(dict(tensors), metadata)


def unpack(data: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and notes of a safetensors file's bytes.

    Raises:
        SafetensorError, ValueError: they are none.

    >>> unpack(pack({"weight": torch.ones(2)}, {"tied": {"bias": "weight"}}))
    ({'weight': tensor([1., 1.])}, {'tied': {'bias': 'weight'}})
    """
    try:
        tensors = safetensors.torch.load(data)  # checks the header, which is then read for its metadata
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        notes = json.loads((header.get("__metadata__") or {}).get(_KEY, "{}"))
    except KeyError as error:
        raise ValueError(f"a dtype that PyTorch lacks: {error}") from error
    except RecursionError as error:
        raise ValueError("notes nested without end") from error
    if not isinstance(notes, dict):
        raise ValueError("notes of another kind")
    return tensors, notes


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and notes of a file.

    Raises:
        InputError: it is missing, or no safetensors file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(nn.Linear(2, 3), f"{folder}/w.safetensors")
    ...     tensors, notes = read(f"{folder}/w.safetensors")
    >>> sorted(tensors), notes
    (['bias', 'weight'], {})
    """
    try:
        return unpack(Path(path).read_bytes())
    except (OSError, SafetensorError, ValueError) as error:
        raise InputError(f"{path} is missing, cut short or no safetensors file: make it again.") from error


def _write(path: str | os.PathLike[str], tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> None:
    data = pack(tensors, notes)
    with atomic_write(path) as partial:
        partial.write_bytes(data)


def _storable(name: str, value: Tensor) -> Tensor:
    if nn.parameter.is_lazy(value):
        raise InputError(f"{name!r} has no shape yet: run the lazy layer once before saving.")
    if value.is_meta:
        raise InputError(f"{name!r} is on the meta device and has no values: load or initialise it before saving.")
    if value.layout != torch.strided or value.is_quantized or value.dtype not in _DTYPES:
        raise InputError(
            f"{name!r} is {value.dtype} in layout {value.layout}, which safetensors can't hold: "
            f"make it a dense tensor of a standard dtype."
        )
    return value.detach().cpu().clone(memory_format=torch.contiguous_format)


def _place(value: Any) -> object:
    """Equal for names of one tensor: the same object, or the same numbers in memory."""
    if not isinstance(value, Tensor) or nn.parameter.is_lazy(value) or value.is_meta or value.layout != torch.strided:
        return id(value)
    if value.numel() == 0:  # all empty tensors lie at address 0
        return id(value)
    return value.device, value.data_ptr(), value.dtype, value.shape, value.stride()


def _is_extra(name: str) -> bool:
    return name.rpartition(".")[2] == "_extra_state"


def _shapes(state: Mapping[str, Any]) -> dict[str, tuple[int, ...] | str]:
    """Of each entry what must agree; an extra state is its module's own affair."""
    return {name: "extra state" if _is_extra(name) else tuple(value.shape) for name, value in state.items()}


def _with_ties(
    tensors: Mapping[str, Tensor], notes: Mapping[str, Any], path: str | os.PathLike[str]
) -> dict[str, Tensor]:
    try:
        return {**tensors, **{alias: tensors[owner] for alias, owner in notes.get("tied", {}).items()}}
    except (KeyError, AttributeError, TypeError) as error:
        raise InputError(f"{path} has damaged notes on tied weights: make it again.") from error


def _extra(notes: Mapping[str, Any], path: str | os.PathLike[str]) -> dict[str, Any]:
    try:
        extra = {name: decode(value) for name, value in notes.get("extra_state", {}).items()}
        if not all(map(_is_extra, extra)):
            raise ValueError("the name of something else")
        return extra
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise InputError(f"{path} has a damaged extra state: make it again.") from error


def _check_ties(wanted: Mapping[str, Any], state: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """One tensor of the skeleton can't take two values: the later would silently win."""
    first: dict[object, str] = {}
    for name, value in wanted.items():
        owner = first.setdefault(_place(value), name)
        if owner == name or _is_extra(name) or state[owner] is state[name]:
            continue
        one, other = (state[n].contiguous().flatten().view(torch.uint8) for n in (owner, name))
        if not torch.equal(one, other):
            raise InputError(
                f"{path} has different weights for {owner!r} and {name!r}, one tensor in the model: untie it."
            )


def _off_meta(model: nn.Module) -> None:
    """Give every tensor on the meta device memory, ties kept. The values come from the file."""
    for path, module in model.named_modules():
        for name in module._non_persistent_buffers_set:
            buffer = module._buffers[name]
            if buffer is not None and buffer.is_meta:
                full = f"{path}.{name}" if path else name
                raise InputError(
                    f"the skeleton's buffer {full!r} is on the meta device, and a state dict leaves it out: "
                    f"build the skeleton with values, or use save_model and load_model."
                )
    made: dict[Tensor, Tensor] = {}

    def real(tensor: Tensor) -> Tensor:
        if tensor not in made:
            empty = torch.empty_like(tensor, device="cpu")
            made[tensor] = nn.Parameter(empty, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else empty
        return made[tensor]

    for module in model.modules():
        for slots in (module._parameters, module._buffers):
            for name, tensor in slots.items():
                if tensor is not None and tensor.is_meta:
                    slots[name] = real(tensor)  # type: ignore[assignment]  # a parameter for a parameter
