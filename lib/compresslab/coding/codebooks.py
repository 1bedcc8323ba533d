"""Fine-tuning of shared weights: the codebook is the parameter, and weights that share a value move together.

A layer computes with codebook[indices]. The derivative of the loss by a value of the codebook is then the sum of those
by all weights that have it: autograd's gradient of indexing, and the "grouped and summed" gradient of Deep Compression.

Reference:
    Han, Mao and Dally 2016, "Deep Compression", section 3.
"""

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters


class SharedValues(nn.Module):
    """The parametrization: from a codebook to the weight that has its values; zeros are none of its entries.

    Args:
        weight: with few values. Its zeros are pruned: they stay, whatever the codebook learns.

    >>> values = SharedValues(torch.tensor([[0.5, 0.0], [2.0, 0.5]]))
    >>> values(torch.tensor([1.0, 3.0]))
    tensor([[1., 0.],
            [3., 1.]])
    """

    indices: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        values = self.right_inverse(weight)
        places = torch.searchsorted(values, weight.detach().contiguous()) + 1
        self.register_buffer("indices", places.masked_fill(weight.detach() == 0, 0))

    def forward(self, codebook: Tensor) -> Tensor:
        return torch.cat([codebook.new_zeros(1), codebook])[self.indices]

    def right_inverse(self, weight: Tensor) -> Tensor:
        values = weight.detach().unique()
        return values[values != 0]


def attach_codebooks(model: nn.Module, *, most: int = 2**12) -> nn.Module:
    """A copy of the model whose shared weights are computed from codebooks, which are its parameters instead.

    The rest (biases, batch-norm, weights with more values than `most`) trains as before. `fit` takes the result.

    Args:
        model: from `share_weights`; not modified.
        most: values of a codebook.

    Raises:
        InputError: no weight has so few values, or one is computed from others already.

    >>> from compresslab.coding import share_weights
    >>> trainable = attach_codebooks(share_weights(nn.Linear(50, 20), bits=2))
    >>> {name: tuple(p.shape) for name, p in trainable.named_parameters()}
    {'bias': (20,), 'parametrizations.weight.original': (4,)}
    """
    require_plain_parameters(model, purpose="sharing its weights")
    trainable = copy.deepcopy(model)
    found = 0
    for name, weight in list(prunable_weights(trainable)):
        if len(weight.detach().unique()) <= most and weight.count_nonzero():
            path, _, attribute = name.rpartition(".")
            owner = trainable.get_submodule(path)
            parametrize.register_parametrization(owner, attribute, SharedValues(weight), unsafe=True)
            found += 1
    if not found:
        raise InputError(f"no weight of the model has at most {most} values: call share_weights first.")
    return trainable


def make_codebooks_permanent(model: nn.Module) -> nn.Module:
    """A copy of the model with ordinary weights again, of as many values as before.

    >>> from compresslab.coding import share_weights
    >>> plain = make_codebooks_permanent(attach_codebooks(share_weights(nn.Linear(50, 20), bits=2)))
    >>> len(plain.weight.unique()), list(plain.state_dict())
    (4, ['weight', 'bias'])
    """
    plain = copy.deepcopy(model)
    for module in list(plain.modules()):
        if not parametrize.is_parametrized(module):
            continue
        # A parametrized module's class is shared with the copy's original, and taking the weight off would change it.
        shared = type(module)
        body = {key: value for key, value in vars(shared).items() if key not in ("__dict__", "__weakref__")}
        module.__class__ = type(shared.__name__, shared.__bases__, body)
        chains = module.parametrizations
        assert isinstance(chains, nn.ModuleDict)
        for attribute, chain in list(chains.items()):
            if isinstance(chain[0], SharedValues):  # type: ignore[index]
                parametrize.remove_parametrizations(module, attribute)
                others = [name for name in module._parameters if name != attribute]
                for name in others:  # the weight comes first again, where optimizers' states expect it
                    module._parameters[name] = module._parameters.pop(name)
    return plain
