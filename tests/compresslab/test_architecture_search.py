"""Evolution under a cap against brute force, and networks whose latencies add up as the table says."""

import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from compresslab.errors import InputError
from compresslab.hardware import machine
from compresslab.latency_table import LatencyTable
from compresslab.search import Study, Trial, all_configurations, load_study
from compresslab.search.architecture import (
    BLOCKS,
    NetworkLatency,
    architecture_space,
    build_network,
    measure_finalists,
    search_architecture,
    table_for,
)
from compresslab.search.evolution import Population, evolve, mutate, ranked

SPACE = {"width": [4, 8, 12, 16], "depth": [1, 2, 3], "bits": [2, 4, 8], "block": ["plain", "thin"]}
CAP = 100.0


def cost(configuration: dict[str, Any]) -> float:
    """From 8 to 384; 100 is enough for half of the configurations."""
    return (
        configuration["width"]
        * configuration["depth"]
        * configuration["bits"]
        / (1 + (configuration["block"] == "thin"))
    )


def fitness(configuration: dict[str, Any]) -> float:
    """With a bump that no setting alone leads to, and no two alike."""
    width, depth, bits = configuration["width"], configuration["depth"], configuration["bits"]
    bump = (width, depth, bits) == (8, 3, 4)
    return math.log(width) + math.sqrt(depth) + bits / 10 + 0.3 * bump - 0.05 * (configuration["block"] == "thin")


def searched(space: dict[str, Any] = SPACE, **settings: Any) -> Study:
    return evolve(fitness, space, cost, **({"cap": CAP, "evaluations": 40} | settings))


def what(study: Study) -> list[tuple[Any, ...]]:
    """All but the seconds."""
    return [(trial.number, trial.configuration, trial.values, trial.error) for trial in study.trials]


def trial(number: int, fit: float | None, price: float = 1.0) -> Trial:
    values = None if fit is None else {"fitness": fit, "cost": price}
    return Trial(number, {"bits": number}, values, None if values else "ValueError: no", 0.0)


# Evolution


@pytest.mark.parametrize("seed", range(5))
def test_what_is_evaluated_is_within_the_cap_and_new(seed: int) -> None:
    asked: list[dict[str, Any]] = []

    def recorded(configuration: dict[str, Any]) -> float:
        asked.append(configuration)
        return fitness(configuration)

    study = evolve(recorded, SPACE, cost, cap=60.0, evaluations=30, seed=seed)
    assert asked == [each.configuration for each in study.trials]
    assert all(cost(configuration) <= 60.0 for configuration in asked)
    assert len({tuple(configuration.values()) for configuration in asked}) == 30
    assert all(
        each.values == {"fitness": fitness(each.configuration), "cost": cost(each.configuration)}
        for each in study.trials
    )


def test_a_cost_of_exactly_the_cap_is_allowed() -> None:
    study = evolve(lambda c: c["width"], {"width": [1, 2, 3]}, lambda c: c["width"], cap=2, evaluations=12)
    assert ranked(study)[0].configuration == {"width": 2}
    assert len(study.trials) == 2


@pytest.mark.parametrize("cap", [8.0, 30.0, CAP, 1000.0])
def test_given_time_it_finds_what_brute_force_finds(cap: float) -> None:
    within = [configuration for configuration in all_configurations(SPACE) if cost(configuration) <= cap]
    study = searched(cap=cap, evaluations=72, population=8)
    assert ranked(study)[0].configuration == max(within, key=fitness)
    assert len(study.trials) == len(within), "it ends where nothing else is within the cap"


def test_it_looks_where_the_fit_ones_are() -> None:
    """In a space of 20,736 with one peak, 150 evaluations come nearer to it than as many draws."""
    space = {f"gene{place}": list(range(12)) for place in range(4)}

    def near(configuration: dict[str, Any]) -> float:
        return -sum((configuration[f"gene{place}"] - 7) ** 2 for place in range(4))

    def reached(evaluations_at_random: int, seed: int) -> float:
        study = evolve(
            near, space, lambda c: 1.0, cap=1.0, evaluations=150, population=evaluations_at_random, seed=seed
        )
        return ranked(study)[0].values["fitness"]

    evolved, drawn = ([reached(first, seed) for seed in range(8)] for first in (12, 150))
    assert np.median(evolved) >= -2 > np.median(drawn)


