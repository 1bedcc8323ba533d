"""The capstone: its promises on the quick profile, resuming after SIGKILL, and its words for bad input."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnx
import pytest

from compresslab.capstone.__main__ import main
from compresslab.capstone.measure import EAGER, choose
from compresslab.capstone.profiles import profile
from compresslab.data import Batches, load
from compresslab.deploy import OnnxModel
from compresslab.evaluation import accuracy_interval
from compresslab.training import evaluate

BASELINE, ALL_THREE = "baseline", "pruned+distilled+quantized"
VARIANTS = [BASELINE, "pruned", "distilled", "quantized", ALL_THREE]


def command(*options: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "compresslab.capstone", *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


def run(*options: str | Path, **environment: str) -> str:
    process = command(*options, **environment)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert err == "", "--quiet is not quiet"
    return out


def results(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "results.json").read_text())


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quick profile on digits32, as a learner runs it, on the cores that pytest-xdist's other workers leave."""
    folder = tmp_path_factory.mktemp("runs") / "quick"
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    run("--out", folder, "--quiet", OMP_NUM_THREADS=str(max(1, (os.cpu_count() or 1) // workers)))
    return folder


def test_the_file_is_small_fast_valid_and_true_to_the_network(quick: Path) -> None:
    found = results(quick)
    shipped, baseline = found["variants"][found["chosen"]], found["variants"][BASELINE]
    assert list(found["variants"]) == VARIANTS
    model = quick / "model.onnx"
    onnx.checker.check_model(onnx.load(model), full_check=True)
    assert model.stat().st_size == shipped["size_bytes"] <= baseline["size_bytes"] / 4
    for batch in ("single", "batch"):
        for reference in ("eager", "onnxruntime_fp32"):
            assert shipped[f"{batch}_speedup_over_{reference}"]["interval"]["low"] > 1, (batch, reference)
    for name, variant in found["variants"].items():
        assert variant["float_top1_agreement"] == 1, name
        assert variant["shipped_top1_agreement"] >= (0.98 if variant["int8"] else 1), name
        interval = variant["difference"]["interval"]
        assert interval["low"] <= variant["difference"]["points"] <= interval["high"]
    assert found["variants"]["pruned"]["zero_share"] == pytest.approx(0.8, abs=1e-5)
    # Zeros alone make nothing smaller but the compressed file.
    pruned = found["variants"]["pruned"]
    assert pruned["size_bytes"] == pytest.approx(baseline["size_bytes"], rel=0.01)
    assert pruned["gzip_bytes"] < baseline["gzip_bytes"] / 2


def test_its_figures_are_those_of_the_files(quick: Path) -> None:
    found, dataset = results(quick), load("digits32")
    shipped = found["variants"][found["chosen"]]
    answer = evaluate(OnnxModel(quick / "model.onnx"), Batches(dataset, dataset.test, 500))
    assert answer.accuracy == shipped["test_accuracy"]
    interval = accuracy_interval(answer.correct, dataset.test.groups)
    assert shipped["test_interval"] == {"low": interval.low, "high": interval.high, "level": 0.95}
    assert found["data"]["name"] == dataset.name and found["variants"][BASELINE]["test_accuracy"] > 0.9


def test_the_report_quotes_its_results_and_describes_its_charts(quick: Path) -> None:
    text, found = (quick / "report.md").read_text(), results(quick)
    assert text.startswith("# Compressing ResNet-18 on digits32")
    for name, variant in found["variants"].items():
        (row,) = (line for line in text.splitlines() if line.startswith(f"| {name} |") and "x [" in line)
        assert f"| {100 * variant['test_accuracy']:.1f} [" in row
        assert f"{variant['parameters']:,}" in row and f"{variant['size_bytes'] / 1e6:.3g}" in row
    for chart in ("accuracy_vs_size", "speedup", "training"):
        assert f"]({chart}.png)" in text and (quick / f"{chart}.png").stat().st_size > 10_000
    assert f"the **{found['chosen']}** network" in text and found["machine"]["fingerprint"] in text
    assert EAGER in text


def test_the_chosen_one_is_the_smallest_within_the_tolerance() -> None:
    class Result:
        def __init__(self, name: str, accuracy: float, size: int) -> None:
            self.name, self.validation_accuracy, self.size_bytes = name, accuracy, size

    rows = [Result("baseline", 0.95, 100), Result("small", 0.931, 10), Result("tiny", 0.929, 1)]
    assert choose(rows, profile("quick")).name == "small"  # type: ignore[arg-type]
    assert choose(rows[:1], profile("quick")).name == "baseline"  # type: ignore[arg-type]


def what_training_decides(folder: Path) -> dict[str, Any]:
    """The results without what depends on the clock."""
    found = results(folder)
    del found["benchmark"], found["machine"]
    for variant in found["variants"].values():
        for name in [name for name in variant if "speedup" in name or "seconds" in name]:
            del variant[name]
    for history in found["histories"].values():
        for epoch in history:
            del epoch["seconds"]
    return found


def test_killed_twice_and_started_again_it_ends_with_the_same_results(tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    run("--profile", "smoke", "--out", undisturbed, "--quiet")
    for sign in ("stages/baseline/stage.json", "stages/distilled/checkpoint.pt"):
        process = command("--profile", "smoke", "--out", killed, "--quiet")
        while not (killed / sign).exists() and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, f"it ended before {sign} was there"
        assert not (killed / "results.json").exists()
    run("--profile", "smoke", "--out", killed, "--quiet")
    assert what_training_decides(killed) == what_training_decides(undisturbed)
    assert (killed / "model.onnx").read_bytes() == (undisturbed / "model.onnx").read_bytes()


@pytest.mark.photographs
def test_it_compresses_photographs_and_names_them(tmp_path: Path) -> None:
    data = f"imagefolder:{os.environ['COMPRESSLAB_PHOTOS']}"
    run("--profile", "smoke", "--data", data, "--title", "CIFAR-10 (JPEG copy)", "--out", tmp_path / "run", "--quiet")
    found = results(tmp_path / "run")
    assert found["data"]["name"].startswith("CIFAR-10 (JPEG copy) [")
    assert all(variant["float_top1_agreement"] == 1 for variant in found["variants"].values())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--profile", "slow"], r"profile='slow' is not known: choose from smoke, quick, full"),
        (["--data", "digit32"], r"no data set 'digit32' \(did you mean 'digits32'\?\)"),
        (["--data", "imagefolder:/nowhere"], "/nowhere"),
        (["--device", "tpu"], "device 'tpu' is not available here: choose from cpu"),
        (["--threads", "0"], "threads=0 must be a whole number of at least 1"),
    ],
    ids=["profile", "data", "folder", "device", "threads"],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, "--out", str(tmp_path / "run"), "--quiet"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1 and not (tmp_path / "run").exists()
    assert re.search(says, error), error


def test_a_dry_run_says_what_will_be_trained_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--profile", "smoke", "--out", str(tmp_path / "run"), "--quiet", "--dry-run"]) == 0
    told = capsys.readouterr().out
    stages = [(line.split()[1], int(line.split()[2])) for line in told.splitlines() if line[:1].isdigit()]
    assert stages == [("baseline", 1), ("pruned", 1), ("baseline", 1), ("distilled", 1), ("pruned+distilled", 1)]
    assert not (tmp_path / "run").exists()


def test_a_folder_is_not_shared_with_other_runs_or_other_files(
    quick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = results(quick)
    assert main(["--out", str(quick), "--seed", "1", "--quiet"]) == 2
    assert "holds a run of another request (" in capsys.readouterr().err
    (tmp_path / "thesis.txt").write_text("mine")
    assert main(["--out", str(tmp_path), "--quiet"]) == 2
    assert "is not empty and holds no capstone run" in capsys.readouterr().err
    assert results(quick) == before and [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_loss_of_exactly_the_tolerance_is_within_it() -> None:
    quick = profile("quick")
    for n in (50, 1000, 5000):
        lost = round(quick.tolerance_points * n / 100)
        for right in range(n // 2, n + 1, n // 50):
            large = SimpleNamespace(validation_accuracy=right / n, size_bytes=2)
            small = SimpleNamespace(validation_accuracy=(right - lost) / n, size_bytes=1)
            worse = SimpleNamespace(validation_accuracy=(right - lost - 1) / n, size_bytes=1)
            assert choose([large, small], quick) is small, (n, right)
            assert choose([large, worse], quick) is large, (n, right)
