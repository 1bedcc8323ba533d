"""What chapter 08 says of the recorded runs is what the file in `reference/` holds."""

from chapter_prose import prose

from compresslab.recorded import load_recorded


def test_what_was_compared_with_what_on_digits32() -> None:
    recorded, said = load_recorded("distillation/students_digits32"), prose("08")
    assert "a ResNet-18 of width 4 learns from one of width 16, by each loss, on 4,000 images of digits32" in said
    assert (recorded["student"], recorded["teacher"]) == ("resnet18(width=4)", "resnet18(width=16)")
    assert recorded["data"]["images"]["train"] == 4000


def test_each_loss_is_compared_with_the_student_alone_twice() -> None:
    recorded = load_recorded("distillation/students_digits32")
    assert "Compared with the student alone twice: after equal epochs, and at equal seconds" in prose("08")
    found = {
        (line["method"], line["at"])
        for line in recorded["differences"]
        if line["against"] == "alone" and line["method"] in recorded["methods"]
    }
    assert found == {(name, at) for name in recorded["methods"] for at in ("equal epochs", "equal seconds")}
    alone = {run["epochs"] for run in recorded["runs"] if run["method"] == "alone"}
    longer = {budget["epochs"] for budget in recorded["equal_seconds"].values()}
    assert longer < alone, "the student alone trains longer"


def test_relation_losses_with_their_papers_weights_do_harm() -> None:
    assert "The relation losses with their paper's weights cost this student more than 20 points" in prose("08")
    assert "Similarity, a relation too, is among the best" in prose("08")
    gains = {
        line["method"]: line
        for line in load_recorded("distillation/students_digits32")["differences"]
        if line["against"] == "alone" and line["at"] == "equal epochs"
    }
    assert gains["relation"]["interval"]["high"] < -20
    best = sorted(gains, key=lambda method: gains[method]["points"])
    assert "similarity" in best[-3:]


def test_on_photographs_the_same_weights_are_harmless_and_seeds_disagree() -> None:
    recorded, said = load_recorded("distillation/students_photographs"), prose("08")
    assert "a ResNet-18 of width 8 learns on 6,000 images from the shipped one of width 64" in said
    assert (recorded["student"], recorded["data"]["images"]["train"]) == ("resnet18(width=8)", 6000)
    assert "width=64" in recorded["teacher"]
    weights = load_recorded("distillation/students_digits32")["methods"]["relation"]["terms"]
    assert "25 distances" in weights and "50 angles" in weights
    assert "25 distances and 50 angles" in recorded["methods"]["hybrid"]
    found = {(line["method"], line["against"], line["at"]): line for line in recorded["differences"]}
    assert "Beside the response these weights are harmless here" in said
    assert found["hybrid", "response", "equal epochs"]["interval"]["low"] > 0
    assert "At equal epochs both taught students win" in said
    assert all(found[name, "alone", "equal epochs"]["interval"]["low"] > 0 for name in ("response", "hybrid"))
    assert "at equal seconds little over one point is left" in said
    assert all(1 < found[name, "alone", "equal seconds"]["points"] < 1.5 for name in ("response", "hybrid"))
    assert "one seed of two says the opposite for the response" in said
    assert sorted(points > 0 for points in found["response", "alone", "equal seconds"]["by_seed"]) == [False, True]
