"""The capstone's reference: what its records say hangs together with the code, and its scripts do what they promise."""

import hashlib
import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import onnx
import pytest
import torch
from torch import nn

from compresslab.cost import mac_count, parameter_count
from compresslab.deploy import export_onnx
from compresslab.models import resnet18
from compresslab.pipeline import check
from compresslab.pruning import prune_global_magnitude
from compresslab.quantization import quantize_weights
from compresslab.recorded import load_recorded

RECORDS = ("shapes", "copies")
SCRIPTS = ("stopping", "measuring", "plans", "quick", "recipes", "shapes", "variants", "peers", "zoo")


@pytest.fixture
def scripts(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The scripts of the folder as modules, which find each other as they do when one is started."""
    monkeypatch.syspath_prepend(repository / "reference" / "capstone")
    with monkeypatch.context() as patch:
        for name in SCRIPTS:
            patch.delitem(sys.modules, name, raising=False)
        yield {name: importlib.import_module(name) for name in SCRIPTS}
        for name in SCRIPTS:
            sys.modules.pop(name, None)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_of_the_script_beside_it(name: str, repository: Path) -> None:
    script = repository / f"reference/capstone/{name}.py"
    assert load_recorded(f"capstone/{name}")["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()


def test_the_shapes_are_those_of_the_script_and_meet_what_they_are_said_to(scripts: dict[str, ModuleType]) -> None:
    found = load_recorded("capstone/shapes")
    assert [shape["name"] for shape in found["shapes"]] == list(scripts["shapes"].SHAPES)
    reference, goal = found["reference"], found["goal"]
    assert reference["parameters"] == parameter_count(resnet18(width=64))
    for shape in found["shapes"]:
        model = scripts["shapes"].SHAPES[shape["name"]]()
        assert shape["parameters"] == parameter_count(model)
        assert shape["macs"] == mac_count(model, (1, 3, 32, 32))
        assert shape["convolutions"]["floating"] == 0
        assert shape["smaller"] == round(reference["bytes"] / shape["bytes"], 2)
        assert shape["coded_bytes"] < shape["bytes"]
        assert shape["meets"] == [name for name, least in goal.items() if shape[name] >= least]
        timed = found["speed"]["1"]["calls"][shape["name"]]
        assert shape["times_eager"] == timed["times_eager"]["value"]
        assert timed["times_eager"]["low"] <= shape["times_eager"] <= timed["times_eager"]["high"]


def test_the_student_of_the_full_profile_meets_the_goal(scripts: dict[str, ModuleType]) -> None:
    found, student = load_recorded("capstone/shapes"), scripts["plans"].PROFILES["full"].student()
    able = [each for each in found["shapes"] if set(each["meets"]) == set(found["goal"])]
    assert parameter_count(student) == max(each["parameters"] for each in able)


def test_the_copies_are_compared_image_by_image() -> None:
    found = load_recorded("capstone/copies")
    as_it_is = found["as_it_is"]
    assert as_it_is["churn"]["changed"] == 0
    for row in found["copies"]:
        changed, n = row["churn"], found["data"]["images"]["test"]
        assert changed["both_right"] + changed["both_wrong"] + changed["fixed"] + changed["broken"] == n
        points = 100 * (row["accuracy"] - as_it_is["accuracy"])
        assert row["points_against_baseline"]["points"] == pytest.approx(points, abs=1e-3)
        assert 100 * (changed["fixed"] - changed["broken"]) / n == pytest.approx(points, abs=1e-3)


def test_changes_that_helped_are_joined_in_one_recipe(scripts: dict[str, ModuleType]) -> None:
    together = scripts["recipes"].together
    assert together(["plain", "cutout", "alternating flip"]) == {"augment": ("crop", "alternating_flip", "cutout")}
    assert together(["plain", "label smoothing"]) == {"label_smoothing": 0.1, "augment": ("crop", "flip")}


def test_every_variant_of_a_profile_can_be_made(scripts: dict[str, ModuleType], tmp_path: Path) -> None:
    plans: Any = scripts["plans"]
    profile = replace(plans.PROFILES["smoke"], baseline=lambda dataset: resnet18(width=4))
    workshop = plans.Workshop(profile, None, None, tmp_path)
    chains = workshop.chains(None)
    untrained = ["Q, untrained", "Q+D, untrained"]
    assert list(chains) == ["Q", "D", "Q+D", "Q+P+D", "P", "Q+P", "S", "Q+S", "P+D", *untrained]
    for _, stages in chains.values():
        check(stages, trained=True)
    assert [line.recipe.epochs for line in workshop.joints(profile.student).values()] == [3, 2, 3]


def test_coding_an_onnx_file_finds_its_few_values_and_its_zeros(scripts: dict[str, ModuleType], tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.Flatten()).eval()
    sizes = {}
    for name, each in {
        "plain": model,
        "few": quantize_weights(model, bits=2, per_channel=False),
        "few, sparse": quantize_weights(prune_global_magnitude(model, sparsity=0.9), bits=2, per_channel=False),
    }.items():
        path = export_onnx(each, torch.zeros(1, 3, 8, 8), tmp_path / f"{name}.onnx")
        before = path.read_bytes()
        sizes[name] = scripts["measuring"].coded_bytes(path)
        assert path.read_bytes() == before
        onnx.checker.check_model(onnx.load(path))
    weights = sum(layer.weight.numel() for layer in model if isinstance(layer, nn.Conv2d))
    assert 0.9 * 4 * weights < sizes["plain"]  # floats are not compressible
    assert sizes["few"] < 2 * weights / 8 * 1.3 + 3000
    assert sizes["few, sparse"] < 0.6 * sizes["few"]


@pytest.fixture
def found() -> dict[str, Any]:
    return load_recorded("capstone/results")


def test_the_results_are_of_the_scripts_beside_them(found: dict[str, Any], repository: Path) -> None:
    for name, digest in found["scripts_sha256"].items():
        assert digest == hashlib.sha256((repository / "reference/capstone" / name).read_bytes()).hexdigest(), name


def test_every_variant_was_made_and_compared_image_by_image(
    found: dict[str, Any], scripts: dict[str, ModuleType], tmp_path: Path
) -> None:
    rows, n = found["variants"], found["data"]["images"]["test"]
    profile = replace(scripts["plans"].PROFILES["smoke"], baseline=lambda dataset: resnet18(width=4))
    workshop = scripts["plans"].Workshop(profile, None, None, tmp_path)
    wanted = ["baseline", *workshop.chains(None), *workshop.joints(profile.student)]
    assert [row["name"] for row in rows] == [name for name in wanted if name not in found["not_made"]]
    assert found["not_made"] == ["Q+P, joint"]
    for row in rows:
        changed = row["churn"]
        assert changed["both_right"] + changed["both_wrong"] + changed["fixed"] + changed["broken"] == n
        assert row["accuracy"] == pytest.approx((changed["both_right"] + changed["fixed"]) / n)
        points = 100 * (changed["fixed"] - changed["broken"]) / n
        assert row["points_against_baseline"]["points"] == pytest.approx(points, abs=1e-3)
        assert row["convolutions"]["floating"] == 0 or "Q" not in row["name"]
        assert row["coded_bytes"] < row["bytes"]
        assert row["zero_share"] == pytest.approx(found["sparsity"] if "P" in row["name"] else 0, abs=0.02)


def test_validation_images_chose_the_best(found: dict[str, Any], repository: Path) -> None:
    rows = {row["name"]: row for row in found["variants"]}
    n = found["data"]["images"]["validation"]
    right = {name: round(row["validation_accuracy"] * n) for name, row in rows.items()}
    for best, most in (("best", "tolerance_points"), ("best_within_goal", "goal_points")):
        within = [name for name in rows if 100 * (right["baseline"] - right[name]) <= found[most] * n]
        assert found[best] == min(within, key=lambda name: rows[name]["bytes"])
    assert found["smaller"] == round(rows["baseline"]["bytes"] / rows[found["best"]]["bytes"], 2)
    model = repository / "reference" / "capstone" / "model.onnx"
    assert hashlib.sha256(model.read_bytes()).hexdigest() == rows[found["best"]]["sha256"]


def test_the_times_are_of_those_files_and_the_control_is_near_one(found: dict[str, Any]) -> None:
    assert found["speed"]["files"] == {row["name"]: row["sha256"] for row in found["variants"]}
    for load in found["speed"]["loads"].values():
        again = load["calls"]["ONNX Runtime fp32, again"]["times_runtime"]
        assert again["value"] == pytest.approx(1, abs=0.02)


def test_the_zoo_is_the_frontier(found: dict[str, Any], scripts: dict[str, ModuleType], repository: Path) -> None:
    zoo, folder = scripts["zoo"], repository / "reference" / "capstone" / "zoo"
    best = zoo.on_frontier(found)
    rows = {row["name"]: row for row in found["variants"]}
    assert {path.name for path in folder.iterdir()} == {zoo.stem(row) + end for row in best for end in (".onnx", ".md")}
    for row in best:
        path = folder / f"{zoo.stem(row)}.onnx"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
        assert path.with_suffix(".md").read_text(encoding="utf-8") == zoo.card(row, found)
    point = {
        name: (row["bytes"], zoo.timing(found, name)["ms_per_image_p50"], -row["accuracy"])
        for name, row in rows.items()
    }
    for name in point:  # brute force
        dominated = any(
            all(a <= b for a, b in zip(other, point[name], strict=True)) and other != point[name]
            for other in point.values()
        )
        assert dominated != (name in {row["name"] for row in best} | {"baseline"}) or name == "baseline"


def test_tables_are_those_of_the_records(
    found: dict[str, Any], scripts: dict[str, ModuleType], repository: Path
) -> None:
    zoo, peers = scripts["zoo"], load_recorded("capstone/peers")
    front, own = (repository / name for name in ("README.md", "reference/capstone/README.md"))
    for mark, path, table in (
        ("zoo", front, zoo.zoo_table(found)),
        ("variants", own, zoo.variants(found)),
        ("peers", own, zoo.peers_table(found, peers)),
    ):
        assert f"<!-- {mark} -->\n\n{table}\n\n<!-- end of {mark} -->" in path.read_text(encoding="utf-8")


def test_the_peers_are_of_their_script_and_each_has_figures_or_a_reason(
    found: dict[str, Any], scripts: dict[str, ModuleType], repository: Path
) -> None:
    peers = load_recorded("capstone/peers")
    script = repository / "reference" / "capstone" / "peers.py"
    assert peers["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert [row["name"] for row in peers["peers"]] == list(scripts["peers"].LIBRARIES)
    for row in peers["peers"]:
        assert row.get("failed") or (row["bytes"] > 0 and row["name"] in peers["speed"]["1"]["calls"])
    ours = {f"ours: {row['name']}" for row in found["variants"]} - {"ours: baseline"}
    assert ours <= set(peers["speed"]["1"]["calls"])


def test_no_peer_beats_a_file_of_the_zoo_in_all_three(found: dict[str, Any], scripts: dict[str, ModuleType]) -> None:
    zoo, peers = scripts["zoo"], load_recorded("capstone/peers")
    for row in zoo.on_frontier(found):
        time = zoo.timing(peers, f"ours: {row['name']}")["ms_per_image_p50"]
        for peer in peers["peers"]:
            if "failed" not in peer:
                better = zoo.timing(peers, peer["name"])["ms_per_image_p50"] <= time
                assert not (better and peer["bytes"] <= row["bytes"] and peer["accuracy"] >= row["accuracy"]), peer


def test_the_stages_of_chapter_18_are_made_by_its_cells(scripts: dict[str, ModuleType], repository: Path) -> None:
    recorded, quick = load_recorded("capstone/quick/stages"), scripts["quick"]
    folder = repository / "reference" / "capstone" / "quick"
    assert recorded["script_sha256"] == hashlib.sha256((folder.with_suffix(".py")).read_bytes()).hexdigest()
    assert recorded["cells_sha256"] == quick.digest(quick.cells(quick.CHAPTER))
    files = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.onnx")}
    assert files == recorded["sha256"] and files.keys() == recorded["histories"].keys()
    assert len(set(files.values())) == len(files) == 10


def test_what_chapter_18s_stages_took_is_what_it_says(repository: Path) -> None:
    histories = load_recorded("capstone/quick/stages")["histories"]
    stages = {step["stage"]: step for history in histories.values() for step in history}
    assert [stages[name]["zero_share"] for name in ("P3", "D-P3")] == pytest.approx([0.8, 0.8], abs=1e-3)
    assert (stages["S"]["epochs"], stages["S-Q"]["epochs"]) == (6, 2)
    assert (stages["D"]["epochs"], stages["D-Q"]["epochs"]) == (10, 2)
    assert all(history[0]["stage"] == "baseline" for history in histories.values())
    minutes = sum(step["seconds"] for step in stages.values()) / 60
    text = (repository / "course" / "18_capstone.ipynb").read_text(encoding="utf-8")
    assert f"took {minutes:.0f} minutes on one core of a busy machine" in text
