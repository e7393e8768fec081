"""Read digits with Glassnet."""

import math

import glassnet as gn
from bench.cold.shared import BATCH, EPOCHS, PEAK, arguments

folder, seed = arguments()
data = gn.data.mnist(folder)
layers = gn.Dense(128, "relu"), gn.Dense(64, "relu"), gn.Dense(10, "softmax")
net = gn.Network(784, gn.Rescale(1 / 255), *layers, seed=seed)
rate = gn.OneCycle(PEAK, EPOCHS * math.ceil(len(data.x_train) / BATCH))
net.fit(data.x_train, data.y_train, epochs=EPOCHS, batch_size=BATCH, optimizer=gn.Adam(rate), metrics=[])
print(net.evaluate(data.x_test, data.y_test)["accuracy"])
