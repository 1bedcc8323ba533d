"""A folder of model versions, of which one is live: registered once, checked at every load, promoted and rolled back.

    registry/digits/versions/1/model.onnx     never changed again
    registry/digits/versions/1/record.json    its checksum, size and time
    registry/digits/journal/1.json            "promote version 1", then 2.json, 3.json: the last one says what is live

Every write is whole or absent and none replaces another: a version is a folder renamed into place, a line of the
journal a file linked into place. Two writers get two numbers, and a reader never sees half of either.

A version is loaded only after its bytes match the checksum and a smoke inference gave finite logits of the right
shape. Bytes are read once, and what was hashed is what runs. The checksum finds damage and half-copied files; against
someone who may write in the folder it helps only where the journal, which repeats it, is kept from them.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import onnx
import torch

from compresslab.arguments import whole
from compresslab.deploy.card import ModelCard, Preprocessing
from compresslab.deploy.onnx import OnnxModel
from compresslab.errors import InputError
from compresslab.files import write_json
from compresslab.onnx_file import load_onnx, save_onnx

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")  # no dot and no slash: a name can't leave the folder
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TRIES = 100  # as many writers at once may be overtaken before one gives up
_LONGEST_REASON = 500
_LONGEST_RECORD = 100_000
Action = Literal["promote", "rollback"]


@dataclass(frozen=True)
class ModelVersion:
    """One registered file.

    Attributes:
        name: of the model.
        number: of the version, from 1.
        path: of the file.
        sha256: of its bytes when it was registered.
        size_bytes: their number.
        registered: time, ISO 8601 in UTC.

    >>> ModelVersion("digits", 2, Path("model.onnx"), "ab" * 32, 34, "2026-11-30T00:00:00+00:00").label
    'digits:2'
    """

    name: str
    number: int
    path: Path
    sha256: str
    size_bytes: int
    registered: str

    @property
    def label(self) -> str:
        """Name and number, for logs and metrics."""
        return f"{self.name}:{self.number}"


@dataclass(frozen=True)
class Change:
    """A line of the journal.

    Attributes:
        action: what was done.
        number: of the version that is live since.
        sha256: of its file.
        reason: given by whoever did it.
        at: time, ISO 8601 in UTC.

    >>> Change("promote", 2, "ab" * 32, "canary was fine", "2026-11-30T00:00:00+00:00").number
    2
    """

    action: Action
    number: int
    sha256: str
    reason: str
    at: str


@dataclass(frozen=True)
class LoadedModel:
    """A version whose checksum and smoke inference passed.

    Attributes:
        version: what was loaded.
        card: of the file.
        model: images (N, C, H, W) float32 to logits (N, classes) float32.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     registry = example_registry(folder)
    ...     registry.load("digits").model(torch.zeros(3, 1, 2, 2)).shape
    torch.Size([3, 4])
    """

    version: ModelVersion
    card: ModelCard
    model: OnnxModel


class Registry:
    """The versions of any number of models in one folder.

    Args:
        folder: made when the first version is registered.
        largest_bytes: of a file that is registered or read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     registry = example_registry(folder)
    ...     _ = registry.register("digits", registry.get("digits", 1).path)
    ...     _ = registry.promote("digits", 2, reason="smaller, and as accurate")
    ...     registry.live("digits").number, registry.rollback("digits", reason="slower").number
    (2, 1)
    """

    def __init__(self, folder: str | os.PathLike[str], *, largest_bytes: int = 2**30) -> None:
        whole(largest_bytes=largest_bytes)
        self.folder, self.largest_bytes = Path(folder), largest_bytes

    def models(self) -> tuple[str, ...]:
        """Names that have a version, in alphabetical order."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(p.name for p in self.folder.iterdir() if _NAME.fullmatch(p.name) and self.versions(p.name)))

    def register(self, name: str, path: str | os.PathLike[str], *, card: ModelCard | None = None) -> ModelVersion:
        """Copy a file in as the next version. It is loaded once, as `load` does it, and only kept if that succeeds.

        Args:
            name: small letters, digits, "-" and "_", at most 64.
            path: of an ONNX file with all weights inside.
            card: written into the copy; by default the file must have one already.

        Returns:
            The version, not yet live.

        Raises:
            InputError: the name, the file or its card is no good, the smoke inference failed, or the disk is full.
        """
        folder = self._folder(name)
        _file_size(Path(path), self.largest_bytes)
        model = load_onnx(path)
        notes = card.notes() if card is not None else {note.key: note.value for note in model.metadata_props}
        with _staging(folder) as staging:
            copied = save_onnx(model, staging / "model.onnx", notes)
            data = copied.read_bytes()
            checksum, now = hashlib.sha256(data).hexdigest(), _now()
            _checked_model(data, Path(path), threads=1)
            write_json(staging / "record.json", {"sha256": checksum, "size_bytes": len(data), "registered": now})
            number = _rename_to_next(staging, folder / "versions")
        return ModelVersion(name, number, folder / "versions" / str(number) / "model.onnx", checksum, len(data), now)

    def versions(self, name: str) -> tuple[ModelVersion, ...]:
        """All versions of a model, oldest first; none where it has none.

        Raises:
            InputError: the name is not one, or a record is damaged.
        """
        return tuple(self.get(name, number) for number in _numbers(self._folder(name) / "versions", ""))

    def get(self, name: str, number: int) -> ModelVersion:
        """One version, unchecked: `load` checks.

        Raises:
            InputError: there is no such version, or its record is damaged.
        """
        whole(number=number)
        folder = self._folder(name) / "versions" / str(number)
        if not folder.is_dir():
            known = ", ".join(str(n) for n in _numbers(folder.parent, "")) or "none"
            raise InputError(f"{name} has no version {number}: there are {known}.")
        record = _read_record(folder / "record.json")
        checksum, size, registered = (record.get(key) for key in ("sha256", "size_bytes", "registered"))
        if not (_is_digest(checksum) and _is_count(size) and isinstance(registered, str)):
            raise InputError(f"{folder / 'record.json'} is damaged: register the model again.")
        return ModelVersion(name, number, folder / "model.onnx", str(checksum), int(size or 0), registered)

    def load(self, name: str, number: int | None = None, *, threads: int = 1) -> LoadedModel:
        """Open a version, once its checksum matches and a smoke inference has passed.

        Args:
            name: of the model.
            number: of the version; by default the live one.
            threads: of the session.

        Raises:
            InputError: there is no such version, its bytes changed since it was registered or promoted, it is no
                model, its metadata or its input are not what is served, or its answers are not finite.
        """
        if number is None:
            version = self.live(name)
            if version is None:
                raise InputError(f"{name} has no live version: promote one, or name its number.")
        else:
            version = self.get(name, number)
        data = self._read(version)
        found = hashlib.sha256(data).hexdigest()
        promoted = {change.sha256 for change in self.journal(name) if change.number == version.number}
        if {found} != {version.sha256} | promoted:
            raise InputError(
                f"{version.label} was changed since it was registered: its sha256 is {found[:12]}..., not "
                f"{version.sha256[:12]}.... Register the model again."
            )
        model, card = _checked_model(data, version.path, threads)
        return LoadedModel(version, card, model)

    def live(self, name: str) -> ModelVersion | None:
        """The version that is to be served; None before the first promotion."""
        journal = self.journal(name)
        return self.get(name, journal[-1].number) if journal else None

    def promote(self, name: str, number: int, *, reason: str) -> ModelVersion:
        """Make a version the live one, if it loads.

        Args:
            name, number: of the version.
            reason: for whoever reads the journal.

        Raises:
            InputError: as `load`; or it is live already. What was live stays so.
        """
        version = self.load(name, number).version
        for _ in range(_TRIES):
            journal = self.journal(name)
            if journal and journal[-1].number == number:
                raise InputError(f"{version.label} is live already.")
            if self._append(name, len(journal) + 1, "promote", version, reason):
                return version
        raise InputError(f"the journal of {name} is written to all the time: try again.")

    def rollback(self, name: str, *, reason: str) -> ModelVersion:
        """Make the version live that was so before the present one, if it loads.

        A rolled-back version is not gone back to: rolling back again goes one further.

        Raises:
            InputError: there is none before it, or it does not load. What was live stays so.
        """
        for _ in range(_TRIES):
            journal = self.journal(name)
            standing = _standing(journal)
            if len(standing) < 2:
                raise InputError(f"{name} has no version to roll back to: fewer than two were promoted.")
            version = self.load(name, standing[-2]).version
            if self._append(name, len(journal) + 1, "rollback", version, reason):
                return version
        raise InputError(f"the journal of {name} is written to all the time: try again.")

    def journal(self, name: str) -> tuple[Change, ...]:
        """All promotions and rollbacks of a model, oldest first.

        Raises:
            InputError: a line is missing or damaged.
        """
        folder = self._folder(name) / "journal"
        numbers = _numbers(folder, ".json")
        if numbers != list(range(1, len(numbers) + 1)):
            raise InputError(f"{folder} lacks lines: it has {numbers}.")
        return tuple(_read_change(folder / f"{number}.json") for number in numbers)

    def _append(self, name: str, number: int, action: Action, version: ModelVersion, reason: str) -> bool:
        """Whether the line could be written: False where another writer was first with this number."""
        if not isinstance(reason, str) or not reason.strip() or len(reason) > _LONGEST_REASON:
            raise InputError(f"reason={str(reason)[:60]!r}: say why, in 1 to {_LONGEST_REASON} characters.")
        folder = self._folder(name) / "journal"
        line = {"action": action, "number": version.number, "sha256": version.sha256, "reason": reason, "at": _now()}
        with _staging(self._folder(name)) as staging:
            write_json(staging / "line.json", line)
            folder.mkdir(exist_ok=True)
            try:
                os.link(staging / "line.json", folder / f"{number}.json")  # unlike a rename, it replaces nothing
            except FileExistsError:
                return False
            _sync(folder)
        return True

    def _read(self, version: ModelVersion) -> bytes:
        size = _file_size(version.path, self.largest_bytes)
        if size != version.size_bytes:
            raise InputError(
                f"{version.label} was changed since it was registered: it has {size} bytes, not {version.size_bytes}. "
                "Register the model again."
            )
        return version.path.read_bytes()

    def _folder(self, name: str) -> Path:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InputError(f"name={str(name)[:80]!r}: use small letters, digits, - and _, at most 64 of them.")
        return self.folder / name


