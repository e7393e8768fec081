"""The Python that does what the page did: run, it gives the same weights bit for bit."""

from __future__ import annotations

from glassnet.lab.playground.samples import FEATURES, OWN, SETS
from glassnet.lab.playground.settings import OPTIMIZERS, Setup, State, Tuning, Tunings, tuning_at


def script(state: State) -> str:
    """From the samples to the weights at the state's step.

    >>> print(script(State()))
    import numpy as np
    import glassnet as gn
    <BLANKLINE>
    points, targets = gn.data.circles(samples=100, noise=0.1, seed=0)
    x, y = points.T
    inputs = np.stack([x, y], axis=1)
    order = np.random.default_rng(0).permutation(200)
    train, test = order[:140], order[140:]
    <BLANKLINE>
    net = gn.Network(
        2,
        gn.Dense(4, "tanh"),
        gn.Dense(2, "tanh"),
        gn.Dense(1, "sigmoid"),
        seed=0,
    )
    <BLANKLINE>
    print(net.evaluate(inputs[train], targets[train]))
    """
    made = tuple((begin, tuning) for begin, tuning in state.tunings if begin <= state.step)
    parts = [_samples(state.setup), _network(state.setup, made)]
    if state.step:
        parts.append(_epochs(state, made) or _steps(state, made))
    return "\n\n".join([*parts, "print(net.evaluate(inputs[train], targets[train]))"])


def _samples(setup: Setup) -> str:
    lines = ["import numpy as np", "import glassnet as gn", "", *_data(setup)]
    samples = setup.samples
    features = ", ".join(FEATURES[name][0] for name in setup.features)
    lines += [
        "x, y = points.T",
        f"inputs = np.stack([{features}], axis=1)",
        f"order = np.random.default_rng({setup.data_seed}).permutation({len(samples.points)})",
        f"train, test = order[:{samples.training}], order[{samples.training}:]",
    ]
    return "\n".join(lines)


def _data(setup: Setup) -> list[str]:
    if setup.data == OWN:
        rows = ", ".join(f"({x!r}, {y!r}, {target!r})" for x, y, target in setup.points)
        kind = "np.int64" if setup.classes else "np.float32"
        return [
            f"table = np.array([{rows}], np.float32)",
            f"points, targets = np.ascontiguousarray(table[:, :2]), table[:, 2].astype({kind})",
        ]
    chosen = SETS[setup.data]
    name, _, classes = chosen.call.partition("(")
    more = f"{classes[:-1]}, " if classes else ""
    samples = setup.count // max(1, chosen.classes)
    made = f"samples={samples}, {more}noise={setup.noise!r}, seed={setup.data_seed}"
    return [f"points, targets = gn.data.{name}({made})"]


def _network(setup: Setup, made: Tunings) -> str:
    first = tuning_at(made, 0)
    penalty = f", weights_penalty={_penalty(first)}" if first.l1 or first.l2 else ""
    drops = _has_dropout(made)
    lines = ["net = gn.Network(", f"    {len(setup.features)},"]
    for size in setup.layers:
        lines.append(f'    gn.Dense({size}, "{setup.activation}"{penalty}),')
        lines += [f"    gn.Dropout({first.dropout!r}),"] if drops else []
    outputs, activation = setup.outputs
    last = f'{outputs}, "{activation}"' if activation != "linear" else f"{outputs}"
    return "\n".join([*lines, f"    gn.Dense({last}{penalty}),", f"    seed={setup.seed},", ")"])


def _epochs(state: State, made: Tunings) -> str:
    """One call of fit, where that is all; else empty."""
    epochs, rest = divmod(state.step, state.setup.batches)
    if rest or any(0 < begin < state.step for begin, _ in made):
        return ""
    settings = f"epochs={epochs}, batch_size={state.setup.batch}, optimizer={_optimizer(tuning_at(made, 0))}"
    fit = f"net.fit(inputs[train], targets[train], {settings})"
    changes = [change for begin, tuning in made if begin for change in _changes(state.setup, made, begin, tuning)]
    return "\n".join([fit, *(change for change in changes if not change.startswith("optimizer"))])


def _steps(state: State, made: Tunings) -> str:
    setup = state.setup
    lines = [
        f"optimizer = {_optimizer(tuning_at(made, 0))}",
        f"for step in range({state.step}):",
        f"    epoch, batch = divmod(step, {setup.batches})",
        "    if batch == 0:",
        f"        batches = list(net.batches(inputs[train], targets[train], batch_size={setup.batch}, epoch=epoch))",
    ]
    after: list[str] = []
    for begin, tuning in made[1:]:
        changes = _changes(setup, made, begin, tuning)
        if begin == state.step:
            after = changes
        else:
            lines += [f"    if step == {begin}:", *(f"        {change}" for change in changes)]
    return "\n".join([*lines, "    net.train_on_batch(*batches[batch], optimizer=optimizer)", *after])


def _changes(setup: Setup, made: Tunings, begin: int, tuning: Tuning) -> list[str]:
    before = tuning_at(made, begin - 1)
    changes = []
    if (before.l1, before.l2) != (tuning.l1, tuning.l2):
        names = ", ".join(f'"dense_{i + 1}"' for i in range(len(setup.layers) + 1))
        changes.append(f"net.change({names}, weights_penalty={_penalty(tuning)})")
    if before.dropout != tuning.dropout and setup.layers:
        names = ", ".join(f'"dropout_{i + 1}"' for i in range(len(setup.layers)))
        changes.append(f"net.change({names}, rate={tuning.dropout!r})")
    if _optimizer(before) != _optimizer(tuning):
        changes.append(f"optimizer = {_optimizer(tuning)}")
    return changes or ["pass"]


def _has_dropout(made: Tunings) -> bool:
    return any(tuning.dropout for _, tuning in made)


def _penalty(tuning: Tuning) -> str:
    parts = [f"{name}={value!r}" for name, value in (("l1", tuning.l1), ("l2", tuning.l2)) if value]
    return f"gn.Penalty({', '.join(parts)})" if parts else "None"


def _optimizer(tuning: Tuning) -> str:
    kind, settings = OPTIMIZERS[tuning.optimizer]
    more = "".join(f", {name}={value!r}" for name, value in settings.items())
    return f"gn.{kind.__name__}({tuning.rate!r}{more})"
