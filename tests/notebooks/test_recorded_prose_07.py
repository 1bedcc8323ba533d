"""What chapter 07 says of recorded runs is what the files in `reference/` hold."""

from chapter_prose import prose

from compresslab.recorded import load_recorded


def test_what_the_teacher_added_to_a_student_on_digits() -> None:
    recorded = load_recorded("distillation/student_alone")
    added = recorded["distilled_less_alone"]
    assert "ten pairs of seeds" in prose("07") and len(added["by_seed"]) == 10
    assert "here its interval includes zero" in prose("07")
    assert added["interval"]["low"] < 0 < added["interval"]["high"]
    assert "a perceptron learns from a larger one on `digits`" in prose("07") and recorded["data"]["name"] == "digits"
    assert recorded["hidden"]["student"] < recorded["hidden"]["teacher"]


def test_what_a_small_language_model_learned_from_a_larger_one() -> None:
    recorded, said = load_recorded("distillation/text"), prose("07")
    assert "reaches about half of the perplexity of the same student from random weights" in said
    started = recorded["from_the_teacher_over_random_percent"]
    assert all(-60 < started[way]["value"] < -40 and started[way]["interval"]["high"] < -40 for way in started)
    changes = recorded["students"]["half the layers, from the teacher"]["distilled_over_alone_percent"]
    assert "a few percent at equal steps" in said
    assert changes["equal steps"]["value"] > -8 and changes["equal steps"]["interval"]["high"] < 0
    assert (
        "for this best student nothing at equal *seconds*" in said and changes["equal seconds"]["interval"]["low"] > 0
    )
    seconds = recorded["costs"]["step_seconds"]["half the layers, from the teacher"]
    assert "takes over half as long again" in said and 1.5 < seconds["distilled"] / seconds["alone"] < 2
    assert "One seed" in said and len(recorded["seeds"]) == 1
