"""The state of the page *Learn* as a Python script."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.inspection.names import printed, split
from glassnet.lab.learn.learner import SETTING, Learner, within
from glassnet.lab.learn.state import SAMPLES, STEPS, Change
from glassnet.train.optimizers.optimizer import Optimizer


def script(learner: Learner, selected: str, epsilon: float) -> str:
    """All that was done, in order, then the next step explained and the selected gradient checked.

    >>> from glassnet.lab.learn.examples import examples
    >>> changes = ("optimizer", "adam"), ("steps", "3"), ("x", "0.5")
    >>> print(script(Learner(examples()["1-3-3-1"]).follow(changes), "y.biases[0]", 1e-4))
    import glassnet as gn
    <BLANKLINE>
    net = gn.lecture("1-3-3-1")
    x, y = [0.3], [1.0]
    loss, optimizer = "squared error", gn.SGD(learning_rate=0.02)
    optimizer = gn.Adam(learning_rate=0.001)
    for _ in range(3):
        net.train_on_batch([x], [y], optimizer=optimizer, loss=loss)
    x = [0.5]
    explanation = net.explain(x, y, loss=loss, optimizer=optimizer)
    print(explanation)
    print(explanation.nudge("y.biases[0]", 0.0001))
    """
    now = Learner(learner.example)
    lines = ["import glassnet as gn", "", f"net = {learner.example.source}", f"x, y = {now.x}, {now.target}"]
    lines.append(f'loss, optimizer = "{now.loss}", {_rule(now)}')
    for change in learner.changes:
        lines += _change(now, change)
    return "\n".join(
        [
            *lines,
            "explanation = net.explain(x, y, loss=loss, optimizer=optimizer)",
            "print(explanation)",
            f'print(explanation.nudge("{selected}", {epsilon!r}))',
        ]
    )


def _change(now: Learner, change: Change) -> list[str]:
    """The lines that do what a change does, which is done to the learner too, but for steps."""
    name, text = change
    if name == STEPS:
        batch = "x, y" if now.samples > 1 else "[x], [y]"
        each = f"net.train_on_batch({batch}, optimizer=optimizer, loss=loss)"
        return [each] if text == "1" else [f"for _ in range({text}):", f"    {each}"]
    now.follow((*now.changes, change))
    if name == "loss":
        return [f'loss = "{now.loss}"']
    if name in ("optimizer", "rate") or name.startswith(SETTING):
        return [f"optimizer = {_rule(now)}"]
    if name == SAMPLES:
        return [f"x, y = {now.x}, {now.target}"]
    base, index = split(printed(name))
    if base not in now.network.parameters:
        return [f"y = {now.target}" if base.startswith("target") else f"x = {now.x}"]
    return [f'net.parameters["{base}"][{", ".join(map(str, index))}] = {float(now.network.parameters[base][index])!r}']


def _rule(learner: Learner) -> str:
    return _written(learner.rule, {"learning_rate": learner.rate, **learner.settings})


def _written(rule: Optimizer, settings: Mapping[str, float]) -> str:
    own = {name: repr(value) for name, value in settings.items() if "." not in name}
    own |= {name: _written(getattr(rule, name), inner) for name, inner in within(settings).items()}
    return f"gn.{type(rule).__name__}({', '.join(f'{name}={value}' for name, value in own.items())})"
