"""Collect the text that the language model learns: what `help()` shows of the interpreter that runs this script.

    python reference/text/collect.py

A document is one of `pydoc_data.topics` (the language reference, by keyword), or the docstrings of one module of the
standard library. Writes python_docs.json.xz and, as Python's licence asks, a copy of that licence beside this file.

The text differs between versions of Python, and a perplexity is a property of a text: so one version's is shipped, and
every machine measures on the same bytes. Two things would carry text from one split into another, and are left out:
a paragraph that an earlier document has already (some topics are chapters, others the sections of these chapters), and
modules that are generated from, or stand in for, others. Files with a copyright notice of their own are left out, too.
"""

import ast
import json
import lzma
import platform
import re
import site
import sysconfig
from pathlib import Path
from pydoc_data.topics import topics
from textwrap import indent

from compresslab.files import atomic_write

FOLDER = Path(__file__).parent
SKIPPED = re.compile(
    r"(^|/)(test|tests|idlelib|lib2to3|pydoc_data|encodings|ensurepip|turtledemo|site-packages|config-[^/]*|__phello__)(/|$)"
)
LEAST_PARAGRAPH = 40  # characters; shorter ones, such as "Example:", may come again
LEAST_DOCUMENT = 400  # characters of text that no earlier document has


def main() -> None:
    """Write the documents of this interpreter."""
    # The small topics come first: a chapter keeps what none of them has.
    found = {f"topic {name}": topics[name] for name in sorted(topics, key=lambda name: (len(topics[name]), name))}
    library = Path(sysconfig.get_path("stdlib"))
    for path in sorted(library.rglob("*.py")):
        name = path.relative_to(library).as_posix()
        source = path.read_text(encoding="utf-8", errors="replace")
        if not SKIPPED.search(name) and not name.startswith("_sysconfigdata") and "copyright" not in source.lower():
            found[f"module {name.removesuffix('.py').replace('/', '.')}"] = docstrings(source)
    documents = [{"name": name, "text": text} for name, text in without_repeats(found).items()]
    content = {
        "title": f"Python {platform.python_version()}'s documentation: topics and docstrings",
        "python": platform.python_version(),
        "documents": sorted(documents, key=lambda document: document["name"]),
    }
    packed = lzma.compress(json.dumps(content, ensure_ascii=False, indent=0).encode(), preset=9 | lzma.PRESET_EXTREME)
    with atomic_write(FOLDER / "python_docs.json.xz") as partial:
        partial.write_bytes(packed)
    with atomic_write(FOLDER / "LICENSE-Python.txt") as partial:
        partial.write_text(licence(), encoding="utf-8")
    size = sum(len(document["text"].encode()) for document in documents)
    print(f"{len(documents)} documents, {size:,} bytes, {len(packed):,} packed")


def docstrings(source: str) -> str:
    """Signatures and docstrings of a module in the order of its source."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a template, such as those of lib2to3
        return ""
    module = ast.get_docstring(tree)
    return "\n\n".join(([module] if module else []) + [part for node in tree.body for part in described(node)])


def described(node: ast.stmt, outer: str = "") -> list[str]:
    """A class or function that has a docstring, and those inside of a class."""
    if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    kind = "class" if isinstance(node, ast.ClassDef) else "def"
    signature = "" if isinstance(node, ast.ClassDef) else f"({ast.unparse(node.args)})"
    text = ast.get_docstring(node)
    found = [f"{kind} {outer}{node.name}{signature}\n{indent(text, '    ')}"] if text else []
    if isinstance(node, ast.ClassDef):
        found += [part for inner in node.body for part in described(inner, f"{outer}{node.name}.")]
    return found


def without_repeats(found: dict[str, str]) -> dict[str, str]:
    """The documents without the paragraphs that an earlier one has, whatever their spaces and underlines."""
    seen: set[str] = set()
    kept = {}
    for name, text in found.items():
        paragraphs, own = [], set()
        for paragraph in text.replace("\r\n", "\n").split("\n\n"):
            key = re.sub(r"[\W_]+", " ", paragraph).strip().lower()
            if len(key) < LEAST_PARAGRAPH or key not in seen:
                paragraphs.append(paragraph)
                own.add(key)
        document = "\n\n".join(paragraphs).strip() + "\n"
        if len(document) >= LEAST_DOCUMENT:
            kept[name] = document
            seen |= own
    return kept


def licence() -> str:
    """The licence of this interpreter, where `site` finds it, too."""
    setup = site.__file__ and Path(site.__file__).parent
    path = next(path for path in (setup / "LICENSE.txt", setup / "LICENSE", setup.parent / "LICENSE") if path.exists())
    return (
        "python_docs.json.xz holds documentation of Python, copyright Python Software Foundation, under the licence "
        "below.\nChanges: its topics and docstrings stand in one file, without repeated paragraphs.\n\n"
        + path.read_text(encoding="utf-8")
    )


if __name__ == "__main__":
    main()
