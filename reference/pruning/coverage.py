"""Which networks can lose units, here and in Torch-Pruning: `python reference/pruning/coverage.py`, some 15 minutes.

Each network of `zoo.py` runs in float64 in a process of its own, with limits on time and memory. A library chooses
what belongs together; half of every group, drawn at random, goes. The oracle: before anything is cut, the columns by
which the library says that layers read these units are set to zero in the whole network. That network and the smaller
one must then agree on an input that neither library has seen, to 1e-8 of the largest output. A network that ran in
training mode must still do so. `moved` says whether the units mattered to the output: where not, equality shows less.

- works: equal outputs;
- nothing to remove: the library finds no units that could go;
- refused by name: `InputError`, which says what can't be done and why (the peer has no such error);
- crashes: any other exception, or a limit;
- computes something else: other outputs, without an error.

Torch-Pruning is told which layers make the output, as its users do: layers whose removal changes the output's shape
are ignored and the network is tried again. It gets no other hints (numbers of heads, for one). It removes channels on
purpose that a LayerNorm or GroupNorm averages over, which no zeroed network can equal: `through_norm` marks these.

Results that this code, these networks and that library gave before are not computed again. It needs the extra `peers`,
timm and transformers, in an environment of its own. Beside this script it writes `coverage.json`.
"""

import copy
import hashlib
import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves
from zoo import Builder, zoo

from compresslab.errors import InputError
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.pruning.structured import dependency_graph, pin_fixed_sizes, remove_units

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "lib" / "compresslab"
SEED = 0
SHARE = 0.5  # of every group
TOLERANCE = 1e-8  # relative to the largest output
SECONDS = 120  # of CPU time, for one network and library
MEMORY = 12 * 2**30  # bytes of data
VERDICTS = ("works", "nothing to remove", "refused by name", "crashes", "computes something else")


def main() -> None:
    """Run what isn't there yet, and write the file after each network."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    import timm  # noqa: F401  Loaded once, before the processes are forked.
    import torch_pruning  # noqa: F401
    import torchvision  # noqa: F401
    import transformers  # noqa: F401

    path = HERE / "coverage.json"
    networks = {(family, name): build for family, name, build in zoo()}
    stored = json.loads(path.read_text())["networks"] if path.exists() else []
    results = {(row["family"], row["name"]): row for row in stored}
    of = digests()
    for (family, name), build in networks.items():
        row = results.setdefault((family, name), {"family": family, "name": name})
        for library, judge in (("compresslab", ours), ("torch-pruning", peer)):
            if row.get(library, {}).get("of") != of[library]:
                row[library] = {**isolated(judge, build), "of": of[library]}
                print(family, name, library, row[library], flush=True)
        write_json(path, report([results[key] for key in networks if key in results], of, len(networks)))


def report(rows: list[dict[str, Any]], of: dict[str, str], in_zoo: int) -> dict[str, Any]:
    """The file: counts first, then every network; fewer than are in the zoo while it runs."""
    families = ("all", *dict.fromkeys(row["family"] for row in rows))
    git = ["git", "-C", str(HERE)]
    return {
        "what": "removing half of every group of units, compared with the network in which nothing reads them",
        "data": "none: random weights and random inputs",
        "n": len(rows),
        "in_zoo": in_zoo,
        "seed": SEED,
        "share": SHARE,
        "dtype": "float64",
        "tolerance": TOLERANCE,
        "limits": {"seconds": SECONDS, "bytes": MEMORY},
        "revision": subprocess.run(
            [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip(),
        "digests": of,
        "versions": {name: version(name) for name in ("torch", "torchvision", "timm", "transformers", "torch-pruning")},
        "machine": machine(threads=1).to_dict(),
        "counts": {library: {family: count(rows, library, family) for family in families} for library in of},
        "networks": rows,
    }


def count(rows: list[dict[str, Any]], library: str, family: str) -> dict[str, int]:
    """How many networks of a family have each verdict."""
    found = Counter(row[library]["verdict"] for row in rows if family in ("all", row["family"]))
    return {verdict: found[verdict] for verdict in VERDICTS}


def digests() -> dict[str, str]:
    """What a result depends on: these scripts, and the library that is judged."""
    scripts = hashlib.sha256((HERE / "coverage.py").read_bytes() + (HERE / "zoo.py").read_bytes())
    code = scripts.copy()
    for file in sorted((LIBRARY / "pruning" / "structured").glob("*.py")):
        code.update(file.read_bytes())
    scripts.update(version("torch-pruning").encode())
    return {"compresslab": code.hexdigest()[:16], "torch-pruning": scripts.hexdigest()[:16]}


def isolated(judge: Any, build: Builder) -> dict[str, Any]:
    """The verdict of a forked process; a crash if it ends without one."""
    start = time.monotonic()
    with tempfile.NamedTemporaryFile() as file:
        process = os.fork()
        if not process:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))  # also when this process is gone
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            Path(file.name).write_bytes(pickle.dumps(verdict(judge, build)))
            os._exit(0)
        while not (ended := os.waitpid(process, os.WNOHANG))[0]:
            if time.monotonic() - start > 4 * SECONDS:  # it waits for something, or the machine is very busy
                os.kill(process, signal.SIGKILL)
            time.sleep(0.02)
        if written := Path(file.name).read_bytes():
            return pickle.loads(written)
    what = (
        f"no result within {SECONDS} s of CPU time" if ended[1] == signal.SIGKILL else f"ended with status {ended[1]}"
    )
    return {"verdict": "crashes", "why": what}


def verdict(judge: Any, build: Builder) -> dict[str, Any]:
    """What the library makes of a network, with the reason when it doesn't work."""
    try:
        return judge(build)
    except InputError as error:
        return {"verdict": "refused by name", "why": str(error)[:300]}
    except BaseException as error:  # noqa: BLE001  Whatever a library raises is a result.
        where = traceback.extract_tb(error.__traceback__)[-1]
        text = " ".join(str(error).split())[:200]
        return {"verdict": "crashes", "why": f"{type(error).__name__} in {where.name}: {text}"}


