"""A link that leads nowhere is found, whatever is wrong with it."""

from pathlib import Path

import pytest

from coursebook.links import faults


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ('<a href="other.html#there">', ""),
        ('<a href="#here">', ""),
        ('<a href="https://arxiv.org/abs/1503.02531">', ""),
        ('<a href="a%20file.ipynb">', ""),
        ('<a href="other.html#nowhere">', "leads to no place in its page"),
        ('<a href="#nowhere">', "leads to no place in its page"),
        ('<a href="missing.html">', "leads to no file"),
        ('<img src="missing.png">', "leads to no file"),
        ('<a href="https://arxiv">', "is no address"),
        ('<a href="https:///abs">', "is no address"),
        ('<a href="javascript:alert(1)">', "is no address"),
        ('<script src="https://cdn.example.org/x.js">', "is loaded from another host"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "is loaded from another host"),
    ],
)
def test_each_fault_of_a_link_is_found(tmp_path: Path, link: str, fault: str) -> None:
    (tmp_path / "page.html").write_text(f'<h1 id="here">Page</h1>{link}')
    (tmp_path / "other.html").write_text('<h1 id="there">Other</h1>')
    (tmp_path / "a file.ipynb").write_text("{}")
    found = faults(tmp_path)
    assert bool(found) == bool(fault)
    assert all(each.startswith("page.html: ") for each in found) and (not fault or found[0].endswith(fault))
