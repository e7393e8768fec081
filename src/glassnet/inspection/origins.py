"""Where a number that was not computed comes from, in words: given, drawn, learnt, remembered."""

from __future__ import annotations

import numpy as np

from glassnet.inspection.neurons import Index
from glassnet.ir.graph import Source, Var
from glassnet.layers.initializers import Constant, Exactly, Initializer, Zeros
from glassnet.layers.layer import Layer
from glassnet.model.model import Model
from glassnet.model.seeds import generator
from glassnet.words import rounded

GIVEN = {
    "x": "an input",
    "y": "given as the target",
    "sample_weight": "given with the sample",
    "class": "the class that the target says",
    "answer": "the place of the largest output",
    "seed": "the network's seed",
    "step": "steps of the network, with this one",
    "optimizer_step": "steps since the optimizer's memory began, with this one",
    "schedule_start": "updates before the learning rate's schedule began",
    "learning_rate_factor": "1 unless a callback has lowered the learning rate",
}


def origin(model: Model, var: Var, index: Index, value: float) -> str:
    """Where the number of a source comes from; empty for a number that was computed."""
    if not isinstance(var.definition, Source):
        return ""
    name, kind = var.definition.name, var.definition.kind
    if kind == "parameter":
        return _of_parameter(model, name, index, value)
    if kind == "state":
        by = "the layer" if name in model.state else "the optimizer"
        return f"remembered by {by} from the step before"
    return GIVEN.get(name, "given")


def _owner(model: Model, path: str) -> Layer | None:
    """The layer of that path; of a layer that reads both ways, the one that it is made of."""
    if path in model.layers or "." not in path:
        return model.layers.get(path)
    return getattr(model.layers.get(path.rpartition(".")[0]), "recurrent", None)


def _of_parameter(model: Model, name: str, index: Index, value: float) -> str:
    """How it began; and, if it is another number now, that it was learnt, or assigned where nothing was trained."""
    place = list(model.parameters).index(name)
    first = model.declared(name).initial(model.parameters[name].shape, generator(model.seed, "parameters", place))
    began = np.asarray(first, model.dtype)[index]
    path, _, setting = name.rpartition(".")
    rule = getattr(_owner(model, path), setting, None)
    how = "given"
    if isinstance(rule, Initializer) and not isinstance(rule, Exactly | Constant | Zeros):
        how = f"drawn by {rule!r} with seed {model.seed}"
    return f"a parameter, {how}" if began == value else f"a parameter, learnt or assigned; at first {rounded(began, 4)}"