def ours(build: Builder) -> dict[str, Any]:
    """compresslab: one graph, all groups at once, but for those whose sizes the network's code fixes."""
    model, example, fresh = prepared(build)
    trains = runs_in_training(prepared(build)[0], fresh)
    size = weights(model)
    graph = pin_fixed_sizes(model, dependency_graph(model, example))
    chosen = {group.name: drawn(group.size) for group in graph.groups if group.size > 1}
    if not chosen:
        return {"verdict": "nothing to remove", "why": "; ".join(dict.fromkeys(graph.pinned.values()))[:300]}
    smaller = remove_units(model, graph, chosen)
    dead = prepared(build)[0]
    tensors = dict(dead.named_parameters(remove_duplicate=False)) | dict(dead.named_buffers(remove_duplicate=False))
    with torch.no_grad():
        for name, units in chosen.items():
            for member in graph.group(name).members:
                if member.role == "consumes":
                    tensors[member.name].data.index_fill_(member.dim, member.indices[units].flatten(), 0)
    expected = output(dead, fresh)
    found = compared(output(smaller, fresh), expected) | {
        "moved": moved(output(model, fresh), expected),
        "groups": len(chosen),
        "layers_pinned": len(graph.pinned),
        "weights_left": weights(smaller) / size,
    }
    return still_trains(found, smaller, fresh, trains)


def peer(build: Builder) -> dict[str, Any]:
    """Torch-Pruning: group after group, since its indices are those of the network as it then is."""
    ignored: set[str] = set()
    while True:
        found = _peer(build, ignored)
        if "shape_of" not in found or found["shape_of"] in ignored:
            return found
        ignored.add(found["shape_of"])


def _peer(build: Builder, ignored: set[str]) -> dict[str, Any]:
    import torch_pruning as tp

    model, example, fresh = prepared(build)
    trains = runs_in_training(prepared(build)[0], fresh)
    names = {id(module): name for name, module in model.named_modules()}
    pruner = tp.pruner.BasePruner(
        model,
        example,
        importance=tp.importance.RandomImportance(),
        pruning_ratio=SHARE,
        ignored_layers=[model.get_submodule(name) for name in ignored],
    )
    worst, groups, norms, whole = 0.0, 0, False, output(model, fresh)
    size = weights(model)  # a lazy network has them only now
    for group in pruner.step(interactive=True):
        for dependency, indices in group:
            norms |= isinstance(dependency.target.module, nn.LayerNorm | nn.GroupNorm | nn.RMSNorm)
            if "prune_in_channels" in dependency.handler.__name__:
                silence(dependency.target.module, indices)
        expected = output(model, fresh)
        root = names.get(id(group[0][0].target.module), "")
        group.prune()
        groups += 1
        given = output(model, fresh)
        found = compared(given, expected)
        if found["verdict"] != "works":
            found |= {"through_norm": norms, "groups": groups}
            return found | ({"shape_of": root} if [t.shape for t in given] != [t.shape for t in expected] else {})
        worst = max(worst, found["difference"])
    if not groups:
        return {"verdict": "nothing to remove", "ignored": sorted(ignored)}
    found = {
        "verdict": "works",
        "difference": worst,
        "moved": moved(whole, given),
        "groups": groups,
        "weights_left": weights(model) / size,
    }
    return still_trains(found, model, fresh, trains)


