"""Explorers redraw and describe themselves; questions reveal; recorded tables are those of the files."""

import json
from pathlib import Path

import ipywidgets as widgets
import pytest

from compresslab import recorded
from compresslab.errors import InputError
from compresslab.explorers import explore, memory_chart, memory_explorer
from compresslab.quiz import Prediction, checklist


def test_memory_is_parameters_times_bits_over_eight() -> None:
    alt = memory_chart(7e9).alt
    assert "fp32 28 GB, fits one large GPU, 80 GB and larger" in alt
    assert "int8 7 GB, fits laptop, 16 GB and larger" in alt
    assert "fp32 4 TB, fits none of the devices" in memory_chart(1e12).alt
    assert "int8 8 GB" in memory_chart(7e9, 1e9).alt
    for bad in ({"parameters": 0}, {"parameters": float("nan")}, {"parameters": 1, "context_bytes": -1}):
        with pytest.raises(InputError):
            memory_chart(**bad)


def test_moving_a_slider_redraws_with_its_description() -> None:
    explorer = memory_explorer()
    parameters, _, picture = explorer.children
    before = picture.value
    parameters.value = 7e10
    assert picture.value != before and 'alt="Memory of 70 billion parameters' in picture.value
    assert 'src="data:image/png;base64,' in picture.value


def test_an_explorer_says_what_is_wrong_instead_of_a_picture() -> None:
    explorer = explore(memory_chart, {"parameters": widgets.FloatText(value=5.0)})
    explorer.children[0].value = -1.0
    assert "role='alert'" in explorer.children[1].value and "parameters=-1 must be" in explorer.children[1].value
    explorer.children[0].value = 5.0
    assert "<img" in explorer.children[1].value


def test_a_prediction_is_compared_with_the_answer_and_escapes_what_it_shows() -> None:
    question = Prediction("Is 1 < 2?", ["yes", "<no>"])
    assert "have not chosen" in question.reveal("yes", "it is").value
    question.choice.value = "yes"
    assert (
        "and so it is" in question.reveal("yes", "2 > 1").value and "2 &gt; 1" in question.reveal("yes", "2 > 1").value
    )
    question.choice.value = "<no>"
    assert "You said &lt;no&gt;." in question.reveal("yes", "").value
    with pytest.raises(InputError, match="none of the options"):
        question.reveal("perhaps", "")
    with pytest.raises(InputError, match="at least two different"):
        Prediction("?", ["a", "a"])


def test_a_checklist_shows_state_in_words() -> None:
    html = checklist([("a", True, "1"), ("b", False, "2 < 3")]).value
    assert html.count("✓ done") == html.count("✗ open") == 1 and "2 &lt; 3" in html


def test_the_quick_reference_quotes_the_recorded_files(repository: Path) -> None:
    table = str(recorded.quick_reference())
    for name in recorded.CAPSTONES:
        found = json.loads((repository / "reference" / f"{name}.json").read_text())
        assert found["data"]["name"] in table
        for variant, v in found["variants"].items():
            (row,) = (
                line
                for line in table.split(found["data"]["name"])[1].split("\n\nResNet")[0].splitlines()
                if line.startswith(f"| {variant} |")
            )
            assert f"{100 * v['test_accuracy']:.1f}%" in row and f"{v['size_bytes'] / 1e6:.2f} MB" in row
            assert f"{v['single_speedup_over_eager']['value']:.1f}x" in row
    assert str(recorded.quick_reference()) in (repository / "README.md").read_text(), (
        "run reference/record_capstone.py to refresh the table in the README"
    )


def test_a_missing_or_damaged_record_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "FOLDER", tmp_path)
    with pytest.raises(InputError, match="is missing"):
        recorded.load_recorded("nothing")
    (tmp_path / "half.json").write_text('{"a":')
    with pytest.raises(InputError, match="is damaged"):
        recorded.load_recorded("half")
