"""Learn from large pictures with Glassnet, and print how much memory that takes."""

import glassnet as gn
from bench.cold.shared import peak, pictures

x, y = pictures()
layers = gn.Conv2D(8, 7, "relu", padding="same"), gn.GlobalAveragePool(), gn.Dense(10, "softmax")
net = gn.Network(x.shape[1:], *layers, seed=0)
before = peak()
net.fit(x, y, epochs=3, batch_size=len(x), optimizer=gn.Adam(), metrics=[], engine="compiled", progress=False)
print(peak() - before)
