"""Parameters that a module computes from others: masks, spectral and weight normalisation, the tools of PyTorch.

Such a module holds `weight` as the result of a computation (`torch.nn.utils.parametrize`), or as a plain tensor that
a hook fills before each forward pass (`torch.nn.utils.prune` and the older `weight_norm` and `spectral_norm`). What
is written to `weight` is then lost or refused, and a pass over `model.parameters()` sees the hidden tensor instead.
"""

from torch import Tensor, nn
from torch.nn.utils import prune
from torch.nn.utils.parametrize import is_parametrized

from compresslab.errors import InputError

_NORMALISATIONS = ("WeightNorm", "SpectralNorm")  # the hooks of torch.nn.utils.weight_norm and spectral_norm


def computed_parameters(model: nn.Module) -> list[str]:
    """Names of the parameters of `model` that are computed from others, in the order of its modules.

    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(4, 4))
    >>> computed_parameters(nn.Sequential(layer, nn.Linear(4, 2)))
    ['0.weight']
    """
    return [
        f"{path}.{attribute}" if path else attribute
        for path, module in model.named_modules()
        for attribute in dict.fromkeys((*_parametrized(module), *_hooked(module)))
    ]


def require_plain_parameters(model: nn.Module, *, purpose: str) -> None:
    """Refuse a model with computed parameters.

    Args:
        model: is looked at only.
        purpose: what needs ordinary parameters, for the message: "quantizing its weights".

    Raises:
        InputError: if a parameter is computed from others; it names the first ones and the way to ordinary ones.

    >>> require_plain_parameters(nn.Linear(4, 4), purpose="quantizing its weights")
    """
    if computed := computed_parameters(model):
        named = ", ".join(computed[:3]) + (f" and {len(computed) - 3} more" if len(computed) > 3 else "")
        raise InputError(
            f"model: {named} computed from other tensors (masks or a normalisation), and {purpose} needs ordinary "
            "parameters: call compresslab.pruning.make_permanent(model) for masks, and torch.nn.utils.parametrize."
            "remove_parametrizations or torch.nn.utils.remove_weight_norm and remove_spectral_norm for the others."
        )


def _parametrized(module: nn.Module) -> list[str]:
    if not is_parametrized(module):
        return []
    chains = module.parametrizations
    assert isinstance(chains, nn.ModuleDict)
    return list(chains)


def _hooked(module: nn.Module) -> list[str]:
    names = []
    for hook in module._forward_pre_hooks.values():
        if isinstance(hook, prune.BasePruningMethod):
            names.append(hook._tensor_name)
        elif type(hook).__name__ in _NORMALISATIONS and isinstance(name := getattr(hook, "name", None), str):
            names.append(name)
    return [name for name in names if isinstance(getattr(module, name, None), Tensor)]
