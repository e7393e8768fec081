"""What the page *Playground* says of a run."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from glassnet.lab.playground.gallery import GALLERY, example_of
from glassnet.lab.playground.messages import (
    Choice,
    Closer,
    Curve,
    Curves,
    Dots,
    Live,
    Settings,
    View,
)
from glassnet.lab.playground.run import Run
from glassnet.lab.playground.samples import FEATURES, OWN, SETS
from glassnet.lab.playground.settings import ACTIVATIONS, OPTIMIZERS, RULES, State
from glassnet.lab.playground.surfaces import Surfaces
from glassnet.lab.shown import Shown, shown
from glassnet.train.metrics import confusion_matrix


def view(state: State, run: Run, surfaces: Surfaces, now: Live, rival: Run | None, said: str) -> View:
    """All of it."""
    setup = state.setup
    x, y = setup.samples.window()
    return View(
        fragment=state.fragment,
        settings=_settings(state),
        sets=(*(Choice(name, one.title) for name, one in SETS.items()), Choice(OWN, "Own points")),
        features=tuple(FEATURES),
        activations=ACTIVATIONS,
        optimizers=tuple(OPTIMIZERS),
        rules=RULES,
        layers=surfaces.layers,
        classes=setup.class_names,
        dots=_dots(run),
        x=x,
        y=y,
        tested=len(run.test[0]) > 0,
        rival=said,
        gallery=GALLERY,
        broken=example_of(setup),
        live=now,
        curves=curves(run, rival),
    )


def live(run: Run, rival: Run | None, closer: Closer, running: bool, said: str) -> Live:
    """What changes from step to step."""
    epoch, batch = run.epoch
    total = sum(count * each for count, each in run.multiply_adds())
    last = list(run.network.parameters)[-1]
    biases = run.network.parameters.copy()[last]
    return Live(
        step=run.step,
        last=max(run.last, run.step),
        position=f"epoch {epoch + 1}, batch {batch} of {run.setup.batches}",
        running=running,
        said=said,
        diverged=bool(run.diverged) and said == run.diverged,
        losses=tuple(_losses(run, rival)),
        biases=tuple(shown(f"{last}[{i}]", value) for i, value in enumerate(biases)),
        confusion=_confusion(run),
        cost=(Shown("multiply-adds", str(total)), Shown("milliseconds", f"{run.milliseconds:.0f}")),
        closer=closer,
    )


def _losses(run: Run, rival: Run | None) -> Iterator[Shown]:
    measured = run.measured()
    penalty = measured["penalty"]
    yield shown("loss", measured["loss"] + penalty)
    if penalty:
        yield shown("loss without penalty", measured["loss"])
        yield shown("penalty", penalty)
    if "test loss" in measured:
        yield shown("test loss", measured["test loss"])
    for name in ("accuracy", "mae", "test accuracy", "test mae"):
        if name in measured:
            yield shown(name, measured[name])
    if rival is not None:
        yield shown("other loss", rival.measured()["loss"])


def curves(run: Run, rival: Run | None) -> Curves:
    """The losses at the moments that are kept."""
    moments = run.moments
    found = [
        Curve(name, *_finite({step: one.measured[name] for step, one in moments.items() if name in one.measured}))
        for name in ("loss", "test loss", "penalty")
    ]
    found = [one for one in found if one.name != "penalty" or any(one.values)]
    if rival is not None:
        values = {step: one.measured["loss"] for step, one in rival.moments.items()}
        found.append(Curve("other loss", *_finite(values)))
    kept = tuple(one for one in found if one.steps)
    every = sorted(value for one in kept for value in one.values)
    return Curves(kept, every[-1 - len(every) // 100] * 1.05 if every and every[-1] > 0 else 1.0)


def _finite(values: dict[int, float]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    kept = {step: float(f"{value:.5g}") for step, value in values.items() if isfinite(value)}
    return tuple(kept), tuple(kept.values())


def _confusion(run: Run) -> tuple[tuple[Shown, ...], ...]:
    """How often each class was answered as each, of the test samples where there are any."""
    if not run.setup.classes:
        return ()
    of, (x, y) = ("test ", run.test) if len(run.test[0]) else ("", run.train)
    matrix = confusion_matrix(y, run.network(x), run.setup.classes)
    return tuple(
        tuple(Shown(f"{of}confusion[{i}, {j}]", str(count)) for j, count in enumerate(row))
        for i, row in enumerate(matrix.tolist())
    )


def rival_in_words(rival: Run | None) -> str:
    """What trains beside the run."""
    if rival is None:
        return ""
    tuning = rival.tuning
    more = [f"{name} {value:g}" for name, value in (("L1", tuning.l1), ("L2", tuning.l2), ("dropout", tuning.dropout))]
    shown_ones = [text for text in more if not text.endswith(" 0")]
    return ", ".join([f"{tuning.optimizer}, rate {tuning.rate:g}", *shown_ones])


def _dots(run: Run) -> Dots:
    samples = run.setup.samples
    test = np.zeros(len(samples.points), bool)
    test[samples.test] = True
    x, y = np.round(samples.points.astype(float), 4).T.tolist()
    return Dots(tuple(x), tuple(y), tuple(np.round(samples.targets.astype(float), 4).tolist()), tuple(test.tolist()))


def _settings(state: State) -> Settings:
    setup, tuning = state.setup, state.tuning
    return Settings(
        data=setup.data,
        count=str(setup.count),
        noise=f"{setup.noise:g}",
        share=f"{setup.share:g}",
        features=setup.features,
        layers=setup.layers,
        activation=setup.activation,
        batch=str(setup.batch),
        seed=str(setup.seed),
        data_seed=str(setup.data_seed),
        optimizer=tuning.optimizer,
        rate=f"{tuning.rate:g}",
        l1=f"{tuning.l1:g}",
        l2=f"{tuning.l2:g}",
        dropout=f"{tuning.dropout:g}",
        stop=state.rule.kind,
        stop_at=f"{state.rule.value:g}",
    )
