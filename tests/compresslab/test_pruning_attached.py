"""Masks inside the model: against masks applied by hand, and against torch.nn.utils.prune."""

import copy
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.ao.pruning import WeightNormSparsifier
from torch.nn.utils import parametrizations, prune

from compresslab.cost import prunable_weights, sparsity
from compresslab.errors import InputError
from compresslab.models import resnet18, small_cnn, tiny_vit
from compresslab.pruning import (
    apply_masks,
    attach_masks,
    attached_masks,
    from_torch_prune,
    global_magnitude_masks,
    keep_masked,
    make_permanent,
    masks_of_zeros,
    to_torch_prune,
    undo_masks,
)

OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.1),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.1),
}


def batch() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(0)
    return torch.randn(8, 1, 8, 8, generator=random), torch.randint(10, (8,), generator=random)


def train(
    model: nn.Module, optimizer: torch.optim.Optimizer, steps: int = 1, *, bf16: bool = False, after=None
) -> None:
    x, y = batch()
    for _ in range(steps):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            loss = F.cross_entropy(model(x).float(), y)
        loss.backward()
        optimizer.step()
        if after:
            after(model)


def equal(model: nn.Module, other: nn.Module) -> bool:
    ours, theirs = model.state_dict(), other.state_dict()
    return list(ours) == list(theirs) and all(torch.equal(ours[name], theirs[name]) for name in ours)


def all_zero(weights: dict[str, Tensor], masks) -> bool:
    return all(not weights[name].detach()[~mask].any() and weights[name].detach().any() for name, mask in masks.items())


def network() -> tuple[nn.Module, dict[str, Tensor]]:
    torch.manual_seed(0)
    model = small_cnn(width=4)
    return model, global_magnitude_masks(model, sparsity=0.7)


@pytest.mark.parametrize("bf16", [False, True], ids=["fp32", "bf16"])
@pytest.mark.parametrize("attached", [False, True], ids=["after each step", "attached"])
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_zeros_stay_zero_through_training_saving_and_loading(make, attached: bool, bf16: bool, tmp_path: Path) -> None:
    dense, masks = network()
    optimizer = make(dense.parameters())
    train(dense, optimizer, 2, bf16=bf16)  # fills the momentum of weights that are pruned next
    model = attach_masks(dense, masks) if attached else apply_masks(dense, masks)
    reapply = None if attached else keep_masked(masks)
    continued = make(model.parameters())
    order = [name for name, _ in dense.named_parameters()]
    if not attached:  # the attached one stores its parameters in another order
        continued.load_state_dict(optimizer.state_dict())
    train(model, continued, 3, bf16=bf16, after=reapply)
    assert all_zero(dict(prunable_weights(model)), masks)

    torch.save({"model": model.state_dict(), "optimizer": continued.state_dict()}, tmp_path / "file.pt")
    saved = torch.load(tmp_path / "file.pt", weights_only=True)
    fresh = small_cnn(width=4)
    loaded = attach_masks(fresh, {name: torch.ones_like(mask) for name, mask in masks.items()}) if attached else fresh
    loaded.load_state_dict(saved["model"])
    assert equal(loaded, model)
    again = make(loaded.parameters())
    again.load_state_dict(saved["optimizer"])
    train(loaded, again, 2, bf16=bf16, after=reapply)
    train(model, continued, 2, bf16=bf16, after=reapply)
    assert equal(loaded, model), "resumed, it must learn the same"
    final = make_permanent(loaded)
    assert all_zero(dict(final.named_parameters()), masks)
    assert [name for name, _ in final.named_parameters()] == order


def test_the_layer_computes_with_the_masked_weight_and_keeps_the_whole_one() -> None:
    model, masks = network()
    x, _ = batch()
    attached = attach_masks(model, masks)
    assert torch.equal(attached.eval()(x), apply_masks(model, masks).eval()(x))
    assert not torch.equal(attached(x), model.eval()(x))
    assert all(torch.equal(mask, masks[name]) for name, mask in attached_masks(attached).items())
    assert torch.equal(attached[0].parametrizations.weight.original, model[0].weight)
    assert type(model[0]) is nn.Conv2d, "input was modified"
    assert equal(make_permanent(attached), apply_masks(model, masks))
    assert equal(undo_masks(attached), model)
    assert equal(make_permanent(model), model) and equal(undo_masks(model), model)  # nothing attached
    assert attached_masks(model) == {}


def test_the_caller_may_change_the_mask_that_was_given() -> None:
    mask = torch.tensor([[True, False]])
    model = attach_masks(nn.Linear(2, 1), {"weight": mask})
    mask.fill_(True)
    assert attached_masks(model)["weight"].tolist() == [[True, False]]
    attached_masks(model)["weight"].fill_(True)
    assert attached_masks(model)["weight"].tolist() == [[True, False]]


