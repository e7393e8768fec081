"""Read digits with JAX: each epoch one scan over its whole batches."""

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp

from bench.cold.shared import BATCH, EPOCHS, arguments, rates, read

folder, seed = arguments()
rng = np.random.default_rng(seed)
x, y, x_test, y_test = map(jnp.asarray, read(folder))
steps = len(x) // BATCH


def forward(weights, x):
    for w, b in weights[:-1]:
        x = jax.nn.relu(x @ w + b)
    return x @ weights[-1][0] + weights[-1][1]


def loss(weights, x, y):
    return -jax.nn.log_softmax(forward(weights, x))[jnp.arange(len(y)), y].mean()


def step(state, batch):
    (weights, m, v, t), (numbers, rate) = state, batch
    slopes = jax.grad(loss)(weights, x[numbers].astype(jnp.float32) / 255, y[numbers])
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, slopes)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, slopes)
    first, second = 1 - 0.9**t, 1 - 0.999**t
    weights = jax.tree.map(lambda w, m, v: w - rate * m / first / (jnp.sqrt(v / second) + 1e-7), weights, m, v)
    return (weights, m, v, t), None


epoch = jax.jit(lambda state, batches: lax.scan(step, state, batches)[0], donate_argnums=0)
weights = []
for inputs, units in ((784, 128), (128, 64), (64, 10)):
    limit = np.sqrt(6 / (inputs + units))
    weights.append((jnp.asarray(rng.uniform(-limit, limit, (inputs, units)), jnp.float32), jnp.zeros(units)))
state = (weights, jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights), jnp.float32(0))
schedule = rates(EPOCHS * steps).astype(np.float32).reshape(EPOCHS, steps)
for rate in schedule:
    order = rng.permutation(len(x))[: steps * BATCH].reshape(steps, BATCH)
    state = epoch(state, (order, rate))
answers = jax.jit(lambda weights: forward(weights, x_test.astype(jnp.float32) / 255).argmax(1))(state[0])
print(float((answers == y_test).mean()))
