"""Labels that come late, alerts that don't flutter, checklists that answer, and the page that shows it all."""

import math
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from compresslab.deploy.registry import Registry, example_registry
from compresslab.errors import InputError
from compresslab.evaluation import wilson
from compresslab.monitoring import (
    Alert,
    Checklist,
    Dashboard,
    Item,
    LabelJoin,
    NotMet,
    Panel,
    Traffic,
    after_deployment,
    answer_shift,
    at_deployment,
    before_deployment,
    psi,
    run_checklist,
    states,
)

EVENT = st.tuples(
    st.sampled_from(["answer", "label"]), st.integers(0, 6), st.integers(0, 2), st.integers(0, 30)
)  # kind, id, class, time


class TestDelayedLabels:
    def test_late_missing_and_pending(self) -> None:
        join = LabelJoin(patience_s=10)
        for name, at in {"in time": 0, "late": 1, "missing": 2, "pending": 12, "after": 30}.items():
            join.answer(name, predicted=len(name) % 2, at=at)
        join.label("in time", 1, at=10)
        join.label("late", 1, at=12)
        found = join.report(start=0, end=30, now=15)
        assert (found.answers, found.in_time, found.late, found.missing, found.pending) == (4, 1, 1, 1, 1)
        assert (found.correct, found.accuracy, found.interval) == (1, 0.5, wilson(1, 2))
        assert (found.at_least, found.at_most) == (0.25, 0.75)
        assert found.labelled_share == {0: 1.0, 1: pytest.approx(1 / 3)}

    def test_what_comes_twice(self) -> None:
        join = LabelJoin(patience_s=10)
        join.answer("a", predicted=1, at=0)
        join.answer("a", predicted=2, at=1)  # a request that was sent again
        join.label("a", 2, at=2)
        join.label("a", 2, at=3)
        assert (join.repeated, join.corrected) == (1, 0)
        join.label("a", 1, at=99)
        found = join.report(start=0, end=5, now=100)
        assert (join.corrected, found.correct, found.in_time, found.late) == (1, 1, 1, 0)

    def test_a_label_that_overtakes_its_answer(self) -> None:
        join = LabelJoin(patience_s=10)
        join.label("a", 0, at=0)
        join.label("a", 1, at=1)
        assert join.unmatched == 1
        join.answer("a", predicted=1, at=2)
        assert join.unmatched == 0 and join.report(start=0, end=5, now=5).correct == 1

    def test_memory_is_bounded(self) -> None:
        join = LabelJoin(patience_s=10, capacity=5)
        for n in range(100):
            join.answer(n, predicted=0, at=n)
            join.label(f"other {n}", 0, at=n)
        join.label(99, 0, at=100)
        join.label(3, 0, at=100)  # forgotten: kept as a label without an answer
        assert (join.forgotten, join.unmatched) == (95, 5)
        assert join.report(start=0, end=1000, now=1000).answers == 5

    def test_the_accuracy_of_the_labelled_is_not_that_of_all(self) -> None:
        """Only what was flagged gets a label: the report shows for which class."""
        join = LabelJoin(patience_s=10)
        for n in range(100):
            join.answer(n, predicted=int(n < 10), at=0)
        for n in range(10):
            join.label(n, 1, at=1)
        found = join.report(start=0, end=1, now=50)
        assert found.accuracy == 1.0 and (found.at_least, found.at_most) == (0.1, 1.0)
        assert found.labelled_share == {0: 0.0, 1: 1.0}

    @settings(max_examples=200, deadline=None)
    @given(st.lists(EVENT, max_size=40), st.integers(0, 60))
    def test_every_answer_is_counted_once(self, events: list[tuple[str, int, int, int]], now: int) -> None:
        """Against the plainest join: first answer, last label, first time of a label since."""
        join = LabelJoin(patience_s=7)
        answers: dict[int, tuple[int, int]] = {}
        labels: dict[int, list[tuple[int, int]]] = {}
        for kind, identity, value, at in events:
            if kind == "answer":
                join.answer(identity, predicted=value, at=at)
                if identity not in answers:
                    answers[identity] = (value, at)
                    labels[identity] = labels.get(identity, [])[-1:]  # of early labels, the last stands
            else:
                join.label(identity, value, at=at)
                labels.setdefault(identity, []).append((value, at))
        found = join.report(start=5, end=25, now=now)
        chosen = {identity: answer for identity, answer in answers.items() if 5 <= answer[1] < 25}
        labelled = {identity for identity in chosen if labels[identity]}
        in_time = {identity for identity in labelled if labels[identity][0][1] - chosen[identity][1] <= 7}
        pending = {i for i in chosen if i not in labelled and now - chosen[i][1] <= 7}
        assert found.answers == len(chosen) == found.in_time + found.late + found.missing + found.pending
        assert (found.in_time, found.labelled, found.pending) == (len(in_time), len(labelled), len(pending))
        assert found.correct == sum(labels[identity][-1][0] == chosen[identity][0] for identity in labelled)
        assert found.at_least <= found.at_most and (found.accuracy is None) == (not labelled)

    def test_what_makes_no_sense(self) -> None:
        join = LabelJoin(patience_s=1)
        for bad in (math.nan, math.inf, "now", True, None):
            with pytest.raises(InputError, match="finite seconds"):
                join.answer("a", predicted=0, at=bad)
            with pytest.raises(InputError, match="finite seconds"):
                join.label("a", 0, at=bad)
        for bad_class in (-1, 0.5, True):
            with pytest.raises(InputError, match="predicted="):
                join.answer("a", predicted=bad_class, at=0)
            with pytest.raises(InputError, match="label="):
                join.label("a", bad_class, at=0)
        with pytest.raises(InputError, match="is not before"):
            join.report(start=1, end=1, now=2)
        with pytest.raises(InputError, match="patience_s=0"):
            LabelJoin(patience_s=0)
        assert join.unmatched == 0 and join.report(start=0, end=1, now=2).answers == 0


