"""What changed between two models' answers: counts by loops, scikit-learn, SciPy and hypothesis."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy
from sklearn.metrics import cohen_kappa_score, matthews_corrcoef, roc_auc_score

from compresslab.errors import InputError
from compresslab.evaluation import (
    agreement,
    answer_when_sure,
    auroc,
    churn,
    critical_failures,
    error_consistency,
    error_correlation,
    exemplars,
    kl_divergence,
    lost_log_probability,
    outlier_score,
    top_k_overlap,
)


def draw(n: int = 200, classes: int = 6, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, classes, (n,), generator=random)
    shared = torch.randn(n, classes, generator=random) + 2.5 * torch.nn.functional.one_hot(labels, classes)
    first, second = (shared + 0.8 * torch.randn(n, classes, generator=random) for _ in range(2))
    return first, second, labels


def test_churn_counts_as_a_loop_does() -> None:
    before, after, labels = draw()
    kinds: Counter[str] = Counter()
    for a, b, label in zip(before.argmax(1).tolist(), after.argmax(1).tolist(), labels.tolist(), strict=True):
        kinds[{(True, True): "right", (False, False): "wrong", (False, True): "fixed", (True, False): "broken"}[
            (a == label, b == label)
        ]] += 1  # fmt: skip
        kinds["changed"] += a != b
    found = churn(before, after, labels)
    assert found.both_right == kinds["right"] > 0
    assert found.both_wrong == kinds["wrong"] > 0
    assert (found.fixed, found.broken, found.changed) == (kinds["fixed"], kinds["broken"], kinds["changed"])
    assert found.n == 200
    assert found.rate == pytest.approx(1 - agreement(before, after))
    assert found.wrong_otherwise == found.changed - found.fixed - found.broken > 0


def test_divergence_is_scipys() -> None:
    before, after, _ = draw()
    expected = entropy(before.double().softmax(1), after.double().softmax(1), axis=1)
    assert kl_divergence(before, after).numpy() == pytest.approx(expected, rel=1e-9)


def test_divergence_of_a_model_from_itself_is_zero_also_for_sure_ones() -> None:
    logits = 400 * draw()[0]
    assert (kl_divergence(logits, logits) == 0).all()
    assert kl_divergence(logits, -logits).isfinite().all()
    assert (kl_divergence(logits, logits + 7) < 1e-9).all()  # a shift of all classes is no change


@given(st.integers(1, 6), st.integers(0, 50))
def test_overlap_is_that_of_sets(k, seed) -> None:
    before, after, _ = draw(20, seed=seed)
    sets = ([set(np.argsort(-row, kind="stable")[:k].tolist()) for row in z.numpy()] for z in (before, after))
    assert top_k_overlap(before, after, k).tolist() == pytest.approx(
        [len(a & b) / k for a, b in zip(*sets, strict=True)]
    )


def test_overlap_of_all_classes_is_complete_and_of_one_is_agreement() -> None:
    before, after, _ = draw()
    assert (top_k_overlap(before, after, 6) == 1).all()
    assert float(top_k_overlap(before, after, 1).mean()) == pytest.approx(agreement(before, after))
    with pytest.raises(InputError, match="k=7"):
        top_k_overlap(before, after, 7)


def test_ties_are_the_same_in_both() -> None:
    zeros = torch.zeros(3, 50)
    assert (top_k_overlap(zeros, zeros.clone(), 5) == 1).all()
    raised = zeros.clone()
    raised[:, :5] = 1
    assert (top_k_overlap(zeros, raised, 5) == 1).all()


def test_lost_probability_is_that_of_the_label() -> None:
    before, after, labels = draw()
    rows = np.arange(200)
    p, q = (z.double().softmax(1).numpy()[rows, labels.numpy()] for z in (before, after))
    assert lost_log_probability(before, after, labels).numpy() == pytest.approx(np.log(p / q))


def test_correlation_and_consistency_are_scikit_learns() -> None:
    before, after, labels = draw()
    a, b = ((z.argmax(1) == labels).numpy() for z in (before, after))
    assert error_correlation(a, b) == pytest.approx(matthews_corrcoef(a, b))
    assert error_consistency(a, b) == pytest.approx(cohen_kappa_score(a, b))
    assert error_consistency(a, a) == error_correlation(a, a) == pytest.approx(1)


def test_errors_that_do_not_vary_do_not_correlate() -> None:
    with pytest.raises(InputError, match="correct_a is True for every sample"):
        error_correlation([True, True], [True, False])
    with pytest.raises(InputError, match="right on every sample"):
        error_consistency([True, True], [True, True])


def test_exemplars_are_where_the_commonest_answers_differ() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 4, (7, 100)), rng.integers(0, 4, (5, 100))
    expected = [
        min(Counter(b).items(), key=lambda kv: (-kv[1], kv[0]))[0]
        != min(Counter(a).items(), key=lambda kv: (-kv[1], kv[0]))[0]
        for b, a in zip(before.T.tolist(), after.T.tolist(), strict=True)
    ]
    found = exemplars(torch.from_numpy(before), torch.from_numpy(after))
    assert found.tolist() == expected
    assert 0 < sum(expected) < 100


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (torch.zeros(3, 4), torch.zeros(3, 4, dtype=torch.int64), "original_answers"),
        (
            torch.zeros(3, 4, dtype=torch.int64),
            torch.zeros(3, 5, dtype=torch.int64),
            "4 images and the compressed ones 5",
        ),
        (torch.zeros(4, dtype=torch.int64), torch.zeros(4, dtype=torch.int64), "original_answers"),
        (torch.full((1, 4), -1), torch.zeros(1, 4, dtype=torch.int64), "holds -1"),
    ],
)
def test_exemplars_refuses(before, after, message) -> None:
    with pytest.raises(InputError, match=message):
        exemplars(before, after)


def test_critical_failures_are_broken_and_sure_the_surest_first() -> None:
    before, after, labels = draw()
    p, q = before.double().softmax(1), after.double().softmax(1)
    expected = [
        i for i in range(200) if p[i].argmax() == labels[i] and q[i].argmax() != labels[i] and q[i].max() >= 0.6
    ]
    found = critical_failures(before, after, labels, confidence=0.6)
    assert sorted(f.index for f in found) == expected != []
    sure = [f.compressed_confidence for f in found]
    assert sure == sorted(sure, reverse=True)
    for f in found:
        assert f.label == labels[f.index]
        assert f.answer == q[f.index].argmax()
        assert f.original_confidence == pytest.approx(float(p[f.index, f.label]))
        assert f.compressed_confidence == pytest.approx(float(q[f.index, f.answer]))
    assert len(critical_failures(before, after, labels, confidence=0)) == churn(before, after, labels).broken


def test_answers_when_sure_trade_coverage_for_accuracy() -> None:
    before, after, labels = draw(1000)
    everything = answer_when_sure(before, after, labels, 0)
    assert (everything.coverage, everything.right) == (1, int((after.argmax(1) == labels).sum()))
    assert everything.agreement == pytest.approx(agreement(before, after))
    sure = answer_when_sure(before, after, labels, 0.9)
    assert sure.coverage < 0.9
    assert sure.accuracy > everything.accuracy
    assert sure.agreement > everything.agreement
    nothing = answer_when_sure(before, after / 100, labels, 1.0)
    assert (nothing.accuracy, nothing.agreement) == (None, None)


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=30),
    st.lists(st.integers(0, 5), min_size=1, max_size=30),
)
def test_auroc_is_scikit_learns_with_ties(known, unknown) -> None:
    expected = roc_auc_score([0] * len(known) + [1] * len(unknown), known + unknown)
    assert auroc(known, unknown) == pytest.approx(expected)


def test_scores_are_what_they_are_called_and_rise_with_strangeness() -> None:
    logits = draw()[0]
    p = logits.double().softmax(1).numpy()
    assert outlier_score(logits, "max_softmax").numpy() == pytest.approx(1 - p.max(1))
    assert outlier_score(logits, "entropy").numpy() == pytest.approx(entropy(p, axis=1))
    assert outlier_score(logits, "energy").numpy() == pytest.approx(-np.log(np.exp(logits.double().numpy()).sum(1)))
    for score in ("max_softmax", "entropy", "energy"):
        assert auroc(outlier_score(3 * logits, score), outlier_score(torch.randn(200, 6) / 10, score)) > 0.9


def test_sure_logits_give_finite_scores() -> None:
    assert outlier_score(torch.tensor([[1e4, 0.0, -1e4]]), "entropy").tolist() == [0.0]


@pytest.mark.parametrize("known", [[], [float("nan")], [[1.0]]])
def test_auroc_refuses_what_are_no_scores(known) -> None:
    with pytest.raises(InputError, match="known"):
        auroc(known, [1.0])


def test_logits_of_other_shapes_and_nan_are_refused_everywhere() -> None:
    before, after, labels = draw()
    for function in (churn, lost_log_probability, critical_failures):
        with pytest.raises(InputError, match="shapes"):
            function(before, after[:, :5], labels)
        with pytest.raises(InputError, match="second logits hold NaN"):
            function(before, after.log(), labels)
        with pytest.raises(InputError, match="labels"):
            function(before, after, labels[:-1])


def test_a_confidence_that_is_the_threshold_reaches_it() -> None:
    before, after, labels = torch.tensor([[0.0, 9.0]]), torch.zeros(1, 2), torch.tensor([1])
    assert answer_when_sure(before, after, labels, 0.5).coverage == 1
    assert answer_when_sure(before, after, labels, 0.51).coverage == 0
    assert len(critical_failures(before, after, labels, confidence=0.5)) == 1
    assert critical_failures(before, after, labels, confidence=0.51) == ()
