"""What chapter 06 says of the recorded runs is what the file in `reference/` holds."""

from statistics import fmean

from chapter_prose import prose

from compresslab.recorded import load_recorded


def test_what_a_teacher_adds_to_a_student_that_has_seen_everything() -> None:
    recorded, said = load_recorded("distillation/student_alone"), prose("06")
    added = recorded["distilled_less_alone"]
    low, high = (f"{added['interval'][end]:.2f}".replace("-", "\N{MINUS SIGN}") for end in ("low", "high"))
    assert f"The teacher added {added['points']:.2f} points, with an interval from {low} to {high}" in said
    assert added["interval"]["low"] < 0 < added["interval"]["high"], "no effect that this experiment could see"
    assert f"one of more than {added['interval']['high']:.1f} points it would have seen" in said
    assert recorded["hidden"]["student"] == [64] and "of 64 hidden units" in said
    assert len(recorded["seeds"]) == 10 and "ten seeds" in said


def test_what_a_teacher_adds_on_a_harder_task() -> None:
    recorded, said = load_recorded("distillation/students_digits32"), prose("06")
    intervals = {
        (found["method"], found["at"]): found["interval"]
        for found in recorded["differences"]
        if found["against"] == "alone"
    }
    assert "the teacher is ahead in as many epochs and in as many seconds" in said
    assert all(intervals["response", at]["low"] > 0 for at in ("equal epochs", "equal seconds"))
    assert "label smoothing, the control, is far behind labels alone" in said
    assert intervals["label smoothing", "equal epochs"]["high"] < -5

    accuracies: dict[tuple[str, int], list[float]] = {}
    for run in recorded["runs"]:
        accuracies.setdefault((run["method"], run["epochs"]), []).append(run["accuracy"])
    longest = max(epochs for method, epochs in accuracies if method == "alone")
    assert "it has passed the distilled student of 15 epochs" in said
    assert fmean(accuracies["alone", longest]) > fmean(accuracies["response", 15])
    assert "of width 4 with a teacher of width 16, both on the same 4,000 images" in said
    assert (recorded["student"], recorded["teacher"]) == ("resnet18(width=4)", "resnet18(width=16)")
    assert recorded["data"]["images"]["train"] == 4000 and recorded["recipe"]["epochs"] == 15
