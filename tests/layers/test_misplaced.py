"""What is written in the wrong place, or with arguments that are not taken: each is answered with what was meant."""

import inspect
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import glassnet as gn


@gn.activation
def misplaced_cube(x: Any) -> Any:
    return x**3


def plain_function(x: Any) -> Any:
    return x


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.Linear(3), "Linear is an activation function, not a layer; for a layer of 3 units without "
                               "activation, write gn.Dense(3)"),
        (lambda: gn.Relu(3), "Relu is an activation function, not a layer; for a layer of 3 units with it, write "
                             "gn.Dense(3, 'relu')"),
        (lambda: gn.Softmax(units=10), "write gn.Dense(10, 'softmax')"),
        (lambda: gn.LeakyRelu(64, 0.1), "LeakyRelu is an activation function, not a layer; for a layer of 64 units"),
        (lambda: gn.LeakyRelu(slop=0.1), "there is no setting 'slop'; did you mean 'slope'? There are: slope"),
        (lambda: gn.Dense(), "Dense needs units: write Dense(units=…)"),
        (lambda: gn.Embedding(), "Embedding needs entries and units: write Embedding(entries=…, units=…)"),
        (lambda: gn.Embedding(5), "Embedding needs units: write Embedding(units=…)"),
        (lambda: gn.Dense(3, activaton="relu"), "Dense: there is no setting 'activaton'; did you mean 'activation'?"),
        (lambda: gn.Dense(3, use_bias=False), "there is no setting 'use_bias'; here it is 'biases'"),
        (lambda: gn.Dense(3, kernel_initializer="zeros"), "here it is 'weights'"),
        (lambda: gn.Dense(3, units=4), "Dense is given units twice: 3 and units=4"),
        (lambda: gn.Dense(*range(9)), "Dense is given 9 values in order, and takes 7: units, activation, weights,"),
        (lambda: gn.Identity(3), "Identity is given 1 value in order, and takes 0"),
        (lambda: gn.Adam(lr=0.1), "Adam: there is no setting 'lr'; here it is 'learning_rate'"),
        (lambda: gn.SGD(0.1, momentun=0.9), "did you mean 'momentum'?"),
        (lambda: gn.Huber(0.1, 0.2), "Huber is given 2 values in order, and takes 1: delta"),
        (lambda: gn.Normal(sigma=1), "Normal: there is no setting 'sigma'. There are: deviation, mean"),
        (lambda: gn.Penalty(L2=0.1), "did you mean 'l2'?"),
        (lambda: gn.CosineDecay(), "CosineDecay needs"),
        (lambda: gn.Sequential(gn.Dense(3), foo=1), "Sequential has no field 'foo'"),
        (lambda: gn.Network(2, gn.Dense(1), optimizer="adam"), "optimizer is no setting of a network; training"),
        (lambda: gn.Network(2, gn.Dense(1), sed=1), "Network: there is no setting 'sed'; did you mean 'seed'?"),
        (lambda: gn.Network(), "a network begins with its number of inputs"),
        (lambda: gn.Network(inputs=2), "a network needs at least one layer"),
        # in a layer's place
        (lambda: gn.Network(2, gn.Relu()), "a network is made of layers: Relu() is an activation function; as a layer "
                                           "of its own, write gn.Activation('relu')"),
        (lambda: gn.Network(2, gn.LeakyRelu(0.3)), "write gn.Activation(gn.LeakyRelu(…))"),
        (lambda: gn.Network(2, misplaced_cube), "is an activation function; as a layer of its own"),
        (lambda: gn.Network(2, gn.Relu), "Relu is the class of an activation function; write gn.Activation('relu')"),
        (lambda: gn.Network(2, gn.Dense), "Dense is a class; write gn.Dense(…)"),
        (lambda: gn.Network(2, "relu"), "'relu' is the name of an activation function; write gn.Activation('relu')"),
        (lambda: gn.Network(2, "leaky relu"), "write gn.Activation('leaky relu')"),
        (lambda: gn.Network(2, "layer norm"), "'layer norm' is a text; write gn.LayerNorm(…)"),
        (lambda: gn.Network(784, 128, 10), "128 is a number; for a layer of 128 units, write gn.Dense(128)"),
        (lambda: gn.Network(2, gn.Dense(3), [gn.Dense(1)]), "a list stands among them; write gn.Sequential(…) around"),
        (lambda: gn.Network(2, gn.Adam()), "Adam is an optimizer, not a layer"),
        (lambda: gn.Network(2, gn.Huber()), "Huber is a loss, not a layer"),
        (lambda: gn.Network(2, gn.Zeros()), "Zeros is an initializer, not a layer"),
        (lambda: gn.Network(2, plain_function), "plain_function is a function; write it in operations, @gn.activation"),
        (lambda: gn.Network(2, gn.Network(2, gn.Dense(1))), "a network is no layer; net.root are its layers"),
        (lambda: gn.Network(2, None), "None is no layer; layers are such as gn.Dense(4) or gn.Activation('relu')"),
        (lambda: gn.Network(2, True), "True is no layer"),
        (lambda: gn.Network(2, 1.5), "1.5 is no layer"),
        (lambda: gn.Network(2, object), "is no layer"),
        (lambda: gn.Add(gn.Dense(2), "relu"), "Add is made of layers: 'relu' is the name of an activation function"),
        (lambda: gn.Concatenate(), "Concatenate needs at least one layer"),
        # in an activation's place
        (lambda: gn.Dense(3, gn.Relu), "Relu is a class; write Relu(…)"),
        (lambda: gn.Dense(3, gn.Dense(2)), "expected the name of an activation"),
        (lambda: gn.Dense(3, plain_function), "a function such as plain_function must be written in operations"),
    ],
)  # fmt: skip
def test_what_was_meant_is_said(make: Callable[[], object], words: str) -> None:
    with pytest.raises(gn.GlassnetError) as refused:
        make()
    assert words in str(refused.value)