def silence(module: nn.Module, indices: list[int]) -> None:
    """Set the columns of a layer that read these units to zero."""
    with torch.no_grad():
        if isinstance(module, nn.modules.conv._ConvTransposeNd):
            module.weight[indices] = 0
        elif isinstance(module, nn.modules.conv._ConvNd):  # a group of filters reads its own channels
            rows, columns = len(module.weight) // module.groups, module.weight.shape[1]
            for index in indices:
                group = index // columns
                module.weight[group * rows : (group + 1) * rows, index % columns] = 0
        elif isinstance(module, nn.Linear):
            module.weight[:, indices] = 0
        elif isinstance(module, nn.MultiheadAttention) and module.in_proj_weight is not None:
            module.in_proj_weight[:, indices] = 0


def prepared(build: Builder) -> tuple[nn.Module, Tensor, Tensor]:
    """The network in float64 for evaluation, the example, and an input that no library sees."""
    torch.manual_seed(SEED)
    model, example = build()
    model = model.double().eval()
    fresh = example.flip(0).roll(1, -1)
    with torch.inference_mode():
        for tensor in (*model.parameters(), *model.buffers()):
            if isinstance(tensor, nn.parameter.UninitializedTensorMixin) or not tensor.is_floating_point():
                continue
            if tensor.numel() > 1 and tensor.min() == tensor.max():  # a norm's entries, a zeroed scale: all alike
                tensor.uniform_(0.5, 1.5) if tensor.is_inference() else tensor.data.uniform_(0.5, 1.5)
    if example.is_floating_point():
        example, fresh = example.double(), 1.5 * fresh.double() + 0.1
    return model, example, fresh


def drawn(size: int) -> Tensor:
    """Half of the units, at random."""
    return torch.randperm(size, generator=torch.Generator().manual_seed(SEED))[: max(1, round(SHARE * size))]


def output(model: nn.Module, example: Tensor) -> list[Tensor]:
    """All tensors of the output."""
    with torch.no_grad():
        return [leaf for leaf in tree_leaves(model.eval()(example)) if isinstance(leaf, Tensor)]


def compared(found: list[Tensor], expected: list[Tensor]) -> dict[str, Any]:
    """Works, or computes something else, with the largest difference relative to the largest output."""
    if [tensor.shape for tensor in found] != [tensor.shape for tensor in expected]:
        shapes = [[tuple(tensor.shape) for tensor in side] for side in (found, expected)]
        return {"verdict": "computes something else", "why": f"outputs of shape {shapes[0]} instead of {shapes[1]}"}
    difference = 0.0
    for one, other in zip(found, expected, strict=True):
        if not other.isfinite().all():
            raise ArithmeticError("the network itself gives infinity or NaN")
        largest = max(1e-30, other.double().abs().max().item())
        difference = max(difference, (one.double() - other.double()).abs().max().item() / largest)
    # `not <=` so that a NaN counts as a difference.
    same = difference <= TOLERANCE
    return {"verdict": VERDICTS[0] if same else VERDICTS[-1], "difference": difference}


def moved(whole: list[Tensor], silent: list[Tensor]) -> bool:
    """Whether the units mattered: else equal outputs show nothing."""
    return any(not torch.equal(one, other) for one, other in zip(whole, silent, strict=True))


def runs_in_training(model: nn.Module, example: Tensor) -> bool:
    """Whether a pass in training mode succeeds."""
    try:
        with torch.no_grad():
            model.train()(example)
    except Exception:  # noqa: BLE001  Whatever it raises, it doesn't run.
        return False
    return True


def still_trains(found: dict[str, Any], model: nn.Module, example: Tensor, trains: bool) -> dict[str, Any]:
    """The verdict, or a crash where the smaller network no longer runs in training mode."""
    if found["verdict"] == "works" and trains and not runs_in_training(copy.copy(model), example):
        return found | {"verdict": "crashes", "why": "the smaller network fails in training mode"}
    return found


def weights(model: nn.Module) -> int:
    """Number of parameters, shared ones once; 1 for none, as the figure divides."""
    made = (p for p in model.parameters() if not isinstance(p, nn.parameter.UninitializedTensorMixin))
    return max(1, sum(p.numel() for p in made))


if __name__ == "__main__":
    sys.exit(main())
