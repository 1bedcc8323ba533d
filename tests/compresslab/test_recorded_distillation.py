"""What the records in reference/distillation say hangs together, with the code, and with what the course claims."""

import hashlib
import math
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from compresslab.cost import mac_count, parameter_count
from compresslab.models import load_language_baseline, resnet18
from compresslab.models.language import language_model
from compresslab.recorded import load_recorded

RECORDS = ("students_digits32", "students_photographs", "cached_epoch", "text")


@pytest.fixture(scope="module")
def digits32() -> dict[str, Any]:
    return load_recorded("distillation/students_digits32")


@pytest.fixture(scope="module")
def photographs() -> dict[str, Any]:
    return load_recorded("distillation/students_photographs")


@pytest.fixture(scope="module")
def cached() -> dict[str, Any]:
    return load_recorded("distillation/cached_epoch")


@pytest.fixture(scope="module")
def text() -> dict[str, Any]:
    return load_recorded("distillation/text")


def accuracies(recorded: dict[str, Any], method: str, epochs: int) -> list[float]:
    """Of a method's runs of this length, by seed."""
    found = {run["seed"]: run for run in recorded["runs"] if (run["method"], run["epochs"]) == (method, epochs)}
    assert sorted(found) == recorded["seeds"]
    assert all(len(run["validation"]) == epochs for run in found.values())
    return [found[seed]["accuracy"] for seed in recorded["seeds"]]