class Silent(gn.Layer):
    """A layer without arithmetic."""


class Nothing(gn.Layer):
    def __call__(self, x: Any) -> Any:
        return None


@gn.activation
def misplaced_number(x: Any) -> Any:
    return 3.0


@gn.loss
def misplaced_loss(prediction: Any, target: Any) -> Any:
    return 3.0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.Network(2, Silent()), "Silent has no __call__(self, x), which gives its result in operations"),
        (lambda: gn.Network(2, Nothing()), "Nothing gives None; it must give a variable, computed from x in"),
        (lambda: gn.Network(2, gn.Dense(1, misplaced_number)), "the activation misplaced_number gives 3.0; it"),
        (lambda: gn.Network(2, gn.Dense(1)).loss([[1, 2]], [1], misplaced_loss), "the loss misplaced_loss gives 3.0"),
        (lambda: gn.activation(lambda x: x), "an activation of your own is a function with a name, def"),
        (lambda: gn.loss(lambda p, t: p), "a loss of your own is a function with a name, def my_loss(…), got"),
        (lambda: gn.activation(3), "an activation of your own is a function with a name, def my_activation(…), got 3"),
    ],
)  # fmt: skip
def test_layers_and_functions_of_ones_own_that_do_not_fit(make: Callable[[], object], words: str) -> None:
    with pytest.raises(gn.GlassnetError) as refused:
        make()
    assert words in str(refused.value)


def test_a_function_that_is_defined_again_changes_nothing_that_was_made_before() -> None:
    """A notebook's cell, changed and run again: the networks from before it keep what they were made with."""

    def cell(sign: float) -> tuple[Any, Any]:
        @gn.activation
        def misplaced_again(x: Any) -> Any:
            return sign * x

        @gn.loss
        def misplaced_again_too(prediction: Any, target: Any) -> Any:
            return sign * (prediction - target)

        return misplaced_again, misplaced_again_too

    activation, loss = cell(1.0)
    net = gn.Network(1, gn.Dense(1, activation, weights=[[1.0]]))
    by_name = gn.Network(1, gn.Dense(1, "misplaced_again", weights=[[1.0]]))
    later, later_loss = cell(-1.0)
    for one in (net, by_name, net.copy()):
        assert one([2.0]) == 2.0
        assert one.loss([[2.0]], [[0.0]], loss) == 2.0
        assert one.loss([[2.0]], [[0.0]], later_loss) == -2.0
    assert gn.Network(1, gn.Dense(1, "misplaced_again", weights=[[1.0]]))([2.0]) == -2.0
    assert later != activation
    assert later_loss != loss
    assert pickle.loads(pickle.dumps(later)) == later
    assert pickle.loads(pickle.dumps(later_loss)) == later_loss


