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