def test_the_first_members_are_random_and_the_others_differ_from_a_member_in_one_setting() -> None:
    space = {f"gene{place}": list(range(9)) for place in range(5)}  # so large that neighbours are new
    study = evolve(lambda c: c["gene0"], space, lambda c: 1.0, cap=1.0, evaluations=60, population=10, tournament=3)
    for number in range(10, 60):
        child, living = study.trials[number], study.trials[number - 10 : number]
        differences = [
            sum(child.configuration[name] != other.configuration[name] for name in space) for other in living
        ]
        assert min(differences) == 1, "the parent is one of the ten youngest"


def test_it_begins_with_what_is_named_as_far_as_the_cap_allows() -> None:
    def plain(width: int, depth: int) -> dict[str, Any]:
        return {"width": width, "depth": depth, "bits": 4, "block": "plain"}

    first = [plain(8, 3), plain(16, 3), plain(4, 1), plain(8, 3)]  # the second costs 192, the last is known
    study = searched(first=first, evaluations=20, population=4)
    assert [each.configuration for each in study.trials[:2]] == [first[0], first[2]]
    assert first[1] not in [each.configuration for each in study.trials]
    assert what(study) == what(searched(first=first, evaluations=20, population=4))
    many = searched(first=list(all_configurations(SPACE)), evaluations=12, population=2, tournament=2)
    assert len(many.trials) == 12
    for wrong in ({"width": 8}, plain(5, 1), plain(8, 1) | {"more": 1}):
        with pytest.raises(InputError, match="is not of the space"):
            searched(first=[wrong])


def test_mutation_changes_one_setting_to_any_other_value_and_reaches_the_whole_space() -> None:
    random = np.random.default_rng(0)
    lengths = [len(values) for values in SPACE.values()]
    children = {mutate((1, 1, 1, 1), SPACE, random) for _ in range(500)}
    assert children == {
        tuple(value if place == at else 1 for place in range(4))
        for at, length in enumerate(lengths)
        for value in range(length)
        if value != 1
    }
    reached, key = set(), (0, 0, 0, 0)
    for _ in range(3000):
        key = mutate(key, SPACE, random)
        reached.add(key)
    assert len(reached) == math.prod(lengths)


@pytest.mark.parametrize(("mutations", "changed"), [(1, 1), (2, 2), (3, 2)])
def test_mutations_are_of_different_settings_that_can_change(mutations: int, changed: int) -> None:
    space = {"fixed": [8], "width": [4, 8], "depth": [1, 2, 3]}
    for seed in range(20):
        key = mutate((0, 1, 2), space, np.random.default_rng(seed), mutations)
        assert sum(a != b for a, b in zip(key, (0, 1, 2), strict=True)) == changed
        assert key[0] == 0


def test_the_oldest_leaves_and_not_the_worst() -> None:
    population = Population(3)
    left = [population.add(trial(number, fit)) for number, fit in enumerate([9.0, 1.0, 5.0, 4.0, 0.0])]
    assert [each and each.number for each in left] == [None, None, None, 0, 1]
    assert [member.number for member in population.members] == [2, 3, 4]


def test_a_failed_trial_is_no_member() -> None:
    population = Population(1)
    assert population.add(trial(0, 1.0)) is None
    assert population.add(trial(1, None)) is None
    assert [member.number for member in population.members] == [0]


def test_the_parent_is_the_fittest_drawn_then_the_cheapest_then_the_oldest() -> None:
    population = Population(5)
    for number, (fit, price) in enumerate([(1.0, 1.0), (2.0, 3.0), (2.0, 2.0), (2.0, 2.0), (0.0, 0.1)]):
        population.add(trial(number, fit, price))
    random = np.random.default_rng(0)
    assert {population.parent(random, 5).number for _ in range(20)} == {2}
    assert {population.parent(random, 99).number for _ in range(20)} == {2}
    assert {population.parent(random, 1).number for _ in range(200)} == {0, 1, 2, 3, 4}
    assert {population.parent(random, 4).number for _ in range(200)} == {2, 3}  # without the 2 itself, 3 is next
    with pytest.raises(InputError, match="is empty"):
        Population(2).parent(random, 1)


def test_equal_seeds_search_alike_and_others_do_not() -> None:
    assert what(searched(seed=3)) == what(searched(seed=3))
    assert what(searched(seed=3)) != what(searched(seed=4))


