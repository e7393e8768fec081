"""The small GPT explained: each number of one prediction, from the scores of each head to the next letter."""

from __future__ import annotations

import re

import numpy as np
import pytest

from glassnet.inspection.explanations import NetworkExplanation
from tests.oracles.small_gpt import CONTEXT, FEATURES, HEADS, network, samples
from tests.readings.explain.reader import check
from tests.readings.explain.test_honesty import check_latex

ATTENTION = "transformerblock_1.attention_1"
SIZE = FEATURES // HEADS


@pytest.fixture(scope="module")
def explained() -> tuple[NetworkExplanation, np.ndarray]:
    """(the explanation of one window, what the network says)."""
    net, x = network(), samples()[0][0]
    return net.explain(x), net(x)


def found(e: NetworkExplanation, kind: str, shape: tuple[int, ...]) -> np.ndarray:
    return np.array([e[f"{ATTENTION}.{kind}{list(index)}"].value for index in np.ndindex(*shape)]).reshape(shape)


def test_the_numbers_of_each_head_are_its_formula(
    explained: tuple[NetworkExplanation, np.ndarray],
) -> None:
    e, _ = explained
    by_head = (HEADS, CONTEXT, SIZE)
    query, key, value = (found(e, kind, by_head) for kind in ("query", "key", "value"))
    score, weight = (found(e, kind, (HEADS, CONTEXT, CONTEXT)) for kind in ("score", "weight"))
    np.testing.assert_allclose(score, query @ key.transpose(0, 2, 1) / 2, rtol=1e-12)
    exponentials = np.exp(score) * np.tril(np.ones((CONTEXT, CONTEXT)))
    np.testing.assert_allclose(weight, exponentials / exponentials.sum(axis=-1, keepdims=True), rtol=1e-12)
    np.testing.assert_allclose(found(e, "mixture", by_head), weight @ value, rtol=1e-12, atol=1e-15)


def test_the_lines_of_a_head(explained: tuple[NetworkExplanation, np.ndarray]) -> None:
    """Step 2 looks at steps 0, 1 and 2 by three exponentials, and at step 3 not at all."""
    e, _ = explained
    score, weight, mixture = (e[f"{ATTENTION}.{kind}[1, 2, 1]"] for kind in ("score", "weight", "mixture"))
    assert {child.name.rpartition(".")[2] for child in score.children} == {
        *(f"query[1, 2, {i}]" for i in range(SIZE)),
        *(f"key[1, 1, {i}]" for i in range(SIZE)),
    }
    assert re.fullmatch(
        r".*weight\[1, 2, 1\] = exp\(\S+\) / \(exp\(\S+\) \+ exp\(\S+\) \+ exp\(\S+\)\) ≈ \S+", weight.text
    )
    assert {child.name for child in weight.children} == {f"{ATTENTION}.score[1, 2, {j}]" for j in range(3)}
    assert e[f"{ATTENTION}.weight[1, 2, 3]"].text.endswith(" = 0")
    assert {f"{ATTENTION}.weight[1, 2, {j}]" for j in range(3)} <= {child.name for child in mixture.children}
    assert len(mixture.terms) == 3


def test_every_kind_of_number_has_an_honest_line(
    explained: tuple[NetworkExplanation, np.ndarray],
) -> None:
    e, _ = explained
    random = np.random.default_rng(0)
    kinds: dict[str, list[str]] = {}
    for name in e._forward.by_name:
        kinds.setdefault(re.sub(r"\d+", "#", name), []).append(name)
    assert {
        f"{ATTENTION}.{kind}[#, #, #]".replace("_1", "_#") for kind in ("query", "score", "weight", "mixture")
    } <= set(kinds)
    for names in kinds.values():
        for name in random.choice(names, min(3, len(names)), replace=False).tolist():
            one = e[name]
            assert one.name == name
            check(one)
            check_latex(one)
            for child in one.children:
                assert not child.name or e[child.name].value == child.value


def test_one_prediction_goes_back_to_the_tables(
    explained: tuple[NetworkExplanation, np.ndarray],
) -> None:
    """From the probability of a letter, by the names in the lines, to numbers of both embeddings."""
    net, x = network(), samples()[0][0]
    e, outputs = net.explain(x, whole=True), net(x)
    step, letter = 3, int(outputs[3].argmax())
    waiting, met = [f"softmax(y{step + 1}_{letter + 1})"], set()
    assert e[waiting[0]].value == pytest.approx(outputs[step, letter], rel=1e-12)
    while waiting:
        name = waiting.pop()
        if name and name not in met:
            met.add(name)
            waiting += [child.name for child in e[name].children]
    sums = {tuple(map(int, place)) for name in met for place in re.findall(r"^a(\d+)_(\d+)$", name)}
    assert sums == {(i + 1, k + 1) for i in range(step + 1) for k in range(FEATURES)}, "of what stands before it alone"
    tables = e["a1_1"]
    assert (
        tables.value
        == net.parameters["embedding_1.weights"][x[0], 0] + net.parameters["positionembedding_1.weights"][0, 0]
    )
