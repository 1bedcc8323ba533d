"""nbgrader's formgrader for a browser that shows what learners wrote: the same pages, with three differences.

Each page has a content policy, so that markup of a learner's can load nothing and run nothing even if the sanitizer
(`autograded.harmless`) fails. Generate, Autograde and Generate Feedback run this course's commands. Mark schemes stand
below the written answers. All else is nbgrader's: its handlers, templates, scripts and database. Formulas are drawn by
the MathJax of `jupyter_server_mathjax`, from this server: without a network, nbgrader's own page loses its keys, too.

Jupyter loads it in place of nbgrader's own where `nbgrader_of_the_course.json` lies in its configuration, after
`nbgrader.json` in the order of names: the Makefile puts it there, and the doctor looks.
"""

from typing import Any

from classroom.cohort.formgrader.extension import Formgrader


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    formgrader = Formgrader(parent=server)
    formgrader.root_dir = server.root_dir
    formgrader.log = server.log
    formgrader.initialize([])
    formgrader.init_tornado_settings(server.web_app)
    formgrader.init_handlers(server.web_app)
