"""What was sent to a learner's process, in the form in which a check sees what comes back.

That process tells what its arguments are after a call, and could tell anything of what they were before it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from classroom.exchange import codec, views
from classroom.exchange.spec import Handle, Method, Spec
from classroom.exchange.views import ModuleView


def as_seen(sent: Any, told: Any) -> Any:
    """An argument before a call.

    Args:
        sent: the argument.
        told: what the learner's process says of it: believed of what lives there.
    """
    if isinstance(sent, Spec) and sent.kind != "optimizer":
        described = codec.encode(sent.build(), lambda value: views.describe(value, _nowhere))
        return codec.decode(described, views.from_wire)
    if isinstance(sent, Handle | Method | Spec):
        return told
    if isinstance(sent, list | tuple):
        items = told if isinstance(told, list | tuple) and len(told) == len(sent) else [None] * len(sent)
        return type(sent)(as_seen(one, other) for one, other in zip(sent, items, strict=True))
    if isinstance(sent, dict):
        return {key: as_seen(item, told.get(key) if isinstance(told, dict) else None) for key, item in sent.items()}
    return sent


def precisions(seen: Any) -> Iterator[torch.dtype]:
    """The floating-point dtypes in it."""
    match seen:
        case Tensor() if seen.is_floating_point():
            yield seen.dtype
        case np.ndarray() | np.generic() if np.issubdtype(seen.dtype, np.floating):
            yield torch.from_numpy(np.empty(0, seen.dtype)).dtype
        case torch.dtype() if seen.is_floating_point:
            yield seen
        case ModuleView():
            yield from precisions(list(seen.state().values()))
        case list() | tuple():
            for item in seen:
                yield from precisions(item)
        case dict():
            yield from precisions(list(seen.values()))


def _nowhere(parameter: Tensor) -> tuple[None, str]:
    return None, f"a tensor of shape {tuple(parameter.shape)}"
