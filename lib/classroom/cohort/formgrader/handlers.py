"""The pages' handlers: nbgrader's, each with the content policy, and three that run this course's commands."""

import asyncio
import functools
import json
import re
import secrets
import sys
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import nbgrader.server_extensions.formgrader.apihandlers as stock_calls  # type: ignore[import-untyped]
import nbgrader.server_extensions.formgrader.handlers as stock_pages  # type: ignore[import-untyped]
from nbgrader.server_extensions.formgrader.base import check_notebook_dir, check_xsrf  # type: ignore[import-untyped]
from tornado import web

from classroom.notebook.cells import read
from classroom.terminal import printable
from compresslab.errors import InputError

_MARKERS = re.compile(r"^### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
_CLICKS = re.compile(r'onclick="([^"]*)"', re.IGNORECASE)


class _Guarded:
    """The policy of a page, and the nonce that its own scripts bear."""

    @functools.cached_property
    def nonce(self) -> str:
        return secrets.token_urlsafe(16)

    @property
    def content_security_policy(self) -> str:
        """What the browser may do with the page: run and load nbgrader's own, and nothing from anywhere else.

        A learner's file on this server is no script either: scripts bear the nonce, or are MathJax's parts.
        """
        here: Any = self
        mathjax = f"{here.request.host}{here.mathjax_url.rpartition('/')[0]}/"
        clicks = " ".join(f"'{digest}'" for digest in _clicks())
        rules = [
            "default-src 'none'",
            f"script-src 'nonce-{self.nonce}' {mathjax}",
            f"script-src-attr 'unsafe-hashes' {clicks}",
            "style-src 'self' 'unsafe-inline'",  # of nbgrader, nbconvert and MathJax; a style alone loads nothing here
            "img-src data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ]
        return "; ".join(rules)

    def render(self, name: str, **values: Any) -> str:
        here: Any = super()
        return here.render(name, nonce=self.nonce, **values)


@functools.cache
def _clicks() -> tuple[str, ...]:
    """The digests of what nbgrader's own templates do when something is clicked."""
    folder = Path(stock_pages.template_path)
    found = {
        click for path in folder.rglob("*") if path.is_file() for click in _CLICKS.findall(path.read_text("utf-8"))
    }
    return tuple(sorted("sha256-" + b64encode(sha256(click.encode()).digest()).decode() for click in found))


def guarded(handler: type) -> Any:
    """A handler of nbgrader's with the policy."""
    return type(handler.__name__, (_Guarded, handler), {})


class _Exporter:
    """The exporter of a graded notebook, which tells its template what only a handler knows."""

    def __init__(self, exporter: Any, **told: Any) -> None:
        self._exporter = exporter
        self._told = told

    def from_filename(self, path: str, resources: dict[str, Any]) -> tuple[str, Any]:
        names = {key: escape(resources[key] or "") for key in ("student", "last_name", "first_name")}
        return self._exporter.from_filename(path, resources=resources | names | self._told)


class SubmissionPage(_Guarded, stock_pages.SubmissionHandler):  # type: ignore[misc]
    """A learner's graded notebook, with the mark scheme below each written answer."""

    @property
    def exporter(self) -> Any:
        told = {"nonce": self.nonce, "formulas": self.mathjax_url, "rubrics": self._rubrics()}
        return _Exporter(super().exporter, **told)

    def _rubrics(self) -> dict[str, str]:
        """What the source notebook has in the place of each written answer: a model answer and the mark scheme."""
        submission = self.gradebook.find_submission_notebook_by_id(self.path_args[0])
        name = submission.assignment.assignment.name
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", name)
        try:
            cells = read(Path(folder) / f"{submission.notebook.name}.ipynb")
        except InputError:
            return {}  # somebody else's gradebook: its answers can be graded without
        return {cell.name: _MARKERS.sub("", cell.source).strip() for cell in cells if cell.kind == "written"}


class _Command(_Guarded):
    """A button that runs one of this course's commands, in a process of its own."""

    command = ""

    @web.authenticated
    @check_xsrf  # type: ignore[untyped-decorator]
    @check_notebook_dir  # type: ignore[untyped-decorator]
    async def post(self, *names: str) -> None:
        here: Any = self
        if any(name.startswith("-") for name in names):
            raise web.HTTPError(400, "no name begins with a hyphen")
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "classroom", self.command, *names),
            cwd=here.coursedir.root,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            stdin=asyncio.subprocess.DEVNULL,
        )
        said, _ = await running.communicate()
        here.gradebook.db.expire_all()  # what this server has read of the database may be older than the command
        text = printable(said.decode("utf-8", "replace"))
        here.write(json.dumps({"success": running.returncode == 0, "log": text}))


class Generate(_Command, stock_calls.AssignHandler):  # type: ignore[misc]
    """The release of an assignment; it stops where somebody has edited it by hand."""

    command = "release"


class Autograde(_Command, stock_calls.AutogradeHandler):  # type: ignore[misc]
    """The judging of one learner, locked up; nbgrader's own runs their code as the instructor."""

    command = "grade"


class Feedback(_Command, stock_calls.GenerateFeedbackHandler):  # type: ignore[misc]
    """A learner's page, without scripts and hidden checks; nbgrader's own has both."""

    command = "feedback"


class AllFeedback(_Command, stock_calls.GenerateAllFeedbackHandler):  # type: ignore[misc]
    """Everybody's page."""

    command = "feedback"


_OURS: dict[type, type] = {
    stock_pages.SubmissionHandler: SubmissionPage,
    stock_calls.AssignHandler: Generate,
    stock_calls.AutogradeHandler: Autograde,
    stock_calls.GenerateFeedbackHandler: Feedback,
    stock_calls.GenerateAllFeedbackHandler: AllFeedback,
}


def addresses() -> list[tuple[Any, ...]]:
    """nbgrader's addresses, each with the handler that serves it here."""
    rules = [*stock_pages.default_handlers, *stock_calls.default_handlers]
    return [(pattern, _OURS.get(handler) or guarded(handler), *rest) for pattern, handler, *rest in rules]