def smoke_test(model: OnnxModel, card: ModelCard) -> None:
    """One inference of one image and one of three, as a server would ask for them.

    Raises:
        InputError: the model takes other images than its card says or a fixed number of them, fails, or gives logits
            that are not finite, not float32, or not one for each label.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     loaded = example_registry(folder).load("digits")
    ...     smoke_test(loaded.model, loaded.card)
    """
    batch, *image = model.input_shape
    if tuple(image) != card.preprocessing.shape or not isinstance(batch, str):
        raise InputError(
            f"{model.path.name} takes {model.input_shape}: its card says (any number, "
            f"{', '.join(str(size) for size in card.preprocessing.shape)}). Export it with a dynamic batch."
        )
    drawn = torch.randint(0, 256, (3, *card.preprocessing.shape), generator=torch.Generator().manual_seed(0))
    images = card.preprocessing(drawn.to(torch.uint8))
    for part in (images[:1], images):
        logits = model(part)
        if logits.dtype != torch.float32 or logits.shape != (len(part), len(card.labels)):
            raise InputError(
                f"{model.path.name} answers {logits.dtype} {tuple(logits.shape)} to {len(part)} images: expected "
                f"float32 ({len(part)}, {len(card.labels)}), a logit for each label."
            )
        if not logits.isfinite().all():
            raise InputError(f"{model.path.name} answers NaN or infinity: the model is broken.")