def machine(values: list[float | None], *, up: int, down: int, silent: int) -> list[str]:
    """The same rules once more, from the whole history each time: 2 is bad, 1 in between, 0 good."""
    found = []
    for end in range(1, len(values) + 1):
        history = values[:end]
        seen = [value for value in history if value is not None]
        raised, since = False, 0
        for n in range(1, len(seen) + 1):
            run = seen[since:n]
            if not raised and len(run) >= up and all(value == 2 for value in run[-up:]):
                raised, since = True, n
            elif raised and len(run) >= down and all(value == 0 for value in run[-down:]):
                raised, since = False, n
        quiet = len(history) >= silent and all(value is None for value in history[-silent:])
        found.append("no data" if quiet else "alert" if raised else "ok")
    return found


class TestAlerts:
    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(st.sampled_from([0, 1, 2, 2, 0, None]), max_size=25),
        st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.sampled_from(["above", "below"]),
    )  # fmt: skip
    def test_against_the_rules_told_once_more(
        self, values: list[int | None], up: int, down: int, silent: int, worse: Any
    ) -> None:
        sign = 1 if worse == "above" else -1
        alert = Alert(
            "a", raise_at=sign * 2, clear_at=0, worse=worse, raise_after=up, clear_after=down, silent_after=silent
        )
        given = [None if value is None else sign * value for value in values]
        # After "no data" the state of before comes back with the first value.
        expected = machine(values, up=up, down=down, silent=silent)
        found = states(alert, given)
        last = "ok"
        for n, (want, got) in enumerate(zip(expected, found, strict=True)):
            if values[n] is None and want != "no data":
                want = last  # a value that is missing changes nothing
            assert got == want
            last = want

    def test_between_the_thresholds_nothing_changes(self) -> None:
        alert = Alert("a", raise_at=0.25, clear_at=0.1, raise_after=1, clear_after=1)
        wobble = [0.24, 0.11] * 50
        assert set(states(alert, wobble)) == {"ok"}
        assert alert.update(0.3) == "alert"
        assert set(states(alert, wobble)) == {"alert"} and len(alert.changes) == 1
        fluttering = Alert("b", raise_at=0.2, clear_at=0.19, raise_after=1, clear_after=1)
        states(fluttering, [0.3, 0.1] * 50)
        assert len(fluttering.changes) == 100  # what the thresholds of "a" prevent

    def test_silence_is_a_state_and_forgets_no_alert(self) -> None:
        alert = Alert("a", raise_at=1, clear_at=0, raise_after=1, silent_after=2)
        found = states(alert, [2, None, math.nan, None, 0.5, None, None, math.inf])
        assert found == ["alert", "alert", "no data", "no data", "alert", "alert", "no data", "alert"]
        assert [(change.index, change.before, change.state) for change in alert.changes][:2] == [
            (0, "ok", "alert"), (2, "alert", "no data"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "settings",
        [
            {"raise_at": 0.1, "clear_at": 0.1},
            {"raise_at": 0.1, "clear_at": 0.2},
            {"raise_at": 0.9, "clear_at": 0.8, "worse": "below"},
            {"raise_at": math.nan, "clear_at": 0},
            {"raise_at": math.inf, "clear_at": 0},
            {"raise_at": 1, "clear_at": 0, "worse": "sideways"},
            {"raise_at": 1, "clear_at": 0, "raise_after": 0},
            {"raise_at": 1, "clear_at": 0, "silent_after": 1.5},
        ],
        ids=["equal", "order", "order below", "NaN", "infinite", "side", "none", "half"],
    )
    def test_settings_that_make_no_sense(self, settings: dict[str, Any]) -> None:
        with pytest.raises(InputError):
            Alert("a", **settings)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return example_registry(tmp_path / "registry")


IMAGES = torch.randint(0, 256, (200, 1, 2, 2), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
LABELS = IMAGES.flatten(1).argmax(1)


def before(registry: Registry, number: int = 1, **changed: Any) -> Checklist:
    usual: dict[str, Any] = {
        "images": IMAGES, "labels": LABELS, "original": lambda x: x.flatten(1), "dtype": "float32",
        "least_accuracy": 0.95, "largest_bytes": 2000, "longest_ms": 1000,
    }  # fmt: skip
    return before_deployment(registry, "digits", number, **{**usual, **changed})


def failed(checklist: Checklist) -> list[str]:
    return [item.question for item in checklist.items if not item.passed]


class TestChecklists:
    def test_a_good_version_passes(self, registry: Registry) -> None:
        found = before(registry)
        assert found.passed and len(found.items) == 7, str(found)

    @pytest.mark.parametrize(
        ("changed", "question"),
        [
            ({"labels": (LABELS + 1) % 4}, ["as accurate as its card", "accurate enough"]),
            ({"least_accuracy": 0.999}, ["accurate enough"]),  # 200 of 200 don't show it
            ({"original": lambda x: x.flatten(1).flip(1)}, ["as the original"]),
            ({"original": lambda x: x.flatten(1) * 1.01}, ["as the original"]),
            ({"largest_bytes": 10}, ["small enough"]),
            ({"longest_ms": 1e-6}, ["fast enough"]),
            ({"labels": LABELS[:3]}, ["as accurate as its card", "accurate enough"]),
            ({"number": 7}, ["load", "card", "accurate enough", "original", "small", "fast"]),
            ({"images": IMAGES[:, :, :1]}, ["card", "accurate enough", "original", "fast"]),
        ],
        ids=["wrong", "unproven", "classes", "logits", "bytes", "time", "labels", "version", "images"],
    )
    def test_each_fault_fails_its_question_and_no_other(
        self, changed: dict[str, Any], question: list[str], registry: Registry
    ) -> None:
        found = failed(before(registry, **changed))
        assert len(found) == len(question) and all(part in said for part, said in zip(question, found, strict=True))

    def test_a_version_without_one_to_go_back_to(self, registry: Registry, tmp_path: Path) -> None:
        fresh = Registry(tmp_path / "fresh")
        fresh.register("digits", registry.get("digits", 1).path)
        assert failed(before(fresh)) == ["Is there a version to go back to?"]

    @pytest.mark.parametrize(
        ("changed", "question"),
        [
            ({}, []),
            ({"sha256": "0" * 64}, ["the file that was checked"]),
            ({"canary": Traffic(900, 0, 9.0)}, ["enough requests"]),
            ({"canary": Traffic(2000, 16, 9.0)}, ["errors rare"]),  # 0.8%, but it may be more than 1%
            ({"canary": Traffic(2000, 0, 12.0)}, ["as fast"]),
            ({"disagreed": 90}, ["agree"]),
            ({"compared": 0, "disagreed": 0}, ["agree"]),
            ({"canary": Traffic(0, 0, 0.0)}, ["enough", "errors", "as fast"]),
        ],
        ids=["good", "file", "few", "errors", "slow", "disagrees", "not compared", "no traffic"],
    )
    def test_promotion(self, changed: dict[str, Any], question: list[str], registry: Registry) -> None:
        usual: dict[str, Any] = {
            "sha256": registry.get("digits", 1).sha256, "canary": Traffic(2000, 0, 9.0), "live": Traffic(9000, 3, 8.0),
            "compared": 2000, "disagreed": 31,
        }  # fmt: skip
        found = failed(at_deployment(registry, "digits", 1, **{**usual, **changed}))
        assert len(found) == len(question) and all(part in said for part, said in zip(question, found, strict=True))

    def test_afterwards(self, registry: Registry) -> None:
        torch.manual_seed(0)
        logits, join = 3 * torch.randn(300, 4), LabelJoin(patience_s=10)
        for n in range(300):
            join.answer(n, predicted=n % 4, at=0)
            join.label(n, n % 4, at=1)
        usual: dict[str, Any] = {
            "features": {"mean": psi(logits[:, 2], logits[:, 3])},
            "answers": answer_shift(logits, 3 * torch.randn(300, 4)),
            "labels": join.report(start=0, end=1, now=50), "alerts": [Alert("errors", raise_at=2, clear_at=1)],
            "least_accuracy": 0.95,
        }  # fmt: skip

        def after(number: int = 1, **changed: Any) -> list[str]:
            return failed(after_deployment(registry, "digits", number, **{**usual, **changed}))

        loud = Alert("errors", raise_at=2, clear_at=1, raise_after=1)
        loud.update(3)
        silent = Alert("errors", raise_at=2, clear_at=1, silent_after=1)
        silent.update(None)
        few = LabelJoin(patience_s=10)
        few.answer(0, predicted=0, at=0)
        wrong = LabelJoin(patience_s=10)
        for n in range(300):
            wrong.answer(n, predicted=n % 4, at=0)
            wrong.label(n, 0, at=1)
        assert after() == []
        assert after(number=2) == ["Is the right version live?"]
        for alerts in ([loud], [silent], []):
            assert after(alerts=alerts) == ["Are all alerts quiet?"]
        assert after(features={"mean": psi(logits[:, 0], logits[:, 1] + 2)}) == ["Do inputs look as in training?"]
        assert after(features={}) == ["Do inputs look as in training?"]
        assert after(answers=answer_shift(logits, logits / 3)) == ["Do answers look as in training?"]
        assert after(labels=wrong.report(start=0, end=1, now=50)) == ["Is it still accurate enough?"]
        unknown = ["Do labels come for every class?", "Is it still accurate enough?"]
        assert after(labels=few.report(start=0, end=1, now=50)) == unknown
        registry.get("digits", 1).path.write_bytes(b"damaged")
        assert after() == ["Is the right version live?"]

    def test_one_answer_that_fails_hides_no_other(self) -> None:
        def no() -> str:
            raise NotMet("because")

        found = run_checklist("list", {"a": no, "b": lambda: 1 / 0, "c": lambda: "fine", "d": lambda: [][1]})
        assert [item.passed for item in found.items] == [False, False, True, False]
        assert "ZeroDivisionError" in found.items[1].detail and not found.passed
        assert not Checklist("empty", ()).passed

    @pytest.mark.parametrize("bad", [(-1, 0, 1.0), (1, 2, 1.0), (1, 0, math.nan), (1.5, 0, 1.0), (True, 0, 1.0)])
    def test_figures_that_are_none(self, bad: tuple[Any, ...]) -> None:
        with pytest.raises(InputError):
            Traffic(*bad)


class Page(HTMLParser):
    """Tags that are opened and closed, attributes, and the text."""

    VOID = ("meta", "br", "line", "circle", "polyline", "link", "img")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def dashboard(**changed: Any) -> Dashboard:
    alert = Alert("drift", raise_at=0.25, clear_at=0.1, raise_after=2)
    values = [0.02, 0.05, None, 0.3, 0.31]
    states(alert, values)
    usual: dict[str, Any] = {
        "title": "digits, version 3", "written": "2026-11-30 01:00 UTC",
        "panels": (
            Panel("drift, PSI", ("10:00", "10:05", "10:10", "10:15", "10:20"), values, alert),
            Panel("errors, %", ("10:00", "10:05"), (0.1, 0.1)),
        ),
        "drifts": (("brightness", psi([1, 2, 3], [2, 3, 4])),),
        "checklists": (Checklist("before", (Item("Is it small?", False, "2 MB"), Item("Is it fast?", True, "3 ms"))),),
    }  # fmt: skip
    return Dashboard(**{**usual, **changed})


class TestDashboard:
    def test_it_needs_no_other_host_and_runs_nothing(self) -> None:
        html = dashboard().html()
        page = Page(html)
        assert page.open == []
        assert not {"script", "link", "img", "iframe", "object", "embed"} & {tag for tag, _ in page.tags}
        for tag, attributes in page.tags:
            assert not {"src", "href", "srcset", "action", "data"} & attributes.keys(), tag
            assert not any(name.startswith("on") for name in attributes)
        assert not re.search(r"https?:|//|url\(|@import", html)
        policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
        assert policy == "default-src 'none'; style-src 'unsafe-inline'"
        assert "prefers-color-scheme: dark" in html

    def test_every_picture_is_told_in_words(self) -> None:
        html = dashboard().html()
        pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
        assert len(pictures) == 2
        said = [ElementTree.fromstring(picture).get("aria-label") for picture in pictures]
        assert said[0] == (
            "drift, PSI, 10:00 to 10:20: from 0.02 to 0.31, last 0.31, 1 missing. "
            "The alert is raised at 0.25. State: alert."
        )
        assert all(picture.get("role") == "img" for picture in map(ElementTree.fromstring, pictures))

    def test_a_gap_is_no_line_and_all_points_lie_in_the_picture(self) -> None:
        picture = ElementTree.fromstring(re.findall(r"<svg.*?</svg>", dashboard().html(), re.DOTALL)[0])
        lines = [[float(v) for v in re.split("[ ,]", line.get("points", ""))] for line in picture.iter("polyline")]
        assert [len(line) // 2 for line in lines] == [2, 2]
        dots = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in picture.iter("circle")]
        assert len(dots) == 4 and all(0 < x < 640 and 0 < y < 180 for x, y in dots)
        assert [x for x, _ in dots] == sorted(x for x, _ in dots) and dots[0][1] > dots[1][1] > dots[3][1]

    def test_trouble_stands_at_the_top(self) -> None:
        html = dashboard().html()
        assert "<title>Look: digits" in html and "drift, PSI (alert)" in html and "checklist “before”" in html
        calm = dashboard(panels=(Panel("errors, %", ("10:00",), (0.1,)),), checklists=()).html()
        assert "<title>OK: digits" in calm and "no alert is raised" in calm
        silent = dashboard(panels=(Panel("errors, %", ("10:00",), (None,)),), checklists=()).html()
        assert "<title>Look: digits" in silent and "no data" in silent

    def test_texts_are_escaped(self) -> None:
        evil = "<script>alert(1)</script>\"'&"
        html = dashboard(
            title=evil,
            written=evil,
            panels=(Panel(evil, (evil,), (1.0,)),),
            drifts=((evil, psi([1], [1])),),
            checklists=(Checklist(evil, (Item(evil, True, evil),)),),
        ).html()
        assert "<script" not in html and html.count("&lt;script&gt;") >= 8
        assert Page(html).open == []

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.none() | st.floats(-1e12, 1e12) | st.sampled_from([math.nan, math.inf, 0.0]), min_size=1, max_size=8
        )
    )
    def test_whatever_the_values(self, values: list[float | None]) -> None:
        panel = Panel("x", [str(n) for n in range(len(values))], values, Alert("x", raise_at=1, clear_at=0))
        picture = re.findall(r"<svg.*?</svg>", Dashboard("x", "now", (panel,)).html(), re.DOTALL)[0]
        drawn = ElementTree.fromstring(picture)
        assert len(list(drawn.iter("circle"))) == len(panel.known)
        numbers = [v for dot in drawn.iter("circle") for v in (dot.get("cx", ""), dot.get("cy", ""))]
        assert all(math.isfinite(float(number)) for number in numbers)

    def test_it_is_written_whole(self, tmp_path: Path) -> None:
        path = dashboard().write(tmp_path / "page.html")
        assert path.read_text(encoding="utf-8") == dashboard().html() and list(tmp_path.iterdir()) == [path]
        with pytest.raises(InputError, match="one for each"):
            Panel("x", ("10:00",), ())


def test_a_story_from_drift_to_a_cleared_alert() -> None:
    """Inputs move, the alert is raised once, they come back, and it is cleared once."""
    generator = torch.Generator().manual_seed(0)
    reference = torch.randn(2000, generator=generator)
    alert = Alert("brightness", raise_at=0.2, clear_at=0.05, raise_after=3, clear_after=3)

    def batch(shift: float) -> Tensor:
        return torch.randn(1000, generator=generator) + shift

    values = [psi(reference, batch(shift)).value for shift in [0.0] * 10 + [0.8] * 10 + [0.0] * 10]
    found = states(alert, values)
    assert found == ["ok"] * 12 + ["alert"] * 10 + ["ok"] * 8
    assert all(before.state == after.before for before, after in pairwise(alert.changes))
