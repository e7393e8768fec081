"""Read digits with PyTorch."""

import math

import torch
from torch import nn

from bench.cold.shared import BATCH, EPOCHS, arguments, rates, read

folder, seed = arguments()
torch.manual_seed(seed)
x, y, x_test, y_test = (torch.tensor(array) for array in read(folder))
net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
for layer in net:
    if isinstance(layer, nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
optimizer = torch.optim.Adam(net.parameters(), eps=1e-7, fused=True)
schedule = iter(rates(EPOCHS * math.ceil(len(x) / BATCH)))
for _ in range(EPOCHS):
    for numbers in torch.randperm(len(x)).split(BATCH):
        optimizer.param_groups[0]["lr"] = next(schedule)
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[numbers].float() / 255), y[numbers]).backward()
        optimizer.step()
with torch.inference_mode():
    print((net(x_test.float() / 255).argmax(1) == y_test).float().mean().item())
