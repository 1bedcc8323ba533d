"""The pages that are written from the chapters: the claims and what was measured, the sources, and the way in."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from compresslab.recorded import load_recorded
from coursebook import records, said
from coursebook.chapters import Part, parts, title
from coursebook.myths import Myth, myths, without_folds
from coursebook.references import Cited, Link

Chapters = dict[Path, NotebookNode]  # as they ran, by the path of the notebook


def claims(chapters: Chapters) -> str:
    """The page of what was claimed and what was measured, in Markdown."""
    rows = [row for each in chapters.items() for row in (*_myth_rows(*each), *_record_rows(*each))]
    sentences = [row for each in chapters.items() for row in _sentence_rows(*each)]
    return f"""# Claims, tested

Every claim that a chapter takes up, every result that the course has recorded, and every sentence of a chapter about
its own run that a test asks of each run. Made from the chapters as they ran, their records and their tests: nobody
types it.

## What is said, and what was recorded

{len(rows)} rows. A claim in quotes is what people say: what was measured for it comes from the chapter's own quick
run. A recorded result was measured once, by the script that is named, on the processor that is named.

{_table(("claim", "source beside it", "measured here", "verdict", "chapter"), rows)}

## What the chapters say of their own run

{len(sentences)} sentences; each is a condition on the run's variables. The run of this page decides whether it holds.

{_table(("sentence", "condition", "held", "chapter"), sentences)}
"""


def _myth_rows(path: Path, notebook: NotebookNode) -> Iterator[tuple[str, ...]]:
    for myth in myths(path, notebook.cells):
        measured = [f"On {myth.data}, quick run." if myth.data else "In the chapter's run."]
        measured += [f"```text\n{myth.printed.rstrip()}\n```"] if myth.printed else []
        sources = "; ".join(myth.said_by) or "none named"
        yield (
            f"“{myth.claim}”",
            sources,
            "\n\n".join(measured),
            _relocated(_verdict(myth)),
            _to(path, notebook, myth.anchor),
        )


def _verdict(myth: Myth) -> str:
    """What the chapter says, from its verdict on."""
    return myth.words[myth.words.index(f"*{myth.verdict}*") :] if myth.verdict else myth.words


def _record_rows(path: Path, notebook: NotebookNode) -> Iterator[tuple[str, ...]]:
    for part in parts(notebook.cells):
        for place, piece in enumerate(part.pieces):
            for name in () if isinstance(piece, str) else records.named_in(piece.source):
                found = records.record(name)
                facts = (found.subject, found.data and f"data: {found.data}", found.count, found.spread, found.machine)
                measured = "; ".join(fact for fact in facts if fact)
                script = f"\n\n`{found.script}`" if found.script else ""
                yield (
                    part.heading,
                    "this course",
                    f"{measured}{script}",
                    _relocated(_after(part, place)),
                    _to(path, notebook, part.anchor),
                )


def _after(part: Part, place: int) -> str:
    """What a chapter says of what a cell showed: the next text under the same heading."""
    texts = (without_folds(piece) for piece in part.pieces[place + 1 :] if isinstance(piece, str))
    return next((text for text in texts if text), "see the chapter")


def _sentence_rows(path: Path, notebook: NotebookNode) -> Iterator[tuple[str, ...]]:
    held = notebook.metadata["said"]
    for sentence, condition in said.conditions(path).items():
        yield sentence, f"```python\n{condition}\n```", "yes" if held[sentence] else "**no**", _to(path, notebook, "")


def sources(links: Sequence[Link], cited: Sequence[Cited], titles: dict[Path, str]) -> str:
    """The page of all sources, in Markdown.

    Args:
        links: of the chapters.
        cited: publications that the library's docstrings name.
        titles: of the chapters, by the path of the notebook.
    """
    papers = _by_address((link for link in links if link.is_paper), titles)
    others = _by_address((link for link in links if not link.is_paper), titles)
    by_title = groupby(sorted(cited, key=lambda each: each.title), key=lambda each: each.title)
    docstrings = [
        (f"{found[0].authors}, *{name}*", ", ".join(sorted({f"`{each.module}`" for each in found})))
        for name, found in ((name, list(group)) for name, group in by_title)
    ]
    return f"""# Sources

