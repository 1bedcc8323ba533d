"""Small mistakes made systematically in a solution: a check that lets one pass does not test that place.

Each mutant changes one node of one solution cell's syntax tree: an operator, a constant, an axis, a reduction, a
call that is left out, a statement that is missing.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from classroom.notebook.cells import Cell

_OPERATORS: dict[type[ast.AST], tuple[Any, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
_PAIRS = (
    ("mean", "sum"), ("max", "min"), ("amax", "amin"), ("argmax", "argmin"), ("maximum", "minimum"), ("any", "all"),
    ("floor", "ceil"), ("square", "sqrt"), ("log", "exp"), ("softmax", "log_softmax"), ("zeros", "ones"),
    ("zeros_like", "ones_like"),
)  # fmt: skip
_NAMES = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_MODULES = {"F", "functional", "math", "nn", "np", "optim", "torch"}  # `torch.f(x)` is a function, `y.f()` a method


@dataclass(frozen=True)
class Mutant:
    """A solution with one mistake.

    Attributes:
        name: the cell, the line and the change: the same as long as that line stays the same.
        place: the index of the changed cell.
        cells: the notebook.
    """

    name: str
    place: int
    cells: list[Cell]


def mutants(master: list[Cell]) -> Iterator[Mutant]:
    """All mutants of a source notebook's solution cells."""
    for index, cell in enumerate(master):
        if cell.kind == "solution":
            for change, source in _changes(cell.source):
                changed = [*master[:index], replace(cell, source=source), *master[index + 1 :]]
                yield Mutant(f"{cell.name}: {change}", index, changed)


def _changes(source: str) -> Iterator[tuple[str, str]]:
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    names: Counter[str] = Counter()
    for statement, node in _places(tree, tree):
        line = ast.unparse(statement).splitlines()[0]
        for new in _variants(node):
            changed = ast.unparse(_swapped(tree, node, new))
            if changed in seen:
                continue
            seen.add(changed)
            name = f"{line} | {_brief(node)} -> {_brief(new)}"
            names[name] += 1
            yield name if names[name] == 1 else f"{name} ({names[name]})", changed


def _swapped(value: Any, old: ast.AST, new: ast.AST) -> Any:
    """A copy of a tree, with one node in another's place."""
    if value is old:
        return new
    if isinstance(value, list):
        return [_swapped(item, old, new) for item in value]
    if not isinstance(value, ast.AST):
        return value
    copied = copy.copy(value)
    for field, child in ast.iter_fields(value):
        setattr(copied, field, _swapped(child, old, new))
    return copied


def _places(node: ast.AST, statement: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The nodes that may be changed, each with its statement: not annotations, docstrings and messages."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            match child:
                case ast.Raise() | ast.JoinedStr() | ast.Expr(value=ast.Constant()):
                    continue
                case ast.AST():
                    within = child if isinstance(child, ast.stmt) else statement
                    yield within, child
                    yield from _places(child, within)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(left, op, right):
            yield from (ast.BinOp(left, other(), right) for other in _OPERATORS.get(type(op), ()))
            yield left
            yield right
            if isinstance(op, ast.Sub | ast.Div):
                yield ast.BinOp(right, op, left)
        case ast.Compare(left, [op], [right]):
            yield from (ast.Compare(left, [other()], [right]) for other in _OPERATORS[type(op)])
        case ast.BoolOp(op, values):
            yield from (ast.BoolOp(other(), values) for other in _OPERATORS[type(op)])
            yield from (ast.BoolOp(op, values[:index] + values[index + 1 :]) for index in range(len(values)))
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(float(value)):
            yield ast.Constant(2 * value if value else 1.0)
        case ast.Call():
            yield from _calls(node)
        case ast.IfExp(test, body, other):
            yield ast.IfExp(test, other, body)
        case ast.If(test, body, other):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, other)
        case ast.With(_, body):
            yield ast.If(ast.Constant(True), body, [])
        case ast.FunctionDef(decorator_list=[_, *_]):
            bare = copy.copy(node)
            bare.decorator_list = []
            yield bare
        case ast.comprehension(target, iterated, [_, *_], is_async):
            yield ast.comprehension(target, iterated, [], is_async)
        case ast.Assign() | ast.Expr():
            yield ast.Pass()
        case ast.AugAssign(target, op, value):
            yield from (ast.AugAssign(target, other(), value) for other in _OPERATORS.get(type(op), ()))
            yield ast.Pass()


def _calls(call: ast.Call) -> Iterator[ast.AST]:
    args, keywords = call.args, call.keywords
    match call.func:
        case ast.Attribute(owner) if not _is_module(owner):
            method = True
            yield owner
        case _:
            method = False
            yield from args[:1]
    match call.func:
        case ast.Attribute(owner, name, context) if name in _NAMES:
            yield ast.Call(ast.Attribute(owner, _NAMES[name], context), args, keywords)
        case ast.Name(name, context) if name in _NAMES:
            yield ast.Call(ast.Name(_NAMES[name], context), args, keywords)
    if len(args) > 1:
        yield ast.Call(call.func, [args[1], args[0], *args[2:]], keywords)
    if args and (method or len(args) > 1):
        yield ast.Call(call.func, args[:-1], keywords)
    for index in range(len(keywords)):
        yield ast.Call(call.func, args, keywords[:index] + keywords[index + 1 :])


def _is_module(node: ast.expr) -> bool:
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name in _MODULES
    return False


def _brief(node: ast.AST) -> str:
    return ast.unparse(node).replace("\n", " ")[:120]
