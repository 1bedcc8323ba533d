"""Whether every link of a site leads somewhere: to a file and a place in it, or to an address that is one."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
_HOST = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}|127\.0\.0\.1|localhost")


class _Page(HTMLParser):
    """The links of a page, what it loads, and the places in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if address := given.get(_LOADED.get(tag, "")):
            self.loaded.append(address)


def faults(site: Path) -> list[str]:
    """What is wrong with the links of a site: "page: address, why".

    Args:
        site: the folder of its pages. Links from one of them to another need no server.
    """
    # Below `_static` lie the theme's own templates.
    paths = [path.resolve() for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in paths}
    return [
        f"{path.relative_to(site.resolve())}: {address}, {why}"
        for path, page in pages.items()
        for address, why in _faults_of(path, page, pages)
    ]


def _faults_of(path: Path, page: _Page, pages: dict[Path, _Page]) -> Iterator[tuple[str, str]]:
    for address in page.loaded:
        if urlsplit(address).netloc:
            yield address, "is loaded from another host"
    for address in (*page.links, *page.loaded):
        parts = urlsplit(address)
        if parts.scheme in ("data", "mailto"):
            continue
        if parts.scheme or parts.netloc:
            if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
                yield address, "is no address"
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.is_file():
            yield address, "leads to no file"
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
            yield address, "leads to no place in its page"
