"""A teacher's answers, computed once and kept on disk.

A frozen teacher says the same of the same image for ever, so its forward pass need not be part of every epoch. What it
says depends on how the image was augmented: the cache holds an answer for each image (by its id, never by its place in
a shuffled batch) and each way of augmenting it (`views` of `data.Batches`).

On disk it is a folder. `cache.json` says whose answers they are. `values.npy`, and beside the top k classes alone also
`classes.npy` and `tail.npy`, are mapped into memory, not read. `checksums.npy` has one number for each block of images,
written after it: a run that is interrupted goes on with the blocks whose number is missing or doesn't fit.

References:
    Beyer et al. 2022, "Knowledge Distillation: A Good Teacher Is Patient and Consistent" (teacher and student must see
    the same view of an image).
    Shen and Xing 2022, "A Fast Knowledge Distillation Framework for Visual Recognition" (kept answers of top classes).
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm.auto import tqdm

from compresslab.arguments import one_of, whole
from compresslab.data import Batch, Batches
from compresslab.distillation.hinton import distillation_loss
from compresslab.distillation.teachers import answers, frozen
from compresslab.distillation.top_classes import expand_top, keep_top
from compresslab.errors import InputError
from compresslab.files import write_json
from compresslab.identity import fingerprint
from compresslab.training import autocast
from compresslab.training.recipe import Precision

_DTYPES: dict[str, np.dtype[Any]] = {"fp32": np.dtype("<f4"), "fp16": np.dtype("<f2")}


class TeacherCache:
    """What a teacher says of every image of a split, on disk; `cache_teacher` makes it.

    Args:
        folder: of a complete cache. Every byte is compared with its checksum.

    Attributes:
        folder: as given.
        identity: whose answers to what they are.
        teacher: its fingerprint, once frozen.
        classes, views: logits of an answer, and ways of augmenting an image.

    Raises:
        InputError: there is no cache, or one that is unfinished or damaged.

    >>> TeacherCache("nowhere")
    Traceback (most recent call last):
    compresslab.errors.InputError: nowhere holds no teacher cache: cache_teacher makes one.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.identity = _read_identity(self.folder)
        if self.identity is None:
            raise InputError(f"{folder} holds no teacher cache: cache_teacher makes one.")
        self._blocks = _Blocks(self.folder, self.identity, writable=False)
        bad = [block for block in range(self._blocks.count) if not self._blocks.whole(block)]
        if bad:
            raise InputError(
                f"{folder}: {len(bad)} of {self._blocks.count} blocks are missing or damaged: call cache_teacher with "
                "the same settings, which computes them."
            )
        self.teacher: str = self.identity["teacher"]
        self.classes: int = self.identity["classes"]
        self.views: int = self.identity["views"]
        ids = np.asarray(self._blocks.arrays["ids"])
        self._order = np.argsort(ids)
        self._ascending = ids[self._order]

    @property
    def size_bytes(self) -> int:
        """Bytes of all its files."""
        return sum(file.stat().st_size for file in self.folder.iterdir())

    def logits(self, ids: Tensor, view: int) -> Tensor:
        """The answers to these images, as logits that a loss can soften.

        Half precision keeps each logit's distance from the largest to a thousandth of itself. Where the top k classes
        were kept, the others come back with an equal share of the rest.

        Args:
            ids: (B,) int64, of the split's images.
            view: how they are augmented, from 0: `Batch.view`.

        Returns:
            (B, classes) float32, on the CPU.

        Raises:
            InputError: an id or the view is not in the cache.
        """
        whole(0, self.views - 1, f"the cache holds {self.views} views", view=view)
        wanted = ids.cpu().numpy()
        place = np.searchsorted(self._ascending, wanted).clip(max=len(self._ascending) - 1)
        missing = self._ascending[place] != wanted
        if missing.any():
            raise InputError(f"id {wanted[missing][0]} is not in {self.folder}: the cache is of another split.")
        rows = self._order[place]
        kept = {name: torch.from_numpy(array[view, rows]) for name, array in self._blocks.answers.items()}
        if "tail" not in kept:
            return kept["values"].float()
        return expand_top(kept["values"].float(), kept["classes"].long(), kept["tail"].float(), self.classes)

    def __reduce__(self) -> tuple[type["TeacherCache"], tuple[Path]]:
        """Another process opens the folder itself: the numbers needn't travel, and lie in memory once on a machine."""
        return TeacherCache, (self.folder.absolute(),)

    def __fingerprint__(self) -> object:
        """What makes it another cache, for `identity.fingerprint`: not the millions of numbers in it."""
        return self.identity


