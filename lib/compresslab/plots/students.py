"""Students of several origins side by side: what each of their training runs reached."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from compresslab.errors import InputError
from compresslab.plots.chart import BETTER, FAINT, WORSE, Chart, blank, heading, style


def students_chart(
    runs: Sequence[Mapping[str, Any]], *, teacher: float, data: str, notes: Mapping[str, str] | None = None
) -> Chart:
    """Accuracy of each student: a row for each origin, a dot for each seed, a bar at the mean.

    Args:
        runs: one for each training run, with "student", "taught" (whether a teacher's answers were learned, or labels
            alone), "seed" and "accuracy" (0 to 1).
        teacher: its accuracy, a dashed line.
        data: name of the data set and of the split.
        notes: by student, such as its cost; written beside its row.

    Raises:
        InputError: there is no run.

    >>> runs = [{"student": "pruned", "taught": True, "seed": seed, "accuracy": 0.9} for seed in range(3)]
    >>> print(students_chart(runs, teacher=0.95, data="digits, test split", notes={"pruned": "1 MMAC"}).alt)
    Accuracy of students on digits, test split, 3 seeds each; teacher 95.0%. pruned: taught 90.0% ..., 1 MMAC.
    """
    if not runs:
        raise InputError("runs is empty: give at least one.")
    names = list(dict.fromkeys(run["student"] for run in runs))
    seeds = len({run["seed"] for run in runs})
    said: dict[str, list[str]] = {name: [] for name in names}
    with style():
        figure = blank(1.4 + 0.55 * len(names))
        axis = figure.subplots()
        axis.axvline(100 * teacher, color=FAINT, linestyle="--", label="teacher")
        for taught, colour, marker, aside in ((True, BETTER, "o", -0.15), (False, WORSE, "s", 0.15)):
            kind = "taught" if taught else "labels alone"
            label: str | None = kind
            for row, name in enumerate(names):
                found = [100 * r["accuracy"] for r in runs if r["student"] == name and bool(r["taught"]) == taught]
                if not found:
                    continue
                mean = fmean(found)
                axis.plot(found, [row + aside] * len(found), marker, color=colour, alpha=0.6, label=label)
                axis.plot([mean, mean], [row + aside - 0.14, row + aside + 0.14], color=colour, linewidth=3)
                said[name].append(f"{kind} {mean:.1f}% ({min(found):.1f} to {max(found):.1f})")
                label = None
        for row, name in enumerate(names):
            if notes and name in notes:
                axis.text(1.01, row, notes[name], transform=axis.get_yaxis_transform(), va="center", fontsize=9)
                said[name].append(notes[name])
        axis.set_yticks(range(len(names)), names)
        axis.set_ylim(len(names) - 0.5, -0.5)
        axis.set_xlabel("top-1 accuracy (%)")
        figure.legend(loc="outside upper right", ncols=3)
        heading(figure, f"Students of several origins, {data}", f"dots: {seeds} seeds, bars: their means")
    listed = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in said.items())
    return Chart(figure, f"Accuracy of students on {data}, {seeds} seeds each; teacher {100 * teacher:.1f}%. {listed}.")