What the course cites, and where. Made from the links of the chapters and the references in the library's docstrings.

## Publications that chapters link

{len(papers)} publications.

{_table(("publication", "chapters"), papers)}

## Publications behind the library

{len(docstrings)} publications, each with the modules that follow it.

{_table(("publication", "modules"), docstrings)}

## Projects, documentation, and what maintainers said

{len(others)} addresses.

{_table(("address", "chapters"), others)}
"""


def _by_address(links: Iterable[Link], titles: dict[Path, str]) -> list[tuple[str, str]]:
    rows = []
    for address, group in groupby(sorted(links, key=lambda link: link.address), key=lambda link: link.address):
        found = list(group)
        names = sorted({link.text.strip("*`") for link in found}, key=len)
        where = sorted({link.chapter for link in found})
        places = ", ".join(f"[{_number(titles[path])}](course/{path.name})" for path in where)
        shown = names[-1] if found[0].is_paper else f"{address.partition('://')[2].rstrip('/')}: {names[-1]}"
        rows.append((f"[{shown}]({address})", places))
    return sorted(rows)


def front(chapters: Chapters, picture: str) -> str:
    """The first page, in Markdown: what this is, and the chapters with the seconds that their cells took.

    Args:
        chapters: as they ran.
        picture: the description of the chart of the capstone's recorded run.
    """
    rows, recorded = [], load_recorded("full_times")
    for path, notebook in chapters.items():
        minutes = re.search(r"Reading (\d+) minutes, trying things (\d+)", notebook.cells[0].source)
        reading, trying = minutes.groups() if minutes else ("", "")
        link = f"[{title(notebook.cells)}](course/{path.name})"
        full = _minutes(recorded["chapters"].get(path.stem))
        rows.append((link, f"{reading} + {trying}", f"{notebook.metadata['seconds']:.0f}", full))
    head = ("chapter", "minutes: reading + trying", "seconds, all cells, quick", "core-minutes, all cells, full")
    pages = "\n".join(f"course/{path.stem}" for path in chapters)
    return f"""# Model compression in PyTorch

A course that runs, for people who write PyTorch and want smaller, faster models: pruning, quantization, distillation
and factorization, from the formula to the file that you ship. These pages show each chapter as it ran on a CPU; to
change and run it, take the notebooks.

![{picture}](capstone_digits32.png)

{_table(head, rows)}

*Quick* is the run that this site was made from, with `QUICK = True`. *Full* is one run with `QUICK = False`, at the top
of a chapter, which trains longer and on more seeds: minutes of one core of an {recorded["machine"]["cpu"]}, whatever
the clock said (`reference/full_times.json`).

```{{toctree}}
:hidden:
:caption: Chapters
{pages}
```

```{{toctree}}
:hidden:
:caption: Across the chapters
claims
sources
reference/capstone/README
course/GLOSSARY
guesses
```
"""


def _minutes(run: Mapping[str, Any] | None) -> str:
    """The recorded time of a chapter in whole minutes of one core."""
    if run is None:
        return "not measured"
    minutes = max(1, round(run["processor_seconds"] / 60))
    return f"{minutes}" if run["finished"] else f"over {minutes}"


def _number(name: str) -> str:
    """The number that a chapter's title begins with."""
    return name.partition(" ")[0]


def _to(path: Path, notebook: NotebookNode, anchor: str) -> str:
    target = f"course/{path.name}" + (f"#{anchor}" if anchor else "")
    return f"[{title(notebook.cells)}]({target})"


def _relocated(text: str) -> str:
    """A chapter's text with its relative links as they are from the folder above."""
    beside = re.sub(r"\]\((\d\d_[^)]*)\)", r"](course/\1)", text)
    return beside.replace("](../exercises/", "](path:exercises/").replace("](../", "](")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose cells may hold blocks of code, which Markdown's own tables can't."""
    lines = ["::::{list-table}", ":header-rows: 1", ""]
    for row in (head, *rows):
        for number, cell in enumerate(row):
            first, *others = cell.strip().splitlines() or [""]
            lines.append(f"{'  ' if number else '* '}- {first}")
            lines += [f"    {line}".rstrip() for line in others]
    return "\n".join([*lines, "::::"])