def cache_teacher(
    teacher: nn.Module,
    batches: Batches,
    folder: str | os.PathLike[str],
    *,
    keep: Literal["fp32", "fp16"] = "fp16",
    top_k: int | None = None,
    precision: Precision = "auto",
    device: str | torch.device = "cpu",
    progress: bool = True,
) -> TeacherCache:
    """Ask a teacher about every image of a split, once for each view, and keep the answers.

    Args:
        teacher: maps images to logits (N, classes); not modified.
        batches: as the student will see them: `training.training_batches`. With augmentation they need `views`. Their
            order doesn't matter.
        folder: a new one, or one that was begun with the same arguments: blocks that are whole are not computed again.
        keep: "fp32", the logits as the teacher gives them; or "fp16", half the bytes.
        top_k: keep so many classes, and the probability of all others together; None keeps all.
        precision: that the teacher computes in: the recipe's, so that the answers are those of an online teacher. In
            bf16 they are so only up to its rounding, since `fit` lays images out channels-last and this doesn't.
        device: where the teacher runs.
        progress: show a bar.

    Returns:
        The cache, complete.

    Raises:
        InputError: the folder holds the cache of another teacher, data or setting, which is named, or other files; the
            images are augmented anew in each epoch; or a setting is out of its range.

    >>> import tempfile
    >>> from compresslab.data import load
    >>> digits = load("digits").subset(train=50)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = cache_teacher(nn.Flatten(), Batches(digits, digits.train, 25), folder, progress=False)
    ...     cache.logits(digits.train.ids[:2], view=0).shape
    torch.Size([2, 64])
    """
    one_of(_DTYPES, keep=keep)
    if batches.view(0) is None:
        raise InputError("the images are augmented anew in each epoch, so no answer would fit twice: set views.")
    plain = Batches(
        batches.dataset, batches.split, batches.batch_size, augment=batches.augment, seed=batches.seed,
        views=batches.views,
    )  # fmt: skip
    context = autocast(precision, torch.device(device))
    fixed = frozen(teacher)
    identity = _identity(fixed, plain, context, keep=keep, top_k=top_k)
    blocks = _begin(Path(folder), identity, plain)
    fixed = fixed.to(device)
    for view in range(identity["views"]):
        steps = plain.epoch(view)
        for batch in tqdm(steps, total=len(plain), desc=f"teacher, view {view + 1}", disable=not progress, leave=False):
            if not blocks.whole(view * len(plain) + batch.step):
                with context:
                    logits = answers(fixed, batch.images.to(device))
                blocks.store(view * len(plain) + batch.step, logits.float().cpu())
    return TeacherCache(folder)


