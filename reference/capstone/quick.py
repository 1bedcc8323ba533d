"""The stages that chapter 18 loads unless it trains them itself: `python reference/capstone/quick.py [--until HH:MM]`.

Runs the chapter's own cells up to its function `build`, and then that. What it makes lies in quick/ beside this script:
a file for each variant, and stages.json, with what each stage lost and took. Stages are kept in the cache folder, so a
killed run goes on. Some ten minutes on one core.
"""

import argparse
import ast
import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from stopping import add_until, stop_at

from compresslab.files import atomic_write, cache_folder, write_json
from compresslab.hardware import machine

HERE = Path(__file__)
CHAPTER = HERE.parents[2] / "course" / "18_capstone.ipynb"
CELLS = ("settings", "recipes", "stages", "plans", "build")  # what decides how the files come out


def main() -> None:
    """Run the cells, build, and copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_until(parser)
    stop_at(parser.parse_args().until)
    torch.set_num_threads(1)
    sources = cells(CHAPTER)
    chapter: dict[str, Any] = {}
    for name in ("imports", *CELLS):
        exec(compile(sources[name], f"{CHAPTER.name}: {name}", "exec"), chapter)
    files, histories = chapter["build"](cache_folder() / "capstone" / "chapter")
    folder = HERE.with_suffix("")
    folder.mkdir(exist_ok=True)
    for name, path in files.items():
        with atomic_write(folder / f"{name}.onnx") as partial_path:
            shutil.copyfile(path, partial_path)
    write_json(
        folder / "stages.json",
        {
            "data": chapter["dataset"].name,
            "network": f"ResNet-18 of width {chapter['WIDTH']}, student of width {chapter['STUDENT']}",
            "seeds": 1,
            "histories": {name: [asdict(step) for step in history] for name, history in histories.items()},
            "sha256": {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()},
            "cells_sha256": digest(sources),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(1).to_dict(),
        },
    )


def digest(sources: dict[str, str]) -> str:
    """Of what the cells do, however they are laid out."""
    done = ast.dump(ast.parse("\n".join(sources[name] for name in CELLS)))
    return hashlib.sha256(done.encode()).hexdigest()


def cells(chapter: Path) -> dict[str, str]:
    """The source of a notebook's cells by id."""
    notebook = json.loads(chapter.read_text(encoding="utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


if __name__ == "__main__":
    main()
