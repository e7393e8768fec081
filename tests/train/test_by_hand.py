"""One training step worked by hand: two inputs, two hidden relus, one output, two samples, every number written out.

    sample 1: x = (1, 2), wanted 2          W₁ = | 0.5   −1.0 |   b₁ = (0.1, −0.5)   W₂ = |  2 |   b₂ = 0.3
    sample 2: x = (−1, 1), wanted −2.45          | 0.25   0.5 |                           | −3 |

Forward                     sample 1                                    sample 2
    z₁ = x W₁ + b₁          1·0.5 + 2·0.25 + 0.1 = 1.1                  −1·0.5 + 1·0.25 + 0.1 = −0.15
                            1·−1 + 2·0.5 − 0.5 = −0.5                   −1·−1 + 1·0.5 − 0.5 = 1
    h = max(z₁, 0)          (1.1, 0)                                    (0, 1)
    y = h W₂ + b₂           1.1·2 + 0·−3 + 0.3 = 2.5                    0·2 + 1·−3 + 0.3 = −2.7
    error = y − wanted      0.5                                         −0.25
    squared                 0.25                                        0.0625            mean: loss = 0.15625

Backward, from loss = (error₁² + error₂²) / 2
    ∂loss/∂y = error        0.5                                         −0.25
    ∂/∂W₂ = hᵀ ∂/∂y         (1.1·0.5, 0·0.5) = (0.55, 0)                (0·−0.25, 1·−0.25) = (0, −0.25)
    ∂/∂b₂ = ∂/∂y            0.5                                         −0.25
    ∂/∂h = ∂/∂y W₂ᵀ         (0.5·2, 0.5·−3) = (1, −1.5)                 (−0.25·2, −0.25·−3) = (−0.5, 0.75)
    ∂/∂z₁ = ∂/∂h where z₁ > 0, else 0
                            (1, 0)                                      (0, 0.75)
    ∂/∂W₁ = xᵀ ∂/∂z₁        | 1·1  1·0 | = | 1  0 |                     | −1·0  −1·0.75 | = | 0  −0.75 |
                            | 2·1  2·0 |   | 2  0 |                     |  1·0   1·0.75 |   | 0   0.75 |
    ∂/∂b₁ = ∂/∂z₁           (1, 0)                                      (0, 0.75)

The two samples together
    ∂/∂W₁ = | 1  −0.75 |    ∂/∂b₁ = (1, 0.75)    ∂/∂W₂ = |  0.55 |    ∂/∂b₂ = 0.5 − 0.25 = 0.25
            | 2   0.75 |                                 | −0.25 |
"""

import numpy as np
import pytest

import glassnet as gn

X, WANTED = [[1.0, 2.0], [-1.0, 1.0]], [[2.0], [-2.45]]


@pytest.fixture
def net() -> gn.Network:
    return gn.Network(
        2,
        gn.Dense(2, "relu", weights=[[0.5, -1.0], [0.25, 0.5]], biases=[0.1, -0.5]),
        gn.Dense(1, weights=[[2.0], [-3.0]], biases=[0.3]),
        dtype="float64",
    )


def assert_parameters(net: gn.Network, *expected: list[float] | list[list[float]]) -> None:
    for (name, array), numbers in zip(net.parameters.items(), expected, strict=True):
        np.testing.assert_allclose(array, numbers, rtol=0, atol=1e-15, err_msg=name)


def test_forward(net: gn.Network) -> None:
    np.testing.assert_allclose(net(X), [[2.5], [-2.7]], rtol=0, atol=1e-15)
    assert net.loss(X, WANTED) == pytest.approx(0.15625, abs=1e-15)


def test_gradients(net: gn.Network) -> None:
    gradients = net.gradients(X, WANTED)
    np.testing.assert_allclose(gradients["dense_1.weights"], [[1, -0.75], [2, 0.75]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(gradients["dense_1.biases"], [1, 0.75], rtol=0, atol=1e-15)
    np.testing.assert_allclose(gradients["dense_2.weights"], [[0.55], [-0.25]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(gradients["dense_2.biases"], [0.25], rtol=0, atol=1e-15)


def test_gradient_descent(net: gn.Network) -> None:
    """w − 0.1 · ∂loss/∂w"""
    loss = net.train_on_batch(X, WANTED, optimizer=gn.SGD(0.1))
    assert loss == pytest.approx(0.15625, abs=1e-15)
    assert_parameters(
        net,
        [[0.4, -0.925], [0.05, 0.425]],  # 0.5 − 0.1·1    −1 − 0.1·−0.75    0.25 − 0.1·2    0.5 − 0.1·0.75
        [0.0, -0.575],  #                  0.1 − 0.1·1    −0.5 − 0.1·0.75
        [[1.945], [-2.975]],  #            2 − 0.1·0.55   −3 − 0.1·−0.25
        [0.275],  #                        0.3 − 0.1·0.25
    )


def test_adam(net: gn.Network) -> None:
    """Adam's first step, with a large ε so that one sees where it is added.

    m = 0.9·0 + 0.1·g, v = 0.999·0 + 0.001·g²; corrected, m̂ = m / (1 − 0.9) = g and v̂ = v / (1 − 0.999) = g².
    So each weight moves by 0.1 · g / (|g| + 0.25):

        g        1      −0.75      2          0.75     0.55        −0.25     0.25
        move     0.08   −0.075     0.2/2.25   0.075    0.06875     −0.05     0.05
                 0.1/1.25  −0.075/1            0.075/1  0.055/0.8   −0.025/0.5
    """
    net.train_on_batch(X, WANTED, optimizer=gn.Adam(0.1, epsilon=0.25))
    assert_parameters(
        net,
        [[0.42, -0.925], [0.25 - 0.2 / 2.25, 0.425]],  # 0.5 − 0.08    −1 + 0.075    0.25 − 0.0888…    0.5 − 0.075
        [0.02, -0.575],  #                               0.1 − 0.08    −0.5 − 0.075
        [[1.93125], [-2.95]],  #                         2 − 0.06875   −3 + 0.05
        [0.25],  #                                       0.3 − 0.05
    )


def test_adams_second_step_on_one_number() -> None:
    """y = w·x from w = 1, x = 1, wanted 0, so loss = w² and g = 2w. Rates 0.5, β₁ = 0.5, β₂ = 0.75, ε = 0.

    step 1: g = 2; m = 0.5·2 = 1, v = 0.25·4 = 1; m̂ = 1/0.5 = 2, v̂ = 1/0.25 = 4; w = 1 − 0.5·2/2 = 0.5
    step 2: g = 1; m = 0.5·1 + 0.5·1 = 1, v = 0.75·1 + 0.25·1 = 1; m̂ = 1/(1 − 0.5²) = 4/3, v̂ = 1/(1 − 0.75²) = 16/7;
            w = 0.5 − 0.5 · (4/3) / √(16/7) = 0.5 − √7/6
    """
    net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    adam = gn.Adam(0.5, beta_1=0.5, beta_2=0.75, epsilon=0.0)
    assert net.train_on_batch([[1.0]], [[0.0]], optimizer=adam) == 1.0
    assert net.parameters["dense_1.weights"].item() == pytest.approx(0.5, abs=1e-15)
    assert net.train_on_batch([[1.0]], [[0.0]], optimizer=adam) == pytest.approx(0.25, abs=1e-15)
    assert net.parameters["dense_1.weights"].item() == pytest.approx(0.5 - 7**0.5 / 6, abs=1e-15)
