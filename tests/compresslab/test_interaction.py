"""Explorers redraw and describe themselves; questions reveal; recorded tables are those of the files."""

import asyncio
import json
import re
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest

from compresslab import recorded
from compresslab.errors import InputError
from compresslab.explorers import explore, memory_chart, memory_explorer
from compresslab.plots import Chart
from compresslab.quiz import Prediction, checklist


def test_memory_is_parameters_times_bits_over_eight() -> None:
    alt = memory_chart(7e9).alt
    assert "fp32 28 GB, fits one large GPU;" in alt
    assert "int8 7 GB, fits laptop;" in alt
    assert "fp32 4 TB, fits none of these;" in memory_chart(1e12).alt
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


def test_of_quick_moves_in_a_kernel_only_the_last_is_drawn_and_the_stale_picture_fades() -> None:
    drawn = []

    def draw(parameters: float) -> Chart:
        drawn.append(parameters)
        return memory_chart(parameters)

    async def moves() -> None:
        for number in (1e9, 2e9, 3e9):
            explorer.children[0].value = number
            assert explorer.children[1].layout.opacity == "0.4"
        while len(drawn) < 2:
            await asyncio.sleep(0.01)

    explorer = explore(draw, {"parameters": widgets.FloatText(value=5.0)})
    asyncio.run(moves())
    assert drawn == [5.0, 3e9]
    assert explorer.children[1].layout.opacity is None and "3 billion parameters" in explorer.children[1].value


def test_axes_stay_where_the_first_layout_put_them() -> None:
    charts = []

    def draw(parameters: float) -> Chart:
        charts.append(memory_chart(parameters))
        return charts[-1]

    explorer = explore(draw, {"parameters": widgets.FloatText(value=7e9)})
    explorer.children[0].value = 7e10
    first, second = (chart.figure.axes[0].get_position() for chart in charts)
    assert np.allclose(first.extents, second.extents)
    assert first.x0 > 0.1, "room for the names of the widths"


def test_an_explorer_says_what_is_wrong_instead_of_a_picture() -> None:
    explorer = explore(memory_chart, {"parameters": widgets.FloatText(value=5.0)})
    explorer.children[0].value = -1.0
    assert "role='alert'" in explorer.children[1].value and "parameters=-1.0 must be" in explorer.children[1].value
    explorer.children[0].value = 5.0
    assert "<img" in explorer.children[1].value


def test_a_reveal_holds_a_verdict_for_each_choice_and_escapes_what_it_shows() -> None:
    question = Prediction("Is 1 < 2?", ["yes", "<no>"])
    revealed = question.reveal("yes", "2 > 1")
    right, wrong = re.findall(r"<div class='[\w-]+-said-\d' style='display: none'>(.*?)</div>", revealed.html)
    assert "and so it is" in right and "2 &gt; 1" in right
    assert "You said &lt;no&gt;." in wrong and "The answer is <b>yes</b>" in wrong
    assert "<no>" not in revealed.html
    assert str(revealed) == "Is 1 < 2? yes. 2 > 1"
    with pytest.raises(InputError, match="none of the options"):
        question.reveal("perhaps", "")
    with pytest.raises(InputError, match="at least two different"):
        Prediction("?", ["a", "a"])


def test_a_question_and_its_reveal_are_one_group_of_choices_without_a_kernel() -> None:
    options = ["a", "b", "c"]
    asked = Prediction("What?", options)._repr_mimebundle_()["text/html"]
    revealed = Prediction("What?", options).reveal("b", "").html  # of another run
    other = Prediction("Which?", options)._repr_mimebundle_()["text/html"]
    names = [set(re.findall(r"name='([\w-]+)'", html)) for html in (asked, revealed, other)]
    assert names[0] == names[1] != names[2] and len(names[0]) == 1
    assert asked.count("type='radio'") == 3 and "script" not in asked + revealed
    for number in range(3):
        assert f"[value='{number}']:checked) .{min(names[0])}-said-{number}" in revealed


def test_a_checklist_shows_state_in_words() -> None:
    shown = checklist([("a", True, "1"), ("b", False, "2 < 3")])
    assert shown.html.count("✓ done") == shown.html.count("✗ open") == 1 and "2 &lt; 3" in shown.html
    assert str(shown) == "✓ done  a: 1\n✗ open  b: 2 < 3"


def test_the_quick_reference_quotes_the_recorded_files(repository: Path) -> None:
    table = str(recorded.quick_reference())
    for name in recorded.CAPSTONES:
        found = json.loads((repository / "reference" / f"{name}.json").read_text())
        assert found["data"]["name"] in table
        for variant, v in found["variants"].items():
            (row,) = (
                line
                for line in table.split(found["data"]["name"])[1].split("\n\nResNet")[0].splitlines()
                if line.startswith(f"| {variant.replace('+', ' + ')} |")
            )
            assert f"{100 * v['test_accuracy']:.1f}%" in row and f"{v['size_bytes'] / 1e6:.2f} MB" in row
            assert f"{v['single_speedup_over_eager']['value']:.1f}x" in row
    widths = {line.count("|") - 1 for line in table.splitlines() if line.startswith("|")}
    assert widths == {5}, "a wider table leaves the page of a repository"
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