def test_masked_weights_get_no_gradient_and_no_nan() -> None:
    model = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[-1.0, float("nan")]]))
    attached = attach_masks(model, {"weight": torch.tensor([[True, False]])})
    attached(torch.tensor([[3.0, 5.0]])).sum().backward()
    assert attached.parametrizations.weight.original.grad.tolist() == [[3.0, 0.0]]
    assert attached.weight.tolist() == [[-1.0, 0.0]]
    baked = make_permanent(attached).weight
    assert baked.tolist() == [[-1.0, 0.0]] and not baked.signbit()[0, 1]


def test_a_trained_model_is_copied_and_its_copies_are_independent() -> None:
    model, masks = network()
    attached = attach_masks(model, masks)
    optimizer = OPTIMIZERS["SGD"](attached.parameters())
    train(attached, optimizer, 2)
    twin = copy.deepcopy(attached)
    assert equal(twin, attached)
    before = {name: tensor.clone() for name, tensor in attached.state_dict().items()}
    make_permanent(twin), undo_masks(twin)  # deepcopy shares the class that computes the weight: it must survive
    train(twin, OPTIMIZERS["SGD"](twin.parameters()), 1)
    assert all(torch.equal(tensor, before[name]) for name, tensor in attached.state_dict().items())
    assert not equal(twin, attached)
    bias = {"0.bias": torch.zeros(4, dtype=torch.bool)}
    one = attach_masks(nn.Sequential(nn.Linear(2, 4)), {"0.weight": torch.ones(4, 2, dtype=torch.bool)})
    both = attach_masks(one, bias)
    assert not both[0].bias.any() and one[0].bias.any() and one[0].bias.is_leaf
    assert attached_masks(both).keys() == {"0.weight", "0.bias"}
    assert [name for name, _ in make_permanent(both).named_parameters()] == ["0.weight", "0.bias"]


def tied() -> nn.Module:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
    model[2].weight = model[0].weight
    return model


def test_a_shared_weight_is_masked_in_all_its_places_and_stays_shared() -> None:
    model, x = tied(), torch.randn(5, 4)
    masks = global_magnitude_masks(model, sparsity=0.5)
    assert list(masks) == ["0.weight"]
    attached = attach_masks(model, masks)
    torch.testing.assert_close(attached(x), apply_masks(model, masks)(x))
    assert sparsity(attached).zero_weights == 8 and sparsity(attached).weight_count == 16
    assert list(attached_masks(attached)) == ["0.weight"]
    for ordinary in (make_permanent(attached), undo_masks(attached), make_permanent(to_torch_prune(model, masks))):
        assert ordinary[0].weight is ordinary[2].weight
    torch.testing.assert_close(to_torch_prune(model, masks)(x), attached(x))


def test_another_parametrization_stays() -> None:
    model = nn.Sequential(nn.Linear(4, 4), parametrizations.weight_norm(nn.Linear(4, 4)))
    attached = attach_masks(model, {"0.weight": torch.rand(4, 4) < 0.5})
    baked = make_permanent(attached)
    assert type(baked[0]) is nn.Linear and "original0" in dict(baked[1].parametrizations.weight.named_parameters())
    x = torch.randn(2, 4)
    torch.testing.assert_close(baked(x), attached(x))


def torch_pruned() -> nn.Module:
    torch.manual_seed(0)
    model = small_cnn(width=4)
    prune.random_unstructured(model[0], "weight", amount=0.5)
    prune.l1_unstructured(model[3], "weight", amount=0.3)
    prune.l1_unstructured(model[3], "weight", amount=0.4)  # a second one makes torch's container of methods
    prune.ln_structured(model[6], "weight", amount=0.25, n=2, dim=0)
    prune.l1_unstructured(model[-1], "bias", amount=3)
    return model


def test_a_live_model_of_torch_prune_is_read_made_permanent_and_undone() -> None:
    model = torch_pruned()
    train(model, OPTIMIZERS["SGD"](model.parameters()), 3)
    model.eval()
    x, _ = batch()
    expected = model(x)
    with pytest.raises(RuntimeError):  # what makes this less than trivial
        copy.deepcopy(model)
    masks, baked, undone = attached_masks(model), make_permanent(model), undo_masks(model)
    assert all(torch.equal(model(x), expected) for _ in range(2)) and prune.is_pruned(model), "input was modified"
    assert masks.keys() == {"0.weight", "3.weight", "6.weight", "11.bias"}
    assert torch.equal(masks["3.weight"], model[3].weight_mask.bool())
    assert not prune.is_pruned(baked) and torch.equal(baked(x), expected)
    assert not baked[3].weight[~masks["3.weight"]].signbit().any()
    assert torch.equal(undone[3].weight, model[3].weight_orig)
    torch.testing.assert_close(apply_masks(undone, masks).state_dict(), baked.state_dict())
    assert list(baked.state_dict()) == list(small_cnn(width=4).state_dict())
    for module, name in ((model[0], "weight"), (model[3], "weight"), (model[6], "weight"), (model[-1], "bias")):
        prune.remove(module, name)  # torch's own way to the same weights
    torch.testing.assert_close(model.state_dict(), baked.state_dict())