def test_what_is_said_to_write_can_be_written() -> None:
    gn.Network(2, gn.Activation("relu"), gn.Activation(gn.LeakyRelu(0.3)), gn.Activation(misplaced_cube), gn.Dense(3))


def test_an_error_of_the_layers_own_is_left_alone() -> None:
    """Only arguments that do not fit are put in words: a TypeError from inside says where it comes from."""

    @dataclass(frozen=True)
    class Careless(gn.Layer):
        size: Any

        def __post_init__(self) -> None:
            len(self.size)

        def __call__(self, x: Any) -> Any:
            return x

    with pytest.raises(TypeError, match="has no len"):
        Careless(3)
    assert Careless("abc").size == "abc"


def test_help_and_editors_see_the_settings() -> None:
    assert list(inspect.signature(gn.Dense).parameters)[:3] == ["units", "activation", "weights"]
    assert str(inspect.signature(gn.Identity)).startswith("(*, name: 'str | None' = None, trainable: 'bool' = True)")

    class Plain(gn.Layer):
        def __init__(self, k: int) -> None:
            self.k = k

    assert list(inspect.signature(Plain).parameters) == ["k"]
    with pytest.raises(gn.GlassnetError, match="Plain needs k"):
        Plain()  # type: ignore[call-arg]


def test_a_layer_may_have_an_abstract_base_too() -> None:
    from abc import ABC, abstractmethod

    class Named(ABC):
        @abstractmethod
        def title(self) -> str: ...

    @dataclass(frozen=True)
    class Titled(gn.Layer, Named):
        def title(self) -> str:
            return "titled"

        def __call__(self, x: Any) -> Any:
            return x

    assert gn.Network(2, Titled()).layers["titled_1"].title() == "titled"  # type: ignore[attr-defined]


# ── names that are taken ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("family", "name"),
    [
        (gn.ActivationFunction, "Relu"),
        (gn.ActivationFunction, "relu"),
        (gn.ActivationFunction, "Leaky_Relu"),
        (gn.ActivationFunction, "Custom"),
        (gn.Layer, "Dense"),
        (gn.Layer, "batchnorm"),
        (gn.Loss, "Huber"),
        (gn.Loss, "CustomLoss"),
        (gn.Initializer, "Zeros"),
        (gn.Initializer, "Exactly"),
        (gn.Optimizer, "Adam"),
        (gn.Schedule, "OneCycle"),
        (gn.Penalty, "Penalty"),
    ],
)
def test_a_class_of_the_users_never_takes_the_name_of_one_of_ours(family: Any, name: str) -> None:
    before = dict(family.known)
    with pytest.raises(gn.GlassnetError, match=f"in Glassnet, which names .* name for your class {name}"):
        type(name, (family,), {"__module__": "mine"})
    assert family.known == before
    assert gn.Network(1, gn.Dense(1, "relu", weights=[[1.0]]))([3.0]) == 3.0


def test_a_name_of_another_family_is_free() -> None:
    type("Relu", (gn.Layer,), {"__module__": "mine"})
    assert gn.Dense(1, "relu").activation == gn.Relu()
    del gn.Layer.known["relu"]


def test_a_notebooks_cell_may_be_run_twice() -> None:
    def cell() -> type[gn.Layer]:
        @dataclass(frozen=True)
        class MisplacedScale(gn.Layer):
            factor: float = 2.0

            def __call__(self, x: Any) -> Any:
                return self.factor * x

        return MisplacedScale

    first = gn.Network(1, cell()())
    again = cell()
    assert gn.Layer.known["misplacedscale"] is again
    assert gn.Network(1, again(3.0))([1.0]) == 3.0
    assert first([1.0]) == 2.0, "what was built before stays what it was"
    assert first.copy()([1.0]) == 2.0
