"""Every case of tests/oracles against the numbers that write.py got from PyTorch: no PyTorch is needed here."""

import sys
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.specification import Specification
from glassnet.layers.activations import ActivationFunction
from glassnet.words import canonical
from tests.oracles.cases import BY_STATISTICS, CASES, SCHEDULES, specifications
from tests.oracles.kinks import KINKED, LOSSES, our_slopes
from tests.oracles.sides import RUNS, TOLERANCES, our_rates, ours, require_close

GOLDENS = np.load(Path(__file__).with_name("torch.npz"), allow_pickle=False)
HINT = "run python -m tests.golden.write where PyTorch is installed"


@pytest.mark.parametrize(("name", "dtype"), RUNS)
def test_case(name: str, dtype: str) -> None:
    assert f"{name} {dtype}" in GOLDENS, f"the case {name!r} has no golden numbers yet; {HINT}"
    golden, start = GOLDENS[f"{name} {dtype}"], 0
    for part, mine in ours(CASES[name], dtype).items():
        theirs = golden[start : start + mine.size].reshape(mine.shape)
        require_close(mine, theirs, TOLERANCES[dtype], f"{part} ({CASES[name].convention})")
        start += mine.size
    assert start == golden.size


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule(name: str) -> None:
    assert f"schedule {name}" in GOLDENS, f"the schedule {name!r} has no golden numbers yet; {HINT}"
    require_close(our_rates(SCHEDULES[name]), GOLDENS[f"schedule {name}"], 1e-12, SCHEDULES[name].convention)


@pytest.mark.parametrize("name", KINKED)
def test_slopes_at_corners(name: str) -> None:
    assert f"slopes {name}" in GOLDENS, f"{name!r} has no golden slopes yet; {HINT}"
    np.testing.assert_allclose(our_slopes(KINKED[name]), GOLDENS[f"slopes {name}"], rtol=1e-7, atol=1e-12)


def test_no_golden_is_left_over() -> None:
    expected = {f"{name} {dtype}" for name, dtype in RUNS} | {f"schedule {name}" for name in SCHEDULES}
    assert set(GOLDENS.files) == expected | {f"slopes {name}" for name in KINKED}, HINT


# ── everything there is has a case ──────────────────────────────────────────────────────────────────────────────────

COMPARED = {
    type(part).__name__
    for whole in (
        *((case.layers, case.loss, case.optimizer) for case in CASES.values()),
        *(case.ours for case in SCHEDULES.values()),
    )
    for part in specifications(whole)
}
FAMILIES: tuple[type[Specification], ...] = (
    gn.Layer, ActivationFunction, gn.Loss, gn.Optimizer, gn.Schedule, gn.Penalty,
)  # fmt: skip


def ours_of(family: type[Specification]) -> list[str]:
    """The members of a family that Glassnet defines; tests, users and the examples in docstrings define others."""
    found = [m for m in family.known.values() if m.__module__.startswith("glassnet.")]
    return sorted(m.__name__ for m in found if getattr(sys.modules[m.__module__], m.__name__, None) is m)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_everything_is_compared(family: type[Specification]) -> None:
    members = set(ours_of(family))
    assert members, "a family without members: this test would see nothing"
    missing = members - COMPARED - BY_STATISTICS
    assert not missing, f"no case in tests/oracles/cases.py compares {', '.join(sorted(missing))}"


WITHOUT_CORNERS = {
    "Linear", "Softmax", "Step", "Custom", "CustomLoss", "LogCosh", "Poisson", "KullbackLeibler",
    "BinaryCrossEntropy", "CategoricalCrossEntropy",
}  # fmt: skip


def test_all_corners_are_compared() -> None:
    known = {canonical(name) for name in (*ours_of(ActivationFunction), *ours_of(gn.Loss))}
    compared = {canonical(name) for name in (*KINKED, *LOSSES)}
    assert not known - compared - {canonical(name) for name in WITHOUT_CORNERS}


def test_the_completeness_test_sees_what_has_no_case() -> None:
    assert "Dense" in COMPARED
    assert "Dropout" in set(ours_of(gn.Layer)) - COMPARED
