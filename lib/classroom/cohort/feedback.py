"""A page for each learner: what lost points, then their cells with each check's message. It works offline, scriptless.

Text is Markdown without HTML and links (`autograded.harmless`), all else is escaped. Neither hidden checks nor
tracebacks are in the graded notebook, from which the page is made.
"""

import json
import secrets
from collections.abc import Callable, Collection
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.filters import markdown2html
from nbconvert.filters.highlight import Highlight2HTML
from nbgrader.api import MissingEntry, StatementError  # type: ignore[import-untyped]

from classroom.cohort import submissions
from classroom.cohort.course import Course
from classroom.cohort.gradebook import open_book, unusable
from classroom.judging.autograded import harmless, without_hidden
from compresslab.errors import InputError
from compresslab.files import atomic_write

# Should anything slip through the escaping, a browser neither runs nor loads it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_KINDS = ("lost", "waits", "passed")  # in the order of the table
_HIGHLIGHT = Highlight2HTML(pygments_lexer="ipython3")
_STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
pre { font: 14px/1.4 monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding: .6rem; }
.highlight pre { background: #f4f4f4; } pre.output { border-left: 3px solid #aaa; }
.highlight .k, .highlight .kn, .highlight .ow { color: #00529b; font-weight: bold; }
.highlight .s1, .highlight .s2, .highlight .sd { color: #8a3b00; }
.highlight .c1 { color: #5a5a5a; font-style: italic; }
.highlight .mi, .highlight .mf { color: #6a0d6a; } .highlight .nf, .highlight .nc { font-weight: bold; }
img { max-width: 100%; } .anchor-link { display: none; } caption { text-align: left; }
section { border: 1px solid #bbb; border-radius: 4px; margin: 1rem 0; }
section > h2 { font-size: 1rem; margin: 0; padding: .4rem .6rem; background: #e8eef4; }
section.lost > h2 { background: #fbe3e0; } section.passed > h2 { background: #e0f3e4; }
section.waits > h2 { background: #fff3cf; } section > div { padding: 0 .6rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
"""


def feedback(
    course: Course, assignment: str, learners: Collection[str] = (), say: Callable[[str], None] = print
) -> int:
    """Write the pages where nbgrader's `release_feedback` looks for them.

    Args:
        course: whose.
        assignment: its name.
        learners: some of them, by id; all who were graded if empty.
        say: is told what can't be done.

    Returns:
        How many pages were written.

    Raises:
        InputError: nothing has been graded, or the gradebook can't be read.
    """
    course.source(assignment)
    try:
        with open_book(course) as book:
            graded = {each.student.id: each for each in book.assignment_submissions(assignment)}
            absent = sorted(set(learners) - set(graded))
            if absent or not graded:
                who = f" of {', '.join(absent)}" if absent else ""
                raise InputError(f"no grades{who} for {assignment}: `python -m classroom grade {assignment}` first.")
            return sum(_write(course, assignment, graded[name], say) for name in sorted(set(learners) or graded))
    except (StatementError, MissingEntry) as error:
        raise unusable(course, error) from error


def _write(course: Course, assignment: str, submission: Any, say: Callable[[str], None]) -> int:
    learner = submission.student.id
    source = course.folder("autograded") / learner / assignment / f"{assignment}.ipynb"
    try:
        notebook = json.loads(source.read_bytes())
    except (OSError, ValueError):
        say(f"{learner}: no graded notebook in {source}: `python -m classroom grade {assignment} {learner} --again`")
        return 0
    (graded,) = [each for each in submission.notebooks if each.name == assignment]
    folder = course.folder("feedback") / learner / assignment
    beside = submissions.kept(source.parent)
    # Without these two nbgrader releases nobody's feedback. The secret is part of the page's address in the exchange.
    beside.setdefault("timestamp.txt", b"")
    beside.setdefault("submission_secret.txt", secrets.token_hex(32).encode())
    for name, content in beside.items():
        _write_file(folder / name, content)
    _write_file(folder / f"{assignment}.html", page(notebook, graded).encode())
    return 1


def _write_file(path: Path, content: bytes) -> None:
    with atomic_write(path) as partial:
        partial.write_bytes(content)


def page(notebook: dict[str, Any], graded: Any) -> str:
    """The page of one learner.

    Args:
        notebook: the graded one, as JSON.
        graded: nbgrader's `SubmittedNotebook`.
    """
    grades = {grade.name: grade for grade in graded.grades}
    comments = {comment.name: comment.comment for comment in graded.comments}
    waiting = [grade for grade in grades.values() if _waits(grade)]
    total = f"{graded.score:g} of {graded.max_score - sum(grade.max_score for grade in waiting):g} points"
    penalty = graded.late_submission_penalty or 0
    notes = [f"Late: {penalty:g} points are taken off."] if penalty else []
    if waiting:
        total += f" so far; {sum(grade.max_score for grade in waiting):g} more wait for a person"
    handed_in = graded.assignment.timestamp
    who = _name_of(graded.student) + (f", handed in {handed_in:%Y-%m-%d %H:%M} UTC" if handed_in else "")
    shown = {_name(cell) for cell in notebook["cells"]}
    order = sorted(grades, key=lambda name: (_KINDS.index(_kind(grades[name])), _place(notebook, name)))
    rows = [
        f'<tr class="{_kind(grades[name])}"><td><a href="#{escape(name)}">{escape(name)}</a></td>'
        f"<td>{_points(grades[name])}</td></tr>"
        for name in order
        if name in shown
    ]
    title = escape(f"{graded.name}: {total}")
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{title} ({escape(_name_of(graded.student))})</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(graded.name)}</h1><p>{escape(who)}</p><p><strong>{escape(total)}</strong></p>",
        *(f"<p>{escape(note)}</p>" for note in notes),
        "<table><caption>What lost points stands first.</caption>",
        '<tr><th scope="col">Cell</th><th scope="col">Points</th></tr>',
        *rows,
        "</table>",
        *(_cell(cell, grades, comments) for cell in notebook["cells"]),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _cell(cell: dict[str, Any], grades: dict[str, Any], comments: dict[str, str | None]) -> str:
    name, source = _name(cell), "".join(cell["source"])
    if cell["cell_type"] == "code":
        body = _HIGHLIGHT(without_hidden(source)) if source.strip() else ""
        body += "".join(map(_output, cell.get("outputs", ())))
    else:
        body = _text(source, cell.get("attachments") or {})
    comment = comments.get(name)
    if comment and name in grades:  # a check's message stands below the check already
        body += f"<div><b>Comment</b></div>{_text(comment)}"
    if name in grades:
        heading = f"{escape(name)}: {_points(grades[name])}"
        return f'<section class="{_kind(grades[name])}" id="{escape(name)}"><h2>{heading}</h2>{body}</section>'
    if comment and not comment.startswith(tuple(f"{check}: " for check in grades)):
        body += f"<div><b>Comment</b></div>{_text(comment)}"
    return f"<section>{body}</section>" if cell["cell_type"] == "code" else body


def _text(markdown: str, pictures: dict[str, dict[str, str]] | None = None) -> str:
    """Markdown as HTML; of pictures, those that `autograded.attached` has let through."""
    html = markdown2html(harmless(markdown, pictures or ()))
    for name, bundle in (pictures or {}).items():
        for kind, data in bundle.items():
            html = html.replace(f'src="attachment:{name}"', f'src="data:{kind};base64,{data}"')
    return f"<div>{html}</div>" if html.strip() else ""


def _name_of(student: Any) -> str:
    names = [part for part in (student.first_name, student.last_name) if part]
    return f"{' '.join(names)} ({student.id})" if names else student.id


def _output(output: dict[str, Any]) -> str:
    text = output.get("evalue") if output["output_type"] == "error" else output.get("text")
    if text is None:
        text = output.get("data", {}).get("text/plain", "")
    return _pre("output", "".join(text))


def _pre(kind: str, text: str) -> str:
    return f'<pre class="{kind}">{escape(text)}</pre>' if text.strip() else ""


def _kind(grade: Any) -> str:
    return "waits" if _waits(grade) else "passed" if grade.score >= grade.max_score else "lost"


def _points(grade: Any) -> str:
    return "still to be graded" if _waits(grade) else f"{grade.score:g} of {grade.max_score:g}"


def _waits(grade: Any) -> bool:
    return grade.auto_score is None and grade.manual_score is None


def _name(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def _place(notebook: dict[str, Any], name: str) -> int:
    return next((place for place, cell in enumerate(notebook["cells"]) if _name(cell) == name), 0)
