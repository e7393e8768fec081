"""How well recurrent networks do the tasks of docs/sequences.md: MNIST row by row, forecasts, adding, and so on.

    python bench/sequences.py mnist --seeds 0 1 2
    python bench/sequences.py forecast adding brackets --seeds 0 1 2
    python bench/sequences.py additions dates --seeds 0 1 2
    python bench/sequences.py dates --picture docs/sequences/alignment.svg

Nothing is chosen by looking at what it is tested on: each training runs to its last epoch. Forecasts are tested on the
last fifth of the series, beside that nothing changes and a linear function of the same numbers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

import numpy as np

import glassnet as gn

LENGTH = 30  # of what a forecast is made from
SPLIT = 0.8
DRAWN = "23rd December 1979"


def mnist(seed: int) -> Iterator[str]:
    """Each image as 28 rows of 28 grey values, read from top to bottom."""
    data, batch, epochs = gn.data.mnist(), 128, 10
    x, x_test = (images.reshape(-1, 28, 28) for images in (data.x_train, data.x_test))
    net = gn.Network((28, 28), gn.Rescale(1 / 255), gn.LSTM(128), gn.Dense(10, "softmax"), seed=seed)
    rate = gn.OneCycle(0.004, epochs * -(-len(x) // batch))
    started = time.perf_counter()
    net.fit(x, data.y_train, epochs=epochs, batch_size=batch, optimizer=gn.Adam(rate))
    seconds = time.perf_counter() - started
    yield f"{net.evaluate(x_test, data.y_test)['accuracy']:.2%} right after {epochs} epochs, {seconds:.0f} s"


def forecast(seed: int) -> Iterator[str]:
    for name, series in (
        ("noisy sine", gn.data.noisy_sine(600, noise=0.1, seed=seed)),
        ("sunspots", gn.data.sunspots(400, seed=seed)),
    ):
        x, y = gn.data.windows(series, LENGTH)
        split = round(SPLIT * len(x))
        mean, scale = series[:split].mean(), series[:split].std()
        layers = gn.Rescale(1 / scale, -mean / scale), gn.LSTM(32), gn.Dense(1), gn.Rescale(scale, mean)
        net = gn.Network((LENGTH, 1), *layers, seed=seed)
        weight = np.full(split, scale**-2)
        net.fit(x[:split], y[:split], epochs=100, optimizer=gn.Adam(0.003), sample_weight=weight)
        guesses = {
            "LSTM": net(x[split:])[:, 0],
            "nothing changes": gn.data.naive_forecast(x[split:]),
            "linear": gn.data.linear_forecast(x[:split], y[:split], x[split:]),
        }
        errors = {who: float(np.abs(guess - y[split:]).mean()) for who, guess in guesses.items()}
        yield f"{name}, mean absolute error: " + ", ".join(f"{who} {error:.3g}" for who, error in errors.items())


def adding(seed: int) -> Iterator[str]:
    x, y = gn.data.adding(10_000, steps=50, seed=seed)
    net = gn.Network((50, 2), gn.LSTM(32), gn.Dense(1), seed=seed)
    net.fit(x, y, epochs=30, batch_size=64, optimizer=gn.Adam(0.005), clip_norm=1.0)
    error = net.loss(*gn.data.adding(2000, steps=50, seed=seed + 1000))
    yield f"mean squared error {error:.2g}; {np.var(y):.2g} by always saying the mean"


def brackets(seed: int) -> Iterator[str]:
    x, y = gn.data.brackets(4000, steps=24, seed=seed)
    net = gn.Network((24, 1), gn.GRU(24, mask=0.0), gn.Dense(1, "sigmoid"), seed=seed)
    net.fit(x, y, epochs=40, batch_size=64, optimizer=gn.Adam(0.01), clip_norm=1.0)
    yield f"{net.evaluate(*gn.data.brackets(4000, steps=24, seed=seed + 1000))['accuracy']:.2%} right"


def additions(seed: int) -> Iterator[str]:
    pairs = gn.data.additions(10_000, digits=2, seed=seed)
    yield translated(translator(pairs, heads=4, epochs=40, seed=seed), pairs)


def dates(seed: int, picture: str | None = None) -> Iterator[str]:
    pairs = gn.data.dates(10_000, seed=seed)
    net = translator(pairs, heads=1, epochs=12, seed=seed)
    yield translated(net, pairs)
    if picture:
        gn.drawing.attention(net, DRAWN).save(picture)
        yield f"the alignment of {DRAWN!r} is drawn in {picture}"


def translator(pairs: gn.data.TextPairs, heads: int, epochs: int, seed: int) -> gn.Network:
    """Trained: a decoder reads the answer so far, and looks at the states of an encoder along the question."""
    size, batch = pairs.tokens.size, 64
    encoder = gn.Sequential(gn.Crop(0, pairs.answer - 1), gn.Bidirectional(gn.GRU(32, sequence=True)))
    decoder = gn.Sequential(gn.Crop(pairs.question - 1), gn.GRU(64, sequence=True))
    net = gn.Network(
        pairs.x_train.shape[1],
        gn.Embedding(size, 16),
        gn.CrossAttention(decoder, encoder, gn.Attention(heads)),
        gn.PositionEmbedding(pairs.answer),
        gn.Dense(64, "relu"),
        gn.Dense(size, "softmax"),
        seed=seed,
    )
    net.tokens = pairs.tokens
    rate = gn.OneCycle(0.01, epochs * -(-len(pairs.x_train) // batch))
    net.fit(pairs.x_train, pairs.y_train, epochs=epochs, batch_size=batch, optimizer=gn.Adam(rate), clip_norm=1.0)
    return net


def translated(net: gn.Network, pairs: gn.data.TextPairs) -> str:
    """How many whole answers are right, of pairs that were not learnt from."""
    given = gn.translate(net, [question for question, _ in pairs.test])
    right = [answer == expected for answer, (_, expected) in zip(given, pairs.test, strict=True)]
    seconds = sum(net.history["seconds"])
    return f"{np.mean(right):.2%} of {len(right):,} answers right after {net.history.epochs} epochs, {seconds:.0f} s"


TASKS = {
    "mnist": mnist,
    "forecast": forecast,
    "adding": adding,
    "brackets": brackets,
    "additions": additions,
    "dates": dates,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="+", choices=TASKS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--picture", help="where to draw the alignment of a date")
    options = parser.parse_args()
    for task in options.tasks:
        more = {"picture": options.picture} if task == "dates" else {}
        for seed in options.seeds:
            for line in TASKS[task](seed, **more):
                print(f"{task}, seed {seed}: {line}", flush=True)


if __name__ == "__main__":
    main()
