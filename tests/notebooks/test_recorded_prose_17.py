"""What chapter 17 says of recorded results is what the files in `reference/` hold."""

import hashlib
from pathlib import Path

from chapter_prose import prose
from safetensors.torch import load_file

from compresslab.data import load
from compresslab.recorded import load_recorded

PROSE = prose("17")


def test_the_logits_are_those_of_the_images_that_the_chapter_loads(repository: Path) -> None:
    record = load_recorded("evaluation/variants_digits32")
    script = repository / "reference/evaluation/variants_digits32.py"
    logits = script.with_suffix(".safetensors")
    assert record["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert record["logits_sha256"] == hashlib.sha256(logits.read_bytes()).hexdigest()
    assert "Recorded are the **logits** of 2,000 test images and 1,000 validation images" in PROSE
    assert record["data"]["images"] == {"validation": 1000, "test": 2000}
    dataset = load("digits32").subset(**record["data"]["images"])
    answers = load_file(logits)
    for split in ("validation", "test"):
        images = getattr(dataset, split)
        assert record["ids_sha256"][split] == hashlib.sha256(images.ids.numpy().tobytes()).hexdigest()
        for name in record["networks"]:
            right = (answers[f"{split}/{name}"].float().argmax(1) == images.labels).double().mean()
            assert abs(float(right) - record["accuracy"][f"{split}/{name}"]) < 0.002  # half precision may tie logits


def test_who_pays_with_three_seeds() -> None:
    harm = load_recorded("evaluation/harm_digits32")
    assert "three seeds, every variant that loses at most three points" in PROSE
    assert (len(harm["seeds"]), harm["nearly_points"]) == (3, 3.0)
    assert "All 336 intervals hold together" in PROSE and "336 honest intervals" in PROSE
    assert harm["intervals"] == 336
    assert "two of fourteen variants have one" in PROSE
    paying = {line["variant"]: line["hurt_more"] for line in harm["variants"] if line["hurt_more"]}
    assert len(harm["variants"]) == 14 and len(paying) == 2
    assert "the low contrasts under QAT in 4 bits, and class 1 under pruning" in PROSE
    assert paying["pruned 50%"] == ["class: 1"]
    (group,) = paying["QAT W4A4"]
    (line,) = (line for line in harm["variants"] if line["variant"] == "QAT W4A4")
    assert group == f"contrast: {line['groups']['contrast'][0]['name']}"


def test_what_fools_the_twin_fools_the_file() -> None:
    attack = load_recorded("evaluation/attack_photographs")
    assert "in 98 to 100% of the cases. No gradient was masked there." in PROSE
    shares = [found["twin_to_file_transfer"] for found in attack["attacks"]]
    assert (round(100 * min(shares)), round(100 * max(shares))) == (98, 100)
    assert not any(found["masked"] for found in attack["attacks"])