def test_a_longer_search_begins_as_the_shorter_one(tmp_path: Path) -> None:
    short = searched(evaluations=15, folder=tmp_path)
    calls = []

    def counted(configuration: dict[str, Any]) -> float:
        calls.append(configuration)
        return fitness(configuration)

    counted.__qualname__, counted.__module__ = fitness.__qualname__, fitness.__module__
    assert what(searched())[:15] == what(short)
    assert what(searched(folder=tmp_path)) == what(searched())
    assert what(load_study(tmp_path)) == what(searched())


def test_a_killed_search_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"""
import os, signal, sys
from pathlib import Path
from compresslab.search.evolution import evolve

folder, deadly = Path(sys.argv[1]), int(sys.argv[2])

def fitness(configuration):
    with open(folder / "calls", "a") as file:
        file.write("x")
    if os.path.getsize(folder / "calls") == deadly:
        os.kill(os.getpid(), signal.{signal.SIGTERM.name})
    return -abs(configuration["a"] - 6) - abs(configuration["b"] - 3)

space = {{"a": list(range(9)), "b": list(range(9))}}
study = evolve(fitness, space, lambda c: c["a"] + c["b"], cap=8, evaluations=25, population=5, folder=folder)
print([(trial.configuration, trial.values) for trial in study.trials])
""")

    def run(folder: str, deadly: int) -> subprocess.CompletedProcess[str]:
        (tmp_path / folder).mkdir(exist_ok=True)
        call = [sys.executable, str(script), str(tmp_path / folder), str(deadly)]
        return subprocess.run(
            call, capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"}
        )

    whole = run("whole", deadly=0)
    assert whole.returncode == 0, whole.stderr
    assert run("killed", deadly=11).returncode == -signal.SIGTERM
    assert len(load_study(tmp_path / "killed").trials) == 10
    assert run("killed", deadly=0).stdout == whole.stdout
    assert (tmp_path / "killed" / "calls").stat().st_size == 26, "only what was under way is computed again"


def test_a_folder_of_another_search_is_refused(tmp_path: Path) -> None:
    searched(evaluations=12, folder=tmp_path)
    for name, value in {"cap": 99.0, "seed": 1, "population": 5, "tournament": 2}.items():
        with pytest.raises(InputError, match=f"another study \\({name} is "):
            searched(evaluations=12, folder=tmp_path, **{name: value})
    with pytest.raises(InputError, match=r"another study \(objective is "):
        evolve(lambda c: 1.0, SPACE, cost, cap=CAP, evaluations=12, folder=tmp_path)


def test_trials_that_fail_are_kept_and_have_no_children() -> None:
    def fragile(configuration: dict[str, Any]) -> float:
        if configuration["depth"] == 2:
            raise ValueError("too deep")
        return math.nan if configuration["bits"] == 2 else fitness(configuration)

    study = evolve(fragile, SPACE, cost, cap=1000.0, evaluations=72)
    failed = {each.configuration["depth"]: each.error for each in study.trials if each.failed}
    assert failed[2] == "ValueError: too deep"
    assert failed[1] == "fitness is nan"
    assert len(study.finished) == 2 * 2 * 4 * 2
    assert all(each.configuration["depth"] != 2 and each.configuration["bits"] != 2 for each in study.finished)


def test_where_all_fail_the_search_ends_and_says_why() -> None:
    study = evolve(lambda c: 1 / 0, SPACE, cost, cap=1000.0, evaluations=20)
    assert len(study.trials) == 20
    with pytest.raises(InputError, match="none of 20 trials finished; the first one: ZeroDivisionError"):
        ranked(study)


