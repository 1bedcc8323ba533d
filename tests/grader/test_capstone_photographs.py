"""The capstone on photographs: which baseline is measured beside, and that a compressed file of it is told apart."""

import tarfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from classroom.capstone import baseline as baselines
from classroom.capstone import check as checking
from classroom.capstone.baseline import NETWORKS
from classroom.capstone.exam import Exam, public
from classroom.capstone.grade import Wish, grade
from classroom.capstone.measure import measure_baseline, this_process
from compresslab.data import Batches, load
from compresslab.deploy import quantize_static
from compresslab.errors import InputError
from compresslab.hardware import machine
from compresslab.models import load_baseline

PER_CLASS = {"train": 100, "test": 40}


@pytest.fixture(scope="module")
def small(photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A few of the archive's photographs of each class, as an instructor would name them."""
    folder = tmp_path_factory.mktemp("photographs")
    taken: Counter[tuple[str, str]] = Counter()
    with tarfile.open(photographs, "r|*") as archive:
        for member in archive:
            split, _, rest = member.name.partition("/")
            label, _, name = rest.partition("/")
            if name and member.isfile() and taken[split, label] < PER_CLASS[split]:
                taken[split, label] += 1
                (folder / split / label).mkdir(parents=True, exist_ok=True)
                (folder / split / label / name).write_bytes(archive.extractfile(member).read())
            if len(taken) == 20 and all(taken[key] == PER_CLASS[key[0]] for key in taken):
                break
    return f"imagefolder:{folder}"


@pytest.fixture(scope="module")
def exam(small: str) -> Exam:
    return public(small)


@pytest.fixture(scope="module")
def baseline(exam: Exam) -> bytes:
    return baselines.read(None, exam)


@pytest.mark.photographs
def test_photographs_are_measured_beside_the_network_that_was_trained_on_them(exam: Exam, baseline: bytes) -> None:
    found = measure_baseline(baseline, exam, this_process)
    with torch.inference_mode():
        expected = load_baseline(width=20).model(exam.test.images)
    assert torch.allclose(found.test, expected, atol=1e-3)
    right = float((found.test.argmax(1) == exam.test.labels).double().mean())
    on_copies = float((found.copies.argmax(1) == exam.copies.labels).double().mean())
    assert len(exam.test.labels) == 200 and 0.75 < right < 0.95, "of all 10,000 it gets 87% right"
    assert 0.5 < on_copies <= right + 0.05
    assert not torch.equal(exam.copies.images, exam.test.images)


@pytest.mark.photographs
def test_it_is_exported_once(exam: Exam, baseline: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(baselines, "export_onnx")
    assert baselines.read(None, exam) == baselines.read(Path("resnet18-w20"), exam) == baseline


@pytest.mark.photographs
def test_a_quantized_file_earns_points_and_no_flag(
    small: str, exam: Exam, baseline: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole.onnx"
    whole.write_bytes(baseline)
    dataset = load(small)
    seen = [batch.images for batch in Batches(dataset, dataset.train, 100)]
    path = quantize_static(whole, tmp_path / "model.onnx", seen, reduce_range=machine().int8_saturates)
    monkeypatch.setattr(checking, "_process", checking._here)
    lines = checking.check(path, data=small)
    assert lines[0].endswith(f"by 200 test images of {exam.data}")
    accuracy, size = lines[1], lines[2]
    assert "4 of 5" in accuracy or "5 of 5" in accuracy
    assert size.startswith("size      2 of 5"), "a quarter of the bytes and a little"
    assert not any(each.startswith("look") for each in lines)


@pytest.mark.photographs
def test_an_instructor_names_photographs_without_a_baseline(small: str, tmp_path: Path) -> None:
    (tmp_path / "handed_in" / "anna").mkdir(parents=True)
    result = grade(Wish(tmp_path / "handed_in", tmp_path / "out", data=small, sandboxed=False), [].append)
    assert result.baseline_bytes > 4_000_000 and result.rows[0].problem == "no model.onnx was handed in"


def test_a_network_for_photographs_fits_nothing_else() -> None:
    digits = public("digits")
    for name in NETWORKS:
        with pytest.raises(InputError, match=f"digits needs a baseline of its own.* {name} knows photographs of 32x32"):
            baselines.read(Path(name), digits)
    card = load_baseline(width=20)
    images = torch.zeros(2, 3, 32, 32)
    fitting = replace(
        digits,
        data="photographs",
        test=replace(digits.test, images=images),
        names=card.classes,
        mean=tuple(mean + 0.01 for mean in card.mean),
        std=card.std,
    )
    assert baselines._fits(card, fitting)
    for change in (
        {"names": card.classes[::-1]},
        {"mean": tuple(mean + 0.03 for mean in card.mean)},
        {"std": (1.0, 1.0, 1.0)},
        {"test": replace(digits.test, images=images[:, :1])},
        {"test": replace(digits.test, images=images[..., :28, :28])},
    ):
        assert not baselines._fits(card, replace(fitting, **change))
    with pytest.raises(InputError, match=r"cannot read resnet18-w16"):
        baselines.read(Path("resnet18-w16"), fitting)
