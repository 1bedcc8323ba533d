"""Is this installation fit for the course? `python -m compresslab.selfcheck` answers in a few seconds.

Each problem is one sentence with its remedy, and makes the exit status 1. Nothing heavy is imported before
it is checked, so that a broken installation is explained instead of met as a traceback.
"""

import importlib
import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import metadata

from compresslab.errors import InputError
from compresslab.files import atomic_write, cache_folder

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
FREE_GB = 2.0  # decoded data sets, a few checkpoints and exported models

_MODULES = {  # where the names differ by more than hyphens
    "ipython": "IPython",
    "pillow": "PIL",
    "protobuf": "google.protobuf",
    "scikit-learn": "sklearn",
}
_INSTALL = "in the course's folder run `python -m pip install -c constraints.txt -e .`"
_REINSTALL = "in the course's folder run `python -m pip install -c constraints.txt --force-reinstall {}`"


def main() -> int:
    """Run every check and print what it finds.

    Returns:
        The exit status: 0 where nothing is wrong, 1 otherwise.
    """
    problems = [*_check_python(), *_check_packages(), *_check_storage()]
    if problems:
        print(*(f"PROBLEM: {problem}" for problem in problems), sep="\n", file=sys.stderr)
        return 1
    _describe_machine()
    print("Everything is in place.")
    return 0


def _check_python() -> Iterator[str]:
    version = platform.python_version()
    print(f"Python {version} in {sys.prefix}")
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        oldest, newest = (".".join(map(str, bound)) for bound in (OLDEST_PYTHON, NEWEST_PYTHON))
        yield f"Python {version} is not supported: make the environment with {oldest} to {newest}."


def _check_packages() -> Iterator[str]:
    """Check what the installed `compresslab` says that it needs: there is no second list here."""
    try:
        requirements = metadata.requires("compresslab") or []
    except metadata.PackageNotFoundError:
        yield f"compresslab is not installed for {sys.executable}: {_INSTALL}."
        return
    unmet = []
    for requirement in requirements:
        name, _, oldest = requirement.partition(">=")
        if "extra ==" in requirement:
            continue
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            unmet.append(f"{name} is missing")
            continue
        if _release(version) < _release(oldest):
            unmet.append(f"{name} {version} is older than {oldest}")
        else:
            yield from _check_import(name, version)
    if unmet:
        yield f"{', '.join(unmet)}: {_INSTALL}."


def _check_import(name: str, version: str) -> Iterator[str]:
    try:
        importlib.import_module(_MODULES.get(name, name.replace("-", "_")))
        _EXERCISES.get(name, lambda: None)()
    except Exception as error:  # noqa: BLE001  a broken package may raise anything, and all of it is reported
        reason = str(error).strip().partition("\n")[0]
        if name == "torchvision" and "torch" in sys.modules:
            yield (
                f"torchvision {version} and torch {metadata.version('torch')} are of different builds ({reason}): "
                f"install both in one call; {_REINSTALL.format('torch torchvision')} (for the CPU-only build "
                "add `--extra-index-url https://download.pytorch.org/whl/cpu`)."
            )
        else:
            kind = type(error).__name__
            yield f"{name} {version} does not work ({kind}: {reason}): {_REINSTALL.format(name)}."
    else:
        print(f"{name} {version}")


def _check_storage() -> Iterator[str]:
    folder = cache_folder()
    probe = folder / "selfcheck"
    try:
        with atomic_write(probe):
            pass
        probe.unlink()
    except InputError as error:
        yield f"{error} COMPRESSLAB_CACHE names it."
        return
    free = shutil.disk_usage(folder).free / 1e9
    print(f"cache in {folder}, {free:.0f} GB free")
    if free < FREE_GB:
        yield (
            f"only {free:.1f} GB are free in {folder}: free {FREE_GB:.0f} GB, "
            "or let COMPRESSLAB_CACHE name a folder elsewhere."
        )


def _describe_machine() -> None:
    from compresslab.hardware import machine  # imports torch, which has been checked by now

    here = machine()
    print(
        f"{here.cpu}, {here.usable_cores} cores, {here.threads} threads, "
        f"bf16: {_yes(here.has_bf16)}, VNNI: {_yes(here.has_vnni)}"
    )


def _call_an_operator() -> None:
    """Torchvision's compiled part is looked up in torch by name: one call shows whether it is there."""
    import torch
    from torchvision.ops import nms

    nms(torch.zeros(1, 4), torch.zeros(1), 0.5)


def _run_a_graph() -> None:
    import numpy
    from onnx import TensorProto, helper
    from onnxruntime import InferenceSession

    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "selfcheck", value[:1], value[1:])
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"x": numpy.ones(1, numpy.float32)})
    if answer != -1:
        raise ArithmeticError(f"-(1.0) gave {answer}")


_EXERCISES: dict[str, Callable[[], None]] = {"onnxruntime": _run_a_graph, "torchvision": _call_an_operator}


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version, such as (2, 13, 0) of "2.13.0+cpu"."""
    return tuple(int(number) for number in re.findall(r"\d+", version.partition("+")[0]))


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


if __name__ == "__main__":
    sys.exit(main())