def test_a_state_dict_of_torch_prune_loads_here() -> None:
    theirs = torch_pruned().eval()
    state, masks = from_torch_prune(theirs.state_dict())
    ours = small_cnn(width=4).eval()
    ours.load_state_dict(state)
    assert torch.equal(ours[3].weight, theirs[3].weight_orig), "the original weights"
    x, _ = batch()
    torch.testing.assert_close(apply_masks(ours, masks)(x), theirs(x))
    torch.testing.assert_close(attach_masks(ours, masks)(x), theirs(x))
    assert masks["0.weight"].dtype == torch.bool


def test_an_ordinary_state_dict_passes_through() -> None:
    state = {"a_mask": torch.ones(2), "b_orig": torch.ones(3), "c": torch.ones(1)}
    assert from_torch_prune(state) == (state, {})
    with pytest.raises(InputError, match=r"'a\.weight_mask' has shape \(2,\).*\(3,\)"):
        from_torch_prune({"a.weight_orig": torch.ones(3), "a.weight_mask": torch.ones(2)})


def test_ours_loads_into_a_model_of_torch_prune() -> None:
    model, masks = network()
    attached = attach_masks(model, masks)
    train(attached, OPTIMIZERS["SGD"](attached.parameters()), 2)
    exported = to_torch_prune(undo_masks(attached), attached_masks(attached))
    theirs = small_cnn(width=4)
    for name, _ in prunable_weights(theirs):
        prune.identity(theirs.get_submodule(name.removesuffix(".weight")), "weight")
    theirs.load_state_dict(exported.state_dict())
    x, _ = batch()
    assert torch.equal(theirs.eval()(x), attached.eval()(x))
    assert prune.is_pruned(theirs) and not prune.is_pruned(model)
    round_trip = from_torch_prune(exported.state_dict())
    assert all(torch.equal(round_trip[1][name], mask) for name, mask in masks.items())


@pytest.mark.parametrize(
    "make", [lambda: resnet18(width=4), lambda: tiny_vit(channels=3, dim=16, heads=2)], ids=["resnet18", "vit"]
)
def test_the_course_networks_take_masks(make) -> None:
    model, x = make().eval(), torch.randn(2, 3, 8, 8)
    masks = global_magnitude_masks(model, sparsity=0.8)
    attached = attach_masks(model, masks).eval()
    torch.testing.assert_close(attached(x), apply_masks(model, masks)(x))
    assert {n: m.tolist() for n, m in masks_of_zeros(attached).items()} == {n: m.tolist() for n, m in masks.items()}
    assert sparsity(attached).zero_weights == round(0.8 * sparsity(model).weight_count)
    assert equal(make_permanent(attached), apply_masks(model, masks))


def test_bad_input_is_named() -> None:
    model, masks = network()
    for attach in (attach_masks, to_torch_prune):
        with pytest.raises(InputError, match="'absent' names no parameter"):
            attach(model, {"absent": torch.ones(1, dtype=torch.bool)})
        with pytest.raises(InputError, match=r"'0\.weight' has shape \(2,\)"):
            attach(model, {"0.weight": torch.ones(2, dtype=torch.bool)})
    with pytest.raises(InputError, match=r"'0\.weight' already has a mask"):
        attach_masks(attach_masks(model, masks), masks)
    with pytest.raises(InputError, match=r"'0\.weight' already has a mask"):
        attach_masks(torch_pruned(), masks)


def test_masks_of_torch_ao_are_seen_made_permanent_and_undone() -> None:
    model = nn.Sequential(nn.Linear(8, 6))
    weight = model[0].weight.detach().clone()
    sparsifier = WeightNormSparsifier(sparsity_level=0.5, sparse_block_shape=(1, 2), zeros_per_block=2)
    sparsifier.prepare(model, config=[{"tensor_fqn": "0.weight"}])
    sparsifier.step()
    mask = model[0].parametrizations.weight[0].mask.clone()
    assert mask.mean() == 0.5
    assert torch.equal(attached_masks(model)["0.weight"], mask.bool())
    assert torch.equal(make_permanent(model)[0].weight, weight * mask)
    assert torch.equal(undo_masks(model)[0].weight, weight)
    permanent = make_permanent(model)
    assert list(permanent.state_dict()) == ["0.weight", "0.bias"]
    sparsifier.squash_mask()  # last: copies of a parametrized layer share the class that this changes
    assert torch.equal(permanent[0].weight, model[0].weight)


@pytest.mark.parametrize("make", [nn.LSTM, nn.GRU, nn.RNN])
def test_recurrent_layers_take_no_attached_masks_and_lose_torchs(make) -> None:
    model = make(3, 4)
    with pytest.raises(InputError, match=rf"'weight_ih_l0' is of an {make.__name__}.*apply_masks"):
        attach_masks(model, {"weight_ih_l0": torch.ones_like(model.weight_ih_l0, dtype=torch.bool)})
    nn.utils.prune.l1_unstructured(model, "weight_ih_l0", 0.5)
    x = torch.randn(2, 1, 3)
    expected = model(x)[0]
    plain = make_permanent(model)
    torch.testing.assert_close(plain(x)[0], expected)
    assert int((plain.weight_ih_l0 == 0).sum()) == plain.weight_ih_l0.numel() // 2
