"""Least squares by two methods for teaching: gradient descent, and the normal equations in float64."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from glassnet.ir.errors import DataError, DivergenceError, GlassnetError
from glassnet.regression.doubles import Floats
from glassnet.words import counted


@dataclass(frozen=True)
class Path:
    """Every step of a gradient descent: `parameters` (steps + 1, p) and `loss` (steps + 1,), the start included.

    `largest_stable_rate` is 2/λ, λ the largest curvature of the loss: a larger rate overshoots further with every step.
    `converged` says whether the gradient had vanished (to 1e-12 of its first length) at the end.
    """

    parameters: Floats
    loss: Floats
    learning_rate: float
    largest_stable_rate: float
    converged: bool

    @property
    def steps(self) -> int:
        return len(self.loss) - 1

    @property
    def grows_at(self) -> int | None:
        """The first step that made the loss larger; None where each made it smaller."""
        grown = np.flatnonzero(np.diff(self.loss) > 0)
        return int(grown[0]) + 1 if len(grown) else None


class StepsDivergedError(DivergenceError):
    """Gradient descent diverged; `path` holds the steps until then."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.path = path


def gradient_descent(
    A: Floats, y: Floats, weights: Floats, learning_rate: float | None, steps: int, start: Floats | None = None
) -> Path:
    """Walk down the mean squared error Σw(y − Ab)²/Σw from a start (b = 0): b ← b − rate · gradient; A is (n, p), y
    and weights (n,).

    Without a learning rate, half the largest stable one is taken. StepsDivergedError says how far it went and what is
    stable.
    """
    share = weights / weights.sum()
    curvature = 2 * (A.T * share) @ A
    stable = 2 / float(np.linalg.eigvalsh(curvature)[-1])
    rate = stable / 2 if learning_rate is None else float(learning_rate)
    if not rate > 0 or steps < 1:
        raise GlassnetError(
            f"gradient descent needs a learning rate above 0 and at least 1 step, got {rate} and {steps}"
        )
    b = np.zeros(A.shape[1]) if start is None else start
    parameters, losses = [], []
    first_slope = 0.0
    for _ in range(steps + 1):
        error = A @ b - y
        losses.append(float(share @ error**2))
        parameters.append(b)
        gradient = 2 * (A.T @ (share * error))
        slope = sqrt(gradient @ gradient)
        first_slope = first_slope or slope
        if slope <= 1e-12 * first_slope or losses[-1] > 1e6 * losses[0]:
            break
        b = b - rate * gradient
    path = Path(_read_only(parameters), _read_only(losses), rate, stable, slope <= 1e-12 * first_slope)
    if path.loss[-1] > path.loss[0]:
        raise StepsDivergedError(
            f"gradient descent diverged: with learning rate {rate:.6g} the loss grows from step {path.grows_at} on; "
            f"after {counted(path.steps, 'step')} it had grown from {path.loss[0]:.6g} to {path.loss[-1]:.6g}; the "
            f"largest stable learning rate here is {stable:.6g}",
            path,
        )
    return path


def _read_only(values: list[Any]) -> Floats:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def normal_equations(A: Floats, y: Floats, weights: Floats) -> Floats:
    """Solve (AᵀWA) b = AᵀWy by Cholesky's method, in plain float64; A is (n, p), the answer (p,).

    Squaring A squares its condition number: half of the digits may be lost, as the table of NIST data sets in the
    documentation shows. DataError where all of them are.
    """
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    try:
        b: Floats = cho_solve(cho_factor((A.T * weights) @ A), A.T @ (weights * y))
    except LinAlgError:
        raise DataError(
            "the normal equations have lost every digit in float64 (their condition number is the square of the "
            'columns\'); use method="qr"'
        ) from None
    return b