def test_one_configuration_is_a_search_too() -> None:
    space = {"width": [8], "depth": [1], "bits": [4], "block": ["plain"]}
    assert len(searched(space).trials) == 1
    with pytest.raises(InputError, match="nothing to change"):
        mutate((0, 0, 0, 0), space, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cap": 1.0}, "cap=1.0 is below the cost of all"),
        ({"cap": -1.0}, "cap=-1.0 must be a positive"),
        ({"cap": math.nan}, "cap=nan must be"),
        ({"evaluations": 0}, "evaluations=0 must be"),
        ({"evaluations": 5}, "population=12 must be a whole number from 1 to 5"),
        ({"population": 0}, "population=0 must be"),
        ({"tournament": 13}, "tournament=13 must be a whole number from 1 to 12"),
        ({"seed": -1}, "seed=-1 must be"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        searched(**settings)


def test_a_space_a_cost_and_a_fitness_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="the space is empty"):
        searched({})
    with pytest.raises(InputError, match="cost is nan for"):
        evolve(fitness, SPACE, lambda c: math.nan, cap=CAP, evaluations=12)
    with pytest.raises(InputError, match="no numbers"):
        evolve(lambda c: "good", SPACE, cost, cap=CAP, evaluations=12)  # type: ignore[arg-type,return-value]


# Networks


TINY = architecture_space([(4, 8), (8, 12), (8,), (8,)], depths=(1, 3))
EXAMPLE = torch.zeros(1, 3, 8, 8)


def plan(block: Any, width: Any, depth: Any) -> dict[str, Any]:
    settings = {"block": block, "width": width, "depth": depth}
    return {f"{name}{place + 1}": each[place] for place in range(4) for name, each in settings.items()}


def drawn(space: dict[str, Any], seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    return {name: values[random.integers(len(values))] for name, values in space.items()}


@pytest.fixture(scope="module")
def table() -> LatencyTable:
    return table_for(TINY, EXAMPLE, rounds=2)


def test_the_space_has_every_choice_of_every_stage() -> None:
    assert math.prod(map(len, TINY.values())) == (3 * 2) ** 4 * 2 * 2
    assert TINY["block3"] == BLOCKS


def test_residual_blocks_at_resnet18s_plan_are_resnet18() -> None:
    from compresslab.models import resnet18

    ours, theirs = build_network(plan(["residual"] * 4, (4, 8, 16, 32), (2,) * 4)), resnet18(width=4)
    assert [p.shape for p in ours.parameters()] == [p.shape for p in theirs.parameters()]
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    images = torch.randn(2, 3, 16, 16)
    torch.testing.assert_close(ours.eval()(images), theirs.eval()(images))


@pytest.mark.parametrize("block", BLOCKS)
def test_networks_have_the_depth_the_width_and_the_block_that_are_asked_for(block: str) -> None:
    network = build_network(plan([block] * 4, (4, 8, 12, 16), (1, 2, 3, 1)), channels=1, classes=7)
    assert [name for name, _ in network.named_children()][1:-1] == [
        f"stage{stage}_block{place}"
        for stage, depth in enumerate((1, 2, 3, 1), start=1)
        for place in range(1, depth + 1)
    ]
    assert len({type(part) for part in list(network)[1:-1]}) == 1
    x, sizes = torch.randn(2, 1, 16, 16), []
    for part in network:
        x = part(x)
        sizes.append(tuple(x.shape[1:]))
    assert sizes == [(4, 16, 16)] * 2 + [(8, 8, 8)] * 2 + [(12, 4, 4)] * 3 + [(16, 2, 2), (7,)]
    depthwise = [each for each in network.modules() if isinstance(each, nn.Conv2d) and each.groups > 1]
    assert bool(depthwise) == (block == "separable")


def test_weights_are_drawn_so_that_each_filter_keeps_its_scale() -> None:
    torch.manual_seed(0)
    network = build_network(plan(["separable"] * 4, (64, 64, 64, 64), (1,) * 4))
    depthwise = network.get_submodule("stage1_block1.depthwise.0").weight
    assert depthwise.std().item() == pytest.approx(math.sqrt(2 / 9), rel=0.1)


def test_the_table_has_all_operations_of_the_space_and_parts_add_up_to_the_whole(table: LatencyTable) -> None:
    latency = NetworkLatency(table, EXAMPLE)
    for seed in range(4):
        configuration = drawn(TINY, seed)
        whole = table.estimate(build_network(configuration).eval(), EXAMPLE)
        assert latency(configuration) == pytest.approx(whole, rel=1e-9)
    for configuration in list(all_configurations(TINY))[:: 5184 // 40]:
        latency(configuration)  # raises where an operation is missing


def test_a_part_is_looked_up_once(table: LatencyTable, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    latency = NetworkLatency(table, EXAMPLE)
    monkeypatch.setattr(LatencyTable, "estimate", lambda self, part, x: asked.append(repr(part)) or 1.0)
    for _ in range(3):
        latency(plan(["residual"] * 4, (8, 8, 8, 8), (3,) * 4))
    assert len(asked) == 1 + 1 + 2 + 2 + 2 + 1, "stem, stages of equal or of two kinds of blocks, head"


def test_the_same_block_at_another_size_is_another_part(table: LatencyTable) -> None:
    latency = NetworkLatency(table, EXAMPLE)
    same = plan(["separable"] * 4, (8, 8, 8, 8), (3,) * 4)
    latency(same)
    assert len({shape for _, shape in latency._parts}) > 4


def test_a_search_for_networks_keeps_the_cap_and_seeds_the_weights(table: LatencyTable) -> None:
    latency = NetworkLatency(table, EXAMPLE)
    costs = sorted(latency(drawn(TINY, seed)) for seed in range(20))
    weights: dict[str, torch.Tensor] = {}

    def accuracy(network: nn.Module) -> float:
        first = next(network.parameters()).detach()
        assert torch.equal(weights.setdefault(repr(network), first), first)
        return float(sum(parameter.numel() for parameter in network.parameters()))

    before = torch.random.get_rng_state()
    call: dict[str, Any] = {"cap_seconds": costs[10], "evaluations": 12, "population": 4, "seed": 2}
    study = search_architecture(accuracy, TINY, latency, **call)
    again = search_architecture(accuracy, TINY, latency, **call)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert what(study) == what(again)
    assert all(each.values["cost"] <= costs[10] for each in study.finished)


def test_a_kept_search_of_networks_goes_on_in_another_process(table: LatencyTable, tmp_path: Path) -> None:
    call: dict[str, Any] = {"cap_seconds": 1.0, "population": 3, "tournament": 2, "folder": tmp_path}
    first = search_architecture(_size, TINY, NetworkLatency(table, EXAMPLE), evaluations=4, **call)
    second = search_architecture(_size, TINY, NetworkLatency(table, EXAMPLE), evaluations=8, **call)
    assert what(second)[:4] == what(first)
    other = LatencyTable(table.seconds, table.intercept_seconds, 2 * table.slope, table.machine)
    with pytest.raises(InputError, match="another study"):
        search_architecture(_size, TINY, NetworkLatency(other, EXAMPLE), evaluations=8, **call)


def _size(network: nn.Module) -> float:
    return float(sum(parameter.numel() for parameter in network.parameters()))


def test_finalists_are_the_fittest_in_order_and_are_timed_beside_others() -> None:
    configurations = [drawn(TINY, seed) for seed in range(4)]
    fits = (0.5, 0.9, 0.9, 0.1)
    trials = tuple(
        Trial(number, configuration, {"fitness": fit, "cost": 4.0 - number}, None, 0.0)
        for number, (configuration, fit) in enumerate(zip(configurations, fits, strict=True))
    )
    study = Study(trials, {"fitness": "max", "cost": "min"}, {})
    beside = {"cap": nn.Flatten().eval()}
    finalists, measured = measure_finalists(study, EXAMPLE, count=3, beside=beside, rounds=3)
    assert [found.trial.number for found in finalists] == [2, 1, 0]
    assert set(measured.timings) == {"trial 0", "trial 1", "trial 2", "cap"}
    for found in finalists:
        milliseconds = measured.timings[f"trial {found.trial.number}"].latency_ms(50)
        assert found.measured_seconds == pytest.approx(milliseconds / 1e3)
    everything, _ = measure_finalists(study, EXAMPLE, count=9, rounds=2)
    assert len(everything) == 4


def test_bad_spaces_and_configurations_are_refused() -> None:
    with pytest.raises(InputError, match="3 stages: give the choices of 4"):
        architecture_space([(4,)] * 3)
    with pytest.raises(InputError, match="block='dense' is not known"):
        architecture_space(blocks=["dense"])  # type: ignore[list-item]
    with pytest.raises(InputError, match="width=0 must be"):
        architecture_space([(4,), (0,), (4,), (4,)])
    with pytest.raises(InputError, match="depth=0 must be"):
        architecture_space(depths=[0])
    configuration = plan(["residual"] * 4, (4,) * 4, (1,) * 4)
    with pytest.raises(InputError, match="width2 is missing"):
        build_network({name: value for name, value in configuration.items() if name != "width2"})
    with pytest.raises(InputError, match="block1='dense' is not known"):
        build_network(configuration | {"block1": "dense"})
    with pytest.raises(InputError, match=r"depth4=1.5 must be"):
        build_network(configuration | {"depth4": 1.5})


def test_a_table_without_the_operations_says_which_is_missing() -> None:
    empty = LatencyTable({"relu": 1.0}, 0.0, 1.0, machine(1))
    with pytest.raises(InputError, match="the table has no conv2d"):
        NetworkLatency(empty, EXAMPLE)(drawn(TINY, 0))
