"""How much of a gap honest files show: `python reference/grading/capstone_gaps.py`.

The capstone's grader flags a file that loses more than the baseline on copies of the test images. Here the files of
`reference/pipeline/combinations.py`, which stand in the cache folder when it has run, are asked as a class's would be,
against the network that they were all made from: seven combinations of three techniques, some with channels cut, three
seeds each, none of which saw a test image. Beside them a file that was fine-tuned on the test split.

Beside this script it writes `capstone_gaps.json`. Some two minutes on one core.
"""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from classroom.capstone.exam import Exam, Part, secret
from classroom.capstone.flags import GAP_POINTS
from classroom.capstone.measure import gap
from compresslab.data import Dataset, load
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.training import Recipe, fit
from compresslab.weights import load_weights

SEED = 20_261_130  # of the half and its copies
CACHE = cache_folder() / "pipeline"
EPOCHS = 3  # on the test split, from the trained network
HERE = Path(__file__)


def main() -> None:
    """Ask all files, and write what came."""
    torch.set_num_threads(1)
    exam = secret("digits32", SEED)
    original = CACHE / "files" / "original.onnx"
    baseline = right(original, exam)
    honest = {path.stem: row(path, exam, baseline) for path in sorted(original.parent.glob("*.onnx"))}
    with TemporaryDirectory() as folder:
        cheating = row(trained_on_test(Path(folder, "model.onnx"), load("digits32")), exam, baseline)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": exam.data,
            "images": {"test": len(exam.test.labels), "copies": len(exam.copies.labels)},
            "copies": exam.made,
            "flagged_above": GAP_POINTS,
            "honest": honest,
            "honest_flagged": sum(each["low"] > GAP_POINTS for each in honest.values()),
            "fine_tuned_on_test": cheating,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(1).to_dict(),
        },
    )


def trained_on_test(path: Path, dataset: Dataset) -> Path:
    """The original network, trained on for a few epochs on nothing but the test split."""
    model = load_weights(resnet18(width=8), CACHE / "original 0.safetensors")
    cheating = Dataset(
        "the test split", dataset.classes, dataset.test, dataset.validation, dataset.test, dataset.mean, dataset.std
    )
    recipe = Recipe(epochs=EPOCHS, batch_size=64, learning_rate=0.02, precision="fp32")
    return export_onnx(fit(model, cheating, recipe, progress=False).model, torch.zeros(1, 3, 32, 32), path)


def right(path: Path, exam: Exam) -> list[Tensor]:
    """Which images of both parts a file gets right."""
    model = OnnxModel(path)

    def of(part: Part) -> Tensor:
        logits = torch.cat([model(images) for images in part.images.split(250)])
        return (logits.argmax(1) == part.labels).long()

    return [of(exam.test), of(exam.copies)]


def row(path: Path, exam: Exam, baseline: list[Tensor]) -> dict[str, Any]:
    """Accuracies and the gap of a file."""
    own = right(path, exam)
    found = gap(*((a - b).numpy() for a, b in zip(own, baseline, strict=True)), exam.test.groups, exam.copies.groups)
    test, copies = (round(float(each.double().mean()), 6) for each in own)
    low, high = (round(end, 3) for end in (found.interval.low, found.interval.high))
    return {"test": test, "copies": copies, "gap": round(found.points, 3), "low": low, "high": high}


if __name__ == "__main__":
    main()