def cached_objective(
    cache: TeacherCache, *, temperature: float = 4.0, alpha: float = 0.9
) -> Callable[[nn.Module, Batch], tuple[Tensor, Tensor]]:
    """The objective for `training.fit` that distils a cached teacher: no forward pass of its own in any step.

    Args:
        cache: of the images that are trained on, in the same views (`Recipe.views`).
        temperature, alpha: of `distillation_loss`.

    Returns:
        A function of (student, batch) that gives the loss in nats and the student's logits.

    Raises:
        InputError: a setting is out of its range; or, from the function, a batch's images are not in the cache.

    >>> import tempfile
    >>> from compresslab.data import load
    >>> digits = load("digits").subset(train=50)
    >>> batches = Batches(digits, digits.train, 25)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     objective = cached_objective(cache_teacher(nn.Flatten(), batches, folder, progress=False), alpha=1.0)
    ...     loss, _ = objective(nn.Flatten(), next(iter(batches)))
    >>> loss.item() < 1e-5  # a student like its teacher, but for half precision
    True
    """
    distillation_loss(
        torch.zeros(1, 1), torch.zeros(1, 1), torch.zeros(1, dtype=torch.long), temperature=temperature, alpha=alpha
    )  # bad settings are named here, not in the first step

    def objective(student: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        if batch.view is None:
            raise InputError(
                "this batch is augmented anew in each epoch, as no cached answer is: set the recipe's views."
            )
        teacher_logits = cache.logits(batch.ids, batch.view).to(batch.images.device, non_blocking=True)
        logits = student(batch.images)
        loss = distillation_loss(logits, teacher_logits, batch.labels, temperature=temperature, alpha=alpha)
        return loss, logits

    return objective


class _Blocks:
    """The arrays of a cache, in blocks of images that were computed together: block = view * steps + step."""

    def __init__(self, folder: Path, identity: dict[str, Any], *, writable: bool) -> None:
        self.size, self.samples, self.top_k = identity["block"], identity["samples"], identity["top_k"]
        self.steps = -(-self.samples // self.size)
        self.count = identity["views"] * self.steps
        self.arrays = {
            name: _map(folder / f"{name}.npy", dtype, shape, writable)
            for name, (dtype, shape) in _layout(identity, self.count).items()
        }
        self.answers = {name: self.arrays[name] for name in ("values", "classes", "tail") if name in self.arrays}

    def whole(self, block: int) -> bool:
        """Whether a block is there and as it was written."""
        kept = int(self.arrays["checksums"][block])
        return kept != 0 and kept == self._checksum(block)

    def store(self, block: int, logits: Tensor) -> None:
        """Write a block's answers, then its checksum."""
        if self.top_k is None:
            half = self.arrays["values"].dtype == _DTYPES["fp16"]
            # Of half precision's few digits none goes into what all logits share, which no softmax sees.
            parts = {"values": logits - logits.amax(dim=1, keepdim=True) if half else logits}
        else:
            parts = dict(zip(("values", "classes", "tail"), keep_top(logits, self.top_k), strict=True))
        view, rows = self._place(block)
        for name, part in parts.items():
            self.arrays[name][view, rows] = part.numpy()
        self.arrays["checksums"][block] = self._checksum(block)  # after a power cut, of what never reached the disk too

    def _place(self, block: int) -> tuple[int, slice]:
        view, step = divmod(block, self.steps)
        return view, slice(step * self.size, min((step + 1) * self.size, self.samples))

    def _checksum(self, block: int) -> int:
        view, rows = self._place(block)
        digest = hashlib.blake2b(self.arrays["ids"][rows].tobytes(), digest_size=8)
        for array in self.answers.values():
            digest.update(array[view, rows].tobytes())
        return int.from_bytes(digest.digest(), "little") or 1  # 0 says that there is none


def _layout(identity: dict[str, Any], blocks: int) -> dict[str, tuple[np.dtype[Any], tuple[int, ...]]]:
    """Type and shape of each array."""
    views, samples, top_k = identity["views"], identity["samples"], identity["top_k"]
    number = _DTYPES[identity["keep"]]
    layout: dict[str, tuple[np.dtype[Any], tuple[int, ...]]] = {
        "ids": (np.dtype("<i8"), (samples,)),
        "checksums": (np.dtype("<u8"), (blocks,)),
        "values": (number, (views, samples, top_k or identity["classes"])),
    }
    if top_k is not None:
        layout |= {"classes": (np.dtype("<i4"), (views, samples, top_k)), "tail": (number, (views, samples))}
    return layout


def _map(file: Path, dtype: np.dtype[Any], shape: tuple[int, ...], writable: bool) -> NDArray[Any]:
    """An array in a file, mapped into memory; made, and full of zeros, where it is writable and not there."""
    if writable and not file.exists():
        return np.lib.format.open_memmap(file, mode="w+", dtype=dtype, shape=shape)
    try:
        array = np.lib.format.open_memmap(file, mode="r+" if writable else "r")
    except (OSError, ValueError) as error:  # missing, cut off, or an array of Python objects
        raise InputError(f"{file} is missing or damaged: delete {file.parent} and call cache_teacher.") from error
    if array.dtype != dtype or array.shape != shape:
        raise InputError(f"{file} holds {array.dtype} {array.shape}, not {dtype} {shape}: delete {file.parent}.")
    return array


def _identity(
    teacher: nn.Module, batches: Batches, context: torch.autocast, *, keep: str, top_k: int | None
) -> dict[str, Any]:
    """Whose answers to what: caches with equal identities hold equal answers."""
    first = next(iter(batches)).images[:1]
    classes = answers(teacher, first).shape[1]
    if top_k is not None:
        whole(1, classes - 1, f"the teacher knows {classes} classes", top_k=top_k)
    with context:
        mixed = torch.is_autocast_enabled(context.device)
        computed = torch.get_autocast_dtype(context.device) if mixed else torch.float32
    split, dataset, augmented = batches.split, batches.dataset, bool(batches.augment)
    return {
        "teacher": fingerprint(teacher),
        "data": dataset.name,
        "images": fingerprint([split.images, split.ids, dataset.mean, dataset.std]),
        "samples": len(split),
        "augment": list(batches.augment),
        "seed": batches.seed if augmented else None,
        "views": batches.views if augmented else 1,
        "classes": classes,
        "computed": f"{computed} on {context.device}",
        "keep": keep,
        "top_k": top_k,
        "block": batches.batch_size,
    }


def _begin(folder: Path, identity: dict[str, Any], batches: Batches) -> _Blocks:
    """The blocks of a new cache, or of one that was begun for the same answers."""
    found = _read_identity(folder)
    if found is None and folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} holds other files: name a new folder for the cache.")
    if found is not None and found != identity:
        odd = next(name for name in [*identity, *found] if identity.get(name) != found.get(name))
        raise InputError(
            f"{folder} holds the cache of another run: its {odd} is {found.get(odd)!r}, not {identity.get(odd)!r}. "
            "Name another folder, or delete this one."
        )
    write_json(folder / "cache.json", identity)
    blocks = _Blocks(folder, identity, writable=True)
    blocks.arrays["ids"][:] = batches.split.ids.numpy()
    return blocks


def _read_identity(folder: Path) -> dict[str, Any] | None:
    """What `cache.json` says; None where there is none."""
    file = folder / "cache.json"
    if not file.is_file():
        return None
    try:
        identity = json.loads(file.read_text(encoding="utf-8"))
        sizes = {name: identity[name] for name in ("samples", "views", "classes", "block")}
        whole(**sizes)
        one_of(_DTYPES, keep=identity["keep"])
        if identity["top_k"] is not None:
            whole(1, sizes["classes"] - 1, top_k=identity["top_k"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} is damaged ({error}): delete {folder} and call cache_teacher.") from error
    return identity
