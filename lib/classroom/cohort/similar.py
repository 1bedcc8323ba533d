"""Near-equal submissions, as a hint to a person: pairs of learners much of whose code is the same, token by token.

Winnowing (Schleimer, Wilkerson and Aiken, 2003, https://doi.org/10.1145/872757.872770): every run of `RUN` tokens has a
digest, and of any `WINDOW` neighbouring digests the smallest is kept. So two texts share a kept digest wherever they
share `RUN + WINDOW - 1` tokens, in whatever order. Before that, what a copier changes without thinking is made equal:
names that the code itself binds, comments, formatting, docstrings, type hints, texts, aliases of modules. What the
release holds does not count.

Likeness is no proof: short functions have few ways to be written, and two who learned together write alike.
"""

import ast
import hashlib
import io
import itertools
import tokenize
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from classroom.cohort import submissions
from classroom.cohort.course import Course
from classroom.notebook.cells import identify, parse
from compresslab.errors import InputError

RUN = 10  # tokens of a digest
WINDOW = 5  # digests of which one is kept
_LEAST = 8  # digests of the smaller one: below, likeness says nothing
_MOST_CHARACTERS = 200_000  # of a learner's code: what is longer was not written by hand
_LAYOUT = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}
Prints = dict[int, set[str]]  # digests, and the functions in which they are


@dataclass(frozen=True)
class Pair:
    """Two learners whose code is alike.

    Attributes:
        first: the one, by id.
        second: the other.
        share: of the digests of the one who has fewer, how many the other has, from 0 to 1.
        functions: by the first's functions, how much of each the other has; the most alike first.
    """

    first: str
    second: str
    share: float
    functions: dict[str, float]


def similar(course: Course, assignment: str, least: float) -> tuple[list[Pair], list[str]]:
    """Compare all submissions to an assignment.

    Args:
        course: whose.
        assignment: its name.
        least: the share from which on a pair is listed.

    Returns:
        The pairs, the most alike first; and who could not be compared, with the reason.

    Raises:
        InputError: nothing was handed in, or the release is missing.
    """
    master = parse(course.source(assignment).read_bytes(), assignment)
    path = course.folder("release") / assignment / f"{assignment}.ipynb"
    try:
        released = [cell.source for cell in parse(path.read_bytes(), str(path)) if cell.is_code]
    except OSError as error:
        raise InputError(f"no release in {path.parent}: `python -m classroom release {assignment}`.") from error
    given = prints(released).keys()
    kinds = {cell.name: cell.kind for cell in master if cell.name}  # a learner can retype a cell
    found: dict[str, Prints] = {}
    left_out = []
    for learner in submissions.learners(course.folder("submitted"), assignment):
        read = submissions.read(course.folder("submitted"), assignment, learner)
        try:
            if read.problem:
                raise InputError(read.problem)
            cells = identify(master, parse(read.content, learner))
            theirs = [cell for cell in cells if cell.is_code and kinds.get(cell.name, "extra") in ("solution", "extra")]
            sources = [cell.source for cell in theirs if cell.source not in released]
            if sum(map(len, sources)) > _MOST_CHARACTERS:
                raise InputError(f"more than {_MOST_CHARACTERS:,} letters of code")
            found[learner] = {digest: where for digest, where in prints(sources).items() if digest not in given}
        except InputError as error:
            left_out.append(f"{learner}: {error}")
    return compare(found, least), left_out


def compare(found: Mapping[str, Prints], least: float) -> list[Pair]:
    """The pairs of learners of whose digests a share is the same, the most alike first."""
    owners = defaultdict(list)
    for learner in sorted(found):
        for digest in found[learner]:
            owners[digest].append(learner)
    shared: dict[tuple[str, str], list[int]] = defaultdict(list)
    for digest, learners in owners.items():
        for pair in itertools.combinations(learners, 2):
            shared[pair].append(digest)
    pairs = []
    for (first, second), digests in shared.items():
        fewer = min(len(found[first]), len(found[second]))
        if fewer >= _LEAST and len(digests) / fewer >= least:
            pairs.append(Pair(first, second, len(digests) / fewer, _by_function(found[first], digests)))
    return sorted(pairs, key=lambda pair: (-pair.share, pair.first, pair.second))


def prints(sources: Iterable[str]) -> Prints:
    """The kept digests of some code, and in which top-level functions or classes each stands.

    Args:
        sources: of cells.
    """
    found: Prints = defaultdict(set)
    for name, words in _parts(list(sources)):
        runs = [_digest(words[place : place + RUN]) for place in range(len(words) - RUN + 1)]
        for place in range(max(1, len(runs) - WINDOW + 1)) if runs else ():
            found[min(runs[place : place + WINDOW])].add(name)
    return dict(found)


def _by_function(mine: Prints, digests: list[int]) -> dict[str, float]:
    alike = set(digests)
    names = sorted({name for digest in alike for name in mine[digest]})
    whole = {name: [digest for digest, where in mine.items() if name in where] for name in names}
    shares = {name: sum(digest in alike for digest in whole[name]) / len(whole[name]) for name in names}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _digest(words: list[str]) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=8).digest())


def _parts(sources: list[str]) -> list[tuple[str, list[str]]]:
    """Each top-level statement's name and tokens, with what doesn't tell two writers apart made equal."""
    trees = []
    for source in sources:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an odd escape in a learner's text
                trees.append(ast.parse(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it does not run, so it earned no points
    parts = []
    try:
        names = {name for tree in trees for name in _bound(tree)}
        aliases = {alias: full for tree in trees for alias, full in _aliases(tree)}
        for tree in trees:
            for statement in tree.body:
                name = getattr(statement, "name", "other code")
                own = set(_bound(statement))  # hides a module's alias, as it does where the code runs
                plain = _Plain((names - aliases.keys()) | own, aliases).visit(statement)
                if plain is not None:
                    parts.append((name, _words(ast.unparse(ast.fix_missing_locations(plain)))))
    except (RecursionError, ValueError, tokenize.TokenError):
        pass  # too deep for a person to have written it
    return parts


def _words(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type not in _LAYOUT]


def _bound(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name


def _aliases(tree: ast.AST) -> Iterable[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((each.asname or each.name, each.name) for each in names)
            case ast.ImportFrom(module=module, names=names):
                yield from ((each.asname or each.name, f"{module}.{each.name}") for each in names)


class _Plain(ast.NodeTransformer):
    """Code without what a copier changes without thinking."""

    def __init__(self, bound: set[str], aliases: Mapping[str, str]) -> None:
        self._bound = bound
        self._aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = "v" if node.id in self._bound else self._aliases.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = "v", None
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        self.generic_visit(node)
        node.arg = "v" if node.arg in self._bound else node.arg
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name, node.returns = "f", None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = "f"
        return self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = node.name and "v"
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str | bytes) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant("")

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        return ast.Assign([node.target], node.value) if node.value else None

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        docstring = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if docstring else self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        return ast.Pass()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        return ast.Pass()


def lines(pairs: list[Pair], left_out: list[str]) -> Iterable[str]:
    """A report for the instructor."""
    for pair in pairs:
        functions = ", ".join(f"{name} {share:.0%}" for name, share in list(pair.functions.items())[:6])
        yield f"{pair.share:4.0%}  {pair.first} and {pair.second}: {functions}"
    yield f"{len(pairs)} pairs to look at, and no more than that: who learns together writes alike."
    yield from (f"not compared: {each}" for each in left_out)