def example_registry(folder: str | os.PathLike[str]) -> Registry:
    """A registry with one live version of a model "digits" that hands its four pixels through: to try things out.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     example_registry(folder).models()
    ('digits',)
    """
    text = (
        '<ir_version: 8, opset_import: ["": 17]> pixels (float[batch, 1, 2, 2] images) => (float[batch, 4] logits) '
        "{ logits = Flatten(images) }"
    )
    card = ModelCard("made up", ("a", "b", "c", "d"), 0.25, 4, Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,)))
    registry = Registry(folder)
    with tempfile.TemporaryDirectory(prefix="compresslab-") as made:
        path = save_onnx(onnx.parser.parse_model(text), Path(made, "model.onnx"))
        registry.register("digits", path, card=card)
    registry.promote("digits", 1, reason="the first")
    return registry


def _checked_model(data: bytes, path: Path, threads: int) -> tuple[OnnxModel, ModelCard]:
    """The model in `data`, which passes; `path` is only its name."""
    model = OnnxModel(path, threads, data=data)
    card = ModelCard.from_notes(model.notes)
    smoke_test(model, card)
    return model, card


def _standing(journal: tuple[Change, ...]) -> list[int]:
    """Versions that were promoted and not rolled back since, the live one last."""
    standing: list[int] = []
    for change in journal:
        if change.action == "promote":
            standing.append(change.number)
        elif len(standing) < 2 or standing[-2] != change.number:
            raise InputError(f"the journal is damaged: a rollback to version {change.number}, which was not before.")
        else:
            standing.pop()
    return standing


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder beside the versions, for what is not yet whole."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=folder, prefix=".staging-", suffix=".part"))
    except OSError as error:
        raise InputError(f"cannot write in {folder}: {error.strerror}. Choose a folder you may write to.") from error
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _rename_to_next(staging: Path, versions: Path) -> int:
    versions.mkdir(exist_ok=True)
    staging.chmod(0o755)  # mkdtemp's 0700 would hide the version from a server that runs as another user
    for _ in range(_TRIES):
        number = max(_numbers(versions, ""), default=0) + 1
        try:
            staging.rename(versions / str(number))  # fails where another writer's files lie already
        except OSError:
            if not (versions / str(number)).exists():
                raise
        else:
            _sync(versions)
            return number
    raise InputError(f"{versions} is written to all the time: try again.")