def gain(recorded: dict[str, Any], method: str, at: str, against: str = "alone") -> dict[str, Any]:
    (found,) = [
        line
        for line in recorded["differences"]
        if (line["method"], line["at"], line["against"]) == (method, at, against)
    ]
    return found


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_of_the_script_beside_it(name: str, repository: Path) -> None:
    script = repository / f"reference/distillation/{name}.py"
    found = load_recorded(f"distillation/{name}")
    assert found["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert found["machine"]["threads"] == 1


@pytest.mark.parametrize("name", ["students_digits32", "students_photographs"])
def test_differences_are_those_of_the_accuracies_at_equal_epochs_and_at_equal_seconds(name: str) -> None:
    recorded = load_recorded(f"distillation/{name}")
    epochs = recorded["recipe"]["epochs"]
    for line in recorded["differences"]:
        if line["method"] == "teacher":
            continue
        mine = accuracies(recorded, line["method"], epochs)
        longer = line["at"] == "equal seconds"
        other = accuracies(
            recorded, line["against"], recorded["equal_seconds"][line["method"]]["epochs"] if longer else epochs
        )
        by_seed = [100 * (a - b) for a, b in zip(mine, other, strict=True)]
        assert line["by_seed"] == pytest.approx(by_seed, abs=6e-4)
        assert line["points"] == pytest.approx(fmean(by_seed), abs=6e-4)
        assert line["interval"]["low"] <= line["points"] <= line["interval"]["high"]
        assert (line["seeds"], line["n"]) == (len(recorded["seeds"]), recorded["data"]["images"]["test"])


@pytest.mark.parametrize("name", ["students_digits32", "students_photographs"])
def test_both_networks_are_those_named(name: str) -> None:
    recorded = load_recorded(f"distillation/{name}")
    for side in ("teacher", "student"):
        model = resnet18(width=int(recorded[side].partition("width=")[2].partition(")")[0]))
        assert recorded["parameters"][side] == parameter_count(model)
        assert recorded["macs"][side] == mac_count(model, (1, 3, 32, 32))


def test_on_digits32_equal_seconds_are_those_of_the_measured_steps(digits32: dict) -> None:
    epochs, seconds = digits32["recipe"]["epochs"], digits32["costs"]["step_seconds"]
    steps = digits32["data"]["images"]["train"] // digits32["recipe"]["batch_size"]
    for name, method in digits32["methods"].items():
        filling = digits32["costs"]["cache_seconds"] if method["asks"] == "cache" else 0.0
        exact = (epochs * steps * seconds[name] + filling) / (steps * seconds["alone"])
        given = digits32["equal_seconds"][name]
        assert given["exact_epochs"] == pytest.approx(exact)
        assert given["epochs"] >= math.ceil(exact)  # never less than its own time


def test_on_photographs_equal_seconds_count_the_filling_of_the_cache(photographs: dict) -> None:
    recipe, seconds = photographs["recipe"], photographs["costs"]["seconds"]
    images, size = photographs["data"]["images"]["train"], recipe["batch_size"]
    filling = recipe["views"] * math.ceil(images / size) * seconds["teacher"]
    for name, given in photographs["equal_seconds"].items():
        exact = (recipe["epochs"] * seconds[name] + filling / (images // size)) / seconds["alone"]
        assert given["exact_epochs"] == pytest.approx(exact)
        assert given["epochs"] >= math.ceil(exact)


def test_on_digits32_a_teacher_helps_at_equal_epochs_by_most_methods_and_not_by_all(digits32: dict) -> None:
    for name in ("response", "decoupled", "hint", "similarity", "hybrid"):
        assert gain(digits32, name, "equal epochs")["interval"]["low"] > 5
    assert gain(digits32, "relation", "equal epochs")["interval"]["high"] < -10  # with the paper's weights


def test_on_digits32_it_is_not_soft_labels_alone(digits32: dict) -> None:
    assert gain(digits32, "label smoothing", "equal epochs")["interval"]["high"] < 0


def test_on_digits32_cached_answers_keep_their_gain_at_equal_seconds_and_an_online_teacher_does_not(
    digits32: dict,
) -> None:
    for name, method in digits32["methods"].items():
        at_epochs, at_seconds = (gain(digits32, name, at)["points"] for at in ("equal epochs", "equal seconds"))
        lost = at_epochs - at_seconds
        assert lost < 5 if method["asks"] == "cache" else lost > 5
    assert gain(digits32, "response", "equal seconds")["interval"]["low"] > 0
    assert gain(digits32, "hybrid", "equal seconds")["interval"]["high"] < 0


def test_a_cached_epoch_is_as_fast_as_one_without_a_teacher(cached: dict) -> None:
    speed = cached["speed"]
    assert speed["teacher_costs"]["interval"]["low"] > 4  # times the student's forward pass
    assert speed["speedup"]["interval"]["low"] > 2
    assert speed["over_no_teacher"]["interval"]["low"] > 0.95
    control = speed["control"]["interval"]
    assert 0.95 < control["low"] < control["high"] < 1.05
    median = speed["epoch_ms_p50"]
    assert speed["speedup"]["value"] == pytest.approx(median["teacher online"] / median["teacher cached"], rel=0.05)


def test_a_full_cache_in_fp32_gives_the_online_losses_to_the_last_bit(cached: dict) -> None:
    exact, fast = cached["online_and_cached"]["runs"]
    assert (exact["precision"], exact["channels_last"]) == ("fp32", False)
    assert exact["loss"]["online"] == exact["loss"]["cached"] and exact["largest_loss_difference"] == 0
    # In bf16 the two teachers round differently: the student's images are channels-last, the cache's are not.
    # So small a difference grows in training, but in the first epoch it is small.
    online, kept = (fast["loss"][name][0] for name in ("online", "cached"))
    assert online != kept == pytest.approx(online, rel=0.01)


def test_bytes_of_a_cache_are_those_of_its_numbers(cached: dict) -> None:
    assert cached["caches"][0]["kept"] == cached["full"] == "fp32"
    answers = cached["data"]["train_images"] * cached["recipe"]["views"]
    for line in cached["caches"]:
        dtype, _, top = line["kept"].partition(", top ")
        number = {"fp32": 4, "fp16": 2}[dtype]
        each = int(top) * (number + 4) + number if top else 10 * number  # a class of its own, and the tail
        assert line["bytes"] == answers * each


def test_half_precision_loses_less_than_the_classes_that_are_left_out(cached: dict) -> None:
    lost = {line["kept"]: line["lost_nats"] for line in cached["caches"]}
    assert abs(lost["fp32"]) < 1e-6
    assert 0 < lost["fp16"] < 1e-3 < lost["fp16, top 5"]


def test_the_text_students_are_those_named_and_the_teacher_is_the_shipped_model(text: dict) -> None:
    shipped = load_language_baseline()
    assert text["teacher_sha256"] == shipped.card["sha256"]
    assert text["teacher"]["perplexity"] == pytest.approx(shipped.test_perplexity, rel=1e-4)
    for student in text["students"].values():
        assert student["parameters"] == parameter_count(language_model(**student["architecture"]))


def test_changes_of_perplexity_are_those_of_the_perplexities(text: dict) -> None:
    for name, student in text["students"].items():
        cost = text["costs"]["step_seconds"][name]
        longer = math.ceil(text["recipe"]["steps"] * cost["distilled"] / cost["alone"])
        assert student["steps_at_equal_seconds"] == longer
        for at, against in (("equal steps", "alone"), ("equal seconds", "alone, equal seconds")):
            change = student["distilled_over_alone_percent"][at]
            mine, other = student["runs"]["distilled"], student["runs"][against]
            assert change["value"] == pytest.approx(100 * (mine["perplexity"] / other["perplexity"] - 1))
            assert change["interval"]["low"] <= change["value"] <= change["interval"]["high"]
            assert len(change["by_seed"]) == len(text["seeds"])


def test_beginning_with_the_teachers_layers_is_worth_more_than_its_logits(text: dict) -> None:
    for way in ("alone", "distilled"):
        assert text["from_the_teacher_over_random_percent"][way]["interval"]["high"] < -40
    for student in text["students"].values():
        assert student["distilled_over_alone_percent"]["equal steps"]["interval"]["low"] > -15


def test_the_teachers_logits_help_at_equal_steps_and_cost_more_than_they_give_at_equal_seconds(text: dict) -> None:
    for student in text["students"].values():
        assert student["distilled_over_alone_percent"]["equal steps"]["interval"]["high"] < 0
        assert student["distilled_over_alone_percent"]["equal seconds"]["interval"]["low"] > 0


def test_on_photographs_the_shipped_network_helps_at_equal_epochs_and_its_features_add_to_its_answers(
    photographs: dict,
) -> None:
    for name in ("response", "hybrid"):
        assert gain(photographs, name, "equal epochs")["interval"]["low"] > 0
    assert gain(photographs, "hybrid", "equal epochs", against="response")["interval"]["low"] > 0
