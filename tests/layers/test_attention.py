"""Attention: what its formula says by hand, what a mask forbids, and what is said of what does not fit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.layers.attention import Attention

NAMES = ("query", "key", "value", "output")


def by_hand(net: gn.Network, x: np.ndarray, heads: int, allowed: np.ndarray) -> np.ndarray:
    """Number by number, as the paper has it; ``allowed[i, j]`` says whether step i may look at step j."""
    p = {name.rpartition(".")[2]: array for name, array in net.parameters.items()}
    q, k, v = (x @ p[f"{name}_weights"] + p.get(f"{name}_biases", 0) for name in NAMES[:3])
    size = x.shape[-1] // heads
    mixed = np.zeros_like(x)
    for head in range(heads):
        part = slice(head * size, (head + 1) * size)
        for i in range(len(x)):
            seen = np.flatnonzero(allowed[i])
            e = np.exp([q[i, part] @ k[j, part] / np.sqrt(size) for j in seen])
            mixed[i, part] = sum(w * v[j, part] for w, j in zip(e / e.sum(), seen, strict=True))
    return np.asarray(mixed @ p["output_weights"] + p.get("output_biases", 0))


@st.composite
def attentions(draw: st.DrawFn) -> tuple[Attention, int, int, np.ndarray]:
    """(layer, steps, features, who may look at whom)."""
    heads, size, steps = (draw(st.integers(1, most)) for most in (3, 3, 5))
    causal, biases = draw(st.booleans()), draw(st.sampled_from(["normal", None]))
    allowed = np.tril(np.ones((steps, steps))) if causal else np.ones((steps, steps))
    mask = None
    if draw(st.booleans()):
        random = np.random.default_rng(draw(st.integers(0, 99)))
        mask = np.maximum(random.integers(0, 2, (steps, steps)), np.eye(steps))  # each at least at itself
        allowed = allowed * mask
    return Attention(heads, causal, biases=biases, mask=mask), steps, heads * size, allowed


@settings(max_examples=40, deadline=None)
@given(attentions(), st.integers(0, 2**32))
def test_it_is_its_formula(drawn: tuple[Attention, int, int, np.ndarray], seed: int) -> None:
    layer, steps, features, allowed = drawn
    net = gn.Network((steps, features), layer, dtype="float64", seed=seed)
    x = np.random.default_rng(seed).normal(size=(steps, features))
    np.testing.assert_allclose(net(x), by_hand(net, x, layer.heads, allowed), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("layer", [gn.Attention(2, causal=True), gn.Attention(2, causal=True, rotary=True),
                                   gn.TransformerBlock(2, 8, causal=True)], ids=repr)  # fmt: skip
def test_what_comes_later_changes_nothing_before(layer: gn.Layer) -> None:
    net = gn.Network((5, 4), layer, dtype="float64")
    x = np.random.default_rng(0).normal(size=(5, 4))
    changed = x.copy()
    changed[3:] += 1
    np.testing.assert_array_equal(net(x)[:3], net(changed)[:3])
    assert (net(x)[3:] != net(changed)[3:]).all()


def test_without_positions_the_order_does_not_matter() -> None:
    net = gn.Network((4, 6), gn.Attention(3), dtype="float64")
    x, order = np.random.default_rng(1).normal(size=(4, 6)), [2, 0, 3, 1]
    np.testing.assert_allclose(net(x[order]), net(x)[order], rtol=1e-12)
    turned = gn.Network((4, 6), gn.Attention(3, rotary=True), dtype="float64")
    assert not np.allclose(turned(x[order]), turned(x)[order])


def test_rotary_scores_depend_on_the_distance_alone() -> None:
    """The same two steps, further to the right: equal scores."""
    net = gn.Network((6, 4), gn.Attention(1, rotary=True), dtype="float64")
    a, b = np.random.default_rng(2).normal(size=(2, 4))
    rest = np.zeros((6, 4))
    early, late = rest.copy(), rest.copy()
    early[[0, 2]], late[[3, 5]] = (a, b), (a, b)
    score = "attention_1.score"
    before, after = net.explain(early)[f"{score}[2, 0]"].value, net.explain(late)[f"{score}[5, 3]"].value
    assert before == pytest.approx(after, rel=1e-12)
    assert before != pytest.approx(net.explain(early)[f"{score}[0, 2]"].value, rel=1e-3)


def test_both_engines_train_alike() -> None:
    x = np.random.default_rng(0).integers(0, 7, (40, 6))
    y = np.roll(x, 1, axis=1)
    layers = (gn.Embedding(7, 8), gn.PositionEmbedding(6), gn.TransformerBlock(2, 16, causal=True), gn.RMSNorm())
    losses = []
    for engine in ("numpy", "compiled"):
        net = gn.Network(6, *layers, gn.Unembedding("embedding_1", "softmax"), dtype="float64")
        losses.append(net.fit(x, y, epochs=3, batch_size=16, engine=engine)["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-10)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mask", [0.0, -1, np.float32(0.5)])
def test_padding_is_as_if_it_were_not_there(mask: float, causal: bool) -> None:
    net = gn.Network((None, 4), gn.Attention(2, causal, mask=mask, biases="normal"), dtype="float64", seed=3)
    x, there = np.random.default_rng(0).normal(size=(5, 4)), np.array([True, False, True, True, False])
    x[~there] = float(mask)
    x[0, :3] = float(mask)  # not all of the step: it is there
    [weights] = gn.drawing.attention_weights(net, x).values()
    assert not weights[..., ~there].any()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-12)
    allowed = np.tril(np.ones((5, 5))) * there if causal else np.ones((5, 5)) * there
    np.testing.assert_allclose(net(x), by_hand(net, x, 2, allowed), rtol=1e-10)
    np.testing.assert_allclose(net(x)[there], net(x[there]), rtol=1e-10)
    assert net.explain(x)["attention_1.weight[0, 2, 1]"].value == 0


def test_where_there_is_padding_alone_nothing_is_found() -> None:
    net = gn.Network((3, 2), gn.Attention(mask=0.0, biases="normal"), dtype="float64", seed=1)
    x, biases = np.zeros((3, 2)), net.parameters["attention_1.output_biases"]
    np.testing.assert_array_equal(net(x), [biases] * 3)
    assert all(np.isfinite(gradient).all() for gradient in net.gradients([x], [x]).values())


def test_a_step_that_looks_at_another_sequence_passes_over_its_padding() -> None:
    net = gn.Network((5, 2), gn.CrossAttention(gn.Crop(3), gn.Crop(0, 2), gn.Attention(mask=0.0)), dtype="float64")
    x = np.random.default_rng(2).normal(size=(5, 2))
    x[1] = x[4] = 0
    [weights] = gn.drawing.attention_weights(net, x).values()
    assert (weights > 0).tolist() == [[[True, False, True]] * 2]


def test_both_engines_pass_over_padding(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(40, 6, 4)) * (random.random((40, 6, 1)) > 0.4)
    results = []
    for engine in ("numpy", "compiled"):
        net = gn.Network((6, 4), gn.Attention(2, mask=0.0), gn.GRU(3), gn.Dense(1), dtype="float64")
        results.append(net.fit(x, x.sum((1, 2)), epochs=3, batch_size=16, engine=engine)["loss"])
    np.testing.assert_allclose(*results, rtol=1e-10)
    net.save(tmp_path / "net.safetensors")
    assert gn.load(tmp_path / "net.safetensors").root == net.root


def test_it_is_saved_with_all_its_settings(tmp_path: Path) -> None:
    layers = (
        gn.Attention(2, mask=np.tril(np.ones((3, 3))), key_weights=np.eye(4), biases=None, rotary=True),
        gn.PositionEmbedding(5, "sinusoidal"),
        gn.TransformerBlock(2, 6, causal=True, norm=gn.RMSNorm(scale=None), activation=gn.LeakyRelu(0.2), dropout=0.1),
    )
    net = gn.Network((3, 4), *layers)
    net.save(tmp_path / "net.safetensors")
    loaded = gn.load(tmp_path / "net.safetensors")
    assert loaded.root == net.root
    x = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_array_equal(loaded(x), net(x))


def test_a_block_is_frozen_whole() -> None:
    net = gn.Network((3, 4), gn.TransformerBlock(2, 6), gn.Dense(1))
    x, before = np.random.default_rng(0).normal(size=(8, 3, 4)), net.parameters.copy()
    net.freeze("transformerblock_1")
    net.fit(x, x[..., :1], epochs=2)
    same = {name: bool((net.parameters[name] == before[name]).all()) for name in before}
    assert all(is_same == name.startswith("transformerblock_1") for name, is_same in same.items())
    with pytest.raises(gn.GlassnetError, match="freeze 'transformerblock_1' whole"):
        net.freeze("transformerblock_1.attention_1")


def test_dropout_of_a_block_is_in_training_alone() -> None:
    net = gn.Network((3, 4), gn.TransformerBlock(2, 6, dropout=0.5), seed=1)
    plain = gn.Network((3, 4), gn.TransformerBlock(2, 6), seed=1)
    x = np.random.default_rng(0).normal(size=(8, 3, 4))
    np.testing.assert_array_equal(net(x), plain(x))
    assert net.train_on_batch(x, x) != plain.train_on_batch(x, x)


def test_tied_tables_learn_from_both_ends() -> None:
    net = gn.Network(2, gn.Embedding(5, 3), gn.Unembedding("embedding_1", "softmax", biases="zeros"), dtype="float64")
    gradient = net.gradients([[0, 1]], [[1, 2]])["embedding_1.weights"]
    assert gradient.all(), "entries that were not looked up are scored all the same"
    assert list(net.parameters) == ["embedding_1.weights", "unembedding_1.biases"]
    assert gn.check_gradients(net, [[0, 1]], [[1, 2]]).largest < 1e-7


@pytest.mark.parametrize(
    ("inputs", "layers", "words"),
    [
        ((3, 4), [gn.Attention(3)], "Attention 'attention_1' cannot divide 4 features of each step into 3 heads"),
        (4, [gn.Attention(2)], r"Attention 'attention_1' expects a sequence, numbers of shape \(steps, features\)"),
        ((3, 4, 2), [gn.Attention(2)], r"expects a sequence"),
        ((3, 4), [gn.Attention(2, mask=[[1]])], r"expects a mask of shape \(3, 3\), got \(1, 1\)"),
        ((2, 4), [gn.Attention(2, mask=[[1, 1], [0, 0]])], "step 1 may look at nothing; allow it one step"),
        ((3, 4), [gn.Attention(4, rotary=True)], "rotary positions turn pairs of numbers, and each head has 1"),
        (
            (3, 4),
            [gn.Attention(2, key_weights=[[1, 2]])],
            r"the given values have the shape \(1, 2\), expected \(4, 4\)",
        ),
        ((3, 4), [gn.PositionEmbedding(2)], "has 2 positions, and the sequence is longer: 3 steps; write Position"),
        (4, [gn.PositionEmbedding(9)], "PositionEmbedding 'positionembedding_1' expects a sequence"),
        ((3, 4), [gn.TransformerBlock(3, 5)], "cannot divide 4 features of each step into 3 heads"),
        (4, [gn.TransformerBlock(2, 5)], "TransformerBlock 'transformerblock_1' expects a sequence"),
        ((3, 4), [gn.Unembedding("embedding_1")], "Unembedding 'unembedding_1' needs an Embedding before it"),
        (3, [gn.Embedding(5, 4, name="words"), gn.Unembedding("word")], "no embedding 'word'; did you mean 'words'"),
        ((9000, 1), [gn.Attention(causal=True)], "would need 1 × 9000 × 9000 numbers; take fewer steps"),
        ((2**24, 8), [gn.PositionEmbedding(2**24, "sinusoidal")], "would need 16777216 × 8 numbers; take fewer steps"),
        (3, [gn.Embedding(5, 4), gn.Dense(3), gn.Unembedding("embedding_1")], "expects 4 numbers along its last axis"),
    ],
)
def test_what_does_not_fit_is_said(inputs: Any, layers: list[gn.Layer], words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        gn.Network(inputs, *layers)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.Attention(0), "the number of heads of Attention must be a whole number of at least 1, got 0"),
        (lambda: gn.Attention(causal="no"), "causal of Attention must be True or False, got 'no'"),
        (lambda: gn.Attention(mask=[[1, 2], [0, 1]]), "the mask must be rows of 0 and 1"),
        (lambda: gn.Attention(mask=[[1], [0, 1]]), "the mask must be rows of 0 and 1 of equal length"),
        (
            lambda: gn.Attention(mask=True),
            "the mask of Attention must be a number, at least .*, got True",
        ),
        (lambda: gn.Attention(mask=np.nan), "the mask of Attention must be a number"),
        (
            lambda: gn.TransformerBlock(1, 2, mask=0.0),
            "the mask of TransformerBlock is rows of 0 and 1, got 0.0: after",
        ),
        (lambda: gn.Attention(num_heads=2), "there is no setting 'num_heads'; here it is 'heads'"),
        (lambda: gn.TransformerBlock(4), "TransformerBlock needs hidden"),
        (lambda: gn.TransformerBlock(4, 8, norm="layer norm"), "the norm of TransformerBlock must be a layer"),
        (lambda: gn.TransformerBlock(4, 8, dropout=1.0), "the dropout of TransformerBlock must be a number"),
        (lambda: gn.TransformerBlock(4, dim_feedforward=8), "here it is 'hidden'"),
        (lambda: gn.PositionEmbedding(4, "rotary"), r"gn.Attention\(heads, rotary=True\)"),
        (lambda: gn.PositionEmbedding(4, "sinus"), "no scheme of position embedding 'sinus'; did you mean 'sinus"),
        (lambda: gn.RMSNorm(-1), "the epsilon of RMSNorm must be a number, at least 0, got -1"),
        (lambda: gn.MultiHeadAttention, "here it is gn.Attention"),
        (lambda: gn.RMSNormalization, "here it is gn.RMSNorm"),
    ],
)
def test_settings_that_make_no_sense(make: Any, words: str) -> None:
    with pytest.raises((gn.GlassnetError, AttributeError), match=words):
        make()
