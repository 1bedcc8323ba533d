import ast

from classroom.authoring.mutants import mutants
from classroom.notebook.cells import Cell


def changed(source: str) -> set[str]:
    master = [Cell("given", "locked", "a + b"), Cell("f", "solution", source), Cell("t", "test", "a + b")]
    found = list(mutants(master))
    for mutant in found:
        assert mutant.place == 1
        assert (mutant.cells[0], mutant.cells[2]) == (master[0], master[2])
        ast.parse(mutant.cells[1].source)
    assert len({mutant.name for mutant in found}) == len(found)
    return {mutant.cells[1].source for mutant in found}


def test_operators_terms_and_constants_are_changed() -> None:
    assert changed("y = a - 2") == {"y = a + 2", "y = a", "y = 2", "y = 2 - a", "y = a - 3", "y = a - 1", "pass"}
    assert changed("y = a < b") == {"y = a <= b", "y = a > b", "pass"}
    assert changed("y = not a or b") == {"y = not a and b", "y = b", "y = not a", "y = a or b", "pass"}


def test_calls_are_left_out_swapped_and_stripped_of_arguments() -> None:
    assert changed("y = x.clamp(low).sum(dim=1)") == {
        "y = x.sum(dim=1)", "y = x.clamp().sum(dim=1)", "y = x.clamp(low)", "y = x.clamp(low).mean(dim=1)",
        "y = x.clamp(low).sum()", "y = x.clamp(low).sum(dim=2)", "y = x.clamp(low).sum(dim=0)", "pass",
    }  # fmt: skip
    assert changed("y = F.kl_div(p, q)") == {"y = p", "y = F.kl_div(q, p)", "y = F.kl_div(p)", "pass"}


def test_statements_are_left_out_conditions_negated_and_contexts_opened() -> None:
    found = changed(
        "def f(x):\n    'doc'\n    x += 1\n    if x:\n        stop()\n    with no_grad():\n        g()\n    return x"
    )
    bodies = {source.replace("\n", ";").replace("    ", " ") for source in found}
    assert any("; pass; if x" in body for body in bodies)
    assert any("x -= 1" in body for body in bodies)
    assert any("if not x:" in body for body in bodies)
    assert any("if True:;  g()" in body for body in bodies)
    assert any("if x:;  pass" in body for body in bodies)
    assert all("'doc'" in source or '"""doc"""' in source for source in found)


def test_messages_annotations_and_docstrings_are_left_alone() -> None:
    found = changed("def f(x: list[0]) -> tuple[1]:\n    raise ValueError(f'{x + 1} is wrong', 2)")
    assert found == set()
