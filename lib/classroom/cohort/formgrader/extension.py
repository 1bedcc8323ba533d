"""The server extension: nbgrader's, with templates and handlers of ours where they differ."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbgrader.server_extensions.formgrader.handlers as stock_pages  # type: ignore[import-untyped]
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension  # type: ignore[import-untyped]
from tornado.web import StaticFileHandler

from classroom.cohort.formgrader import handlers

_OURS = Path(__file__).parent / "templates"
_STOCK = Path(stock_pages.template_path)


class _WithNonce(BaseLoader):
    """Templates whose own scripts bear the page's nonce, which the policy asks for; what is filled in bears none."""

    def __init__(self, loader: BaseLoader, nonce: str) -> None:
        self._loader = loader
        self._nonce = nonce

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, path, fresh = self._loader.get_source(environment, template)
        return source.replace("<script", f'<script nonce="{{{{ {self._nonce} }}}}"'), path, fresh


class Formgrader(FormgradeExtension):  # type: ignore[misc]
    """nbgrader's formgrader, safe to look at."""

    def init_tornado_settings(self, webapp: Any) -> None:
        """Set what the handlers use: nbgrader's settings, with our templates before its own."""
        super().init_tornado_settings(webapp)
        stock = FileSystemLoader(_STOCK)
        loader = ChoiceLoader([FileSystemLoader(_OURS), PrefixLoader({"nbgrader": stock}), stock])
        # nbgrader's own environment escapes nothing: a part of an address, or a learner's id, could be a script.
        webapp.settings["nbgrader_jinja2_env"] = Environment(loader=_WithNonce(loader, "nonce"), autoescape=True)
        environment = webapp.settings["nbgrader_exporter"].environment
        by_name = PrefixLoader({"nbgrader": FileSystemLoader(_STOCK / "formgrade")})
        loader = ChoiceLoader([FileSystemLoader(_OURS / "formgrade"), by_name, environment.loader])
        environment.loader = _WithNonce(loader, "resources.nonce")

    def init_handlers(self, webapp: Any) -> None:
        """Add the pages' addresses, which are nbgrader's."""
        static = (r"/formgrader/static/(.*)", StaticFileHandler, {"path": stock_pages.static_path})
        missing = (r"/formgrader/.*", handlers.guarded(stock_pages.Template404))
        base = webapp.settings["base_url"]
        rules = [*handlers.addresses(), static, missing]
        webapp.add_handlers(".*$", [(url_path_join(base, rule[0]), *rule[1:]) for rule in rules])