def _numbers(folder: Path, suffix: str) -> list[int]:
    if not folder.is_dir():
        return []
    stems = (path.name.removesuffix(suffix) for path in folder.iterdir() if path.name.endswith(suffix))
    return sorted(int(stem) for stem in stems if _NUMBER.fullmatch(stem))


def _sync(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file_size(path: Path, largest: int) -> int:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Export the model first.") from error
    if path.is_symlink() or not path.is_file():
        raise InputError(f"{path} is no plain file.")
    if size > largest:
        raise InputError(f"{path} has {size} bytes, more than largest_bytes={largest}.")
    return size


def _read_record(path: Path) -> dict[str, Any]:
    try:
        _file_size(path, _LONGEST_RECORD)
        record = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and InputError are ValueErrors too
        raise InputError(f"{path} is damaged: register the model again.") from error
    if not isinstance(record, dict):
        raise InputError(f"{path} is damaged: register the model again.")
    return record


def _read_change(path: Path) -> Change:
    line = _read_record(path)
    action, number, checksum = (line.get(key) for key in ("action", "number", "sha256"))
    reason, at = line.get("reason"), line.get("at")
    texts = isinstance(reason, str) and isinstance(at, str)
    if action not in ("promote", "rollback") or not (_is_count(number) and _is_digest(checksum) and texts):
        raise InputError(f"{path} is damaged: it is no line of a journal.")
    return Change(action, int(number or 0), str(checksum), str(reason), str(at))


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
