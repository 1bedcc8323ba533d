"""What chapter 09 says of its recorded runs is what the file holds."""

from chapter_prose import prose

from compresslab.recorded import load_recorded


def test_two_workers_and_one_that_was_killed_in_chapter_09() -> None:
    found = load_recorded("distillation/two_workers")
    first, second = found["shares"]
    assert f"shares of {first} and {second} images" in prose("09")
    assert first + second == found["batch_size"]
    assert found["killed"]["starts"] == 2, "once until it was killed, and once more"
    runs = found["runs"]
    assert {"one process", "two workers", "two workers, one killed"} == runs.keys()
    assert all(run["largest_difference"] < 1e-5 for run in runs.values()), "the models are the same"
    assert len({run["test_accuracy"] for run in runs.values()}) == 1
    assert runs["one process"]["test_accuracy"] > 0.8, "a student that has learned nothing would show nothing"


def test_a_large_teacher_and_its_cache_in_chapter_09() -> None:
    found, said = load_recorded("distillation/cached_epoch"), prose("09")
    speed = found["speed"]
    assert "the teacher costs 26 times the student, and the cache makes an epoch nearly 7 times as fast" in said
    assert round(speed["teacher_costs"]["value"]) == 26 and 6.5 < speed["speedup"]["interval"]["low"] < 7
    assert "as fast as one without a teacher" in said and abs(speed["over_no_teacher"]["value"] - 1) < 0.02
    assert "equal to the last bit" in said
    (exact,) = (run["loss"] for run in found["online_and_cached"]["runs"] if run["precision"] == "fp32")
    assert exact["online"] == exact["cached"]
    kept = {cache["kept"]: cache for cache in found["caches"]}
    assert kept["fp16"]["lost_nats"] < 1e-5 < kept["fp16, top 5"]["lost_nats"]
    assert kept["fp16, top 5"]["bytes"] > kept["fp16"]["bytes"]
