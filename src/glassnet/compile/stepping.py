"""Scans as loops: what must happen in each step, and all that need not, ahead of the steps or after them.

A scan's step becomes a part of the graph itself, between ``now``, which is what stands in a sequence at the step at
hand, ``carried``, the state before it, and ``looped``, the history of the new state. Each result of a step is also
thought of for all steps at once, as the gradients are written (:mod:`glassnet.ops.scan`):

* what follows from the sequences alone, and is more than arithmetic, is worked out ahead of the loop for all steps;
* what a gradient wants at all steps, and the loop has worked out, is kept from there: ``every``, the gates say.

So a step multiplies by the state's weights once on its way, and once on its way back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.compile.calls import NoKernel
from glassnet.compile.clusters import is_elementwise
from glassnet.compile.instructions import SIZES, Address, Argument, Called, Instruction
from glassnet.compile.kernels import stepping
from glassnet.compile.places import VIEWS
from glassnet.ir.graph import Constant, Equation, Graph, Primitive, Source, Var
from glassnet.ir.types import Shape, Type
from glassnet.ops.elementwise import Elementwise
from glassnet.ops.layout import concatenate, reshape, slice_
from glassnet.ops.scan import before_each, step_of
from glassnet.readings.simplify import simplify

Build = Callable[[Primitive, Sequence[Var], dict[str, Any]], Var]
"""An operation, as the engine computes it."""
Stretch = tuple[Var, int, int, int]
"""What of a variable is taken: along which axis, from where to where."""
TOGETHER = 8
"""Samples that go through all steps of a loop, at least, before others do: they fill a tile, and stay near."""


class Inner(Primitive):
    """An operation of the engine's own graphs: it is planned, and never evaluated."""

    def __post_init__(self) -> None:
        """It is not listed among the operations that there are."""


@dataclass(frozen=True)
class Turns:
    """A loop's number in its graph, how many steps it makes, and whether it begins with the last."""

    number: int
    steps: int
    backwards: bool


def inner(name: str, doc: str, rule: Callable[..., Type]) -> Primitive:
    return Inner(name, doc, rule=rule, kernel=lambda *arrays, **params: None)


def _of_all(v: Type, steps: int) -> Type:
    return Type((v.shape[0], steps, *v.shape[1:]), v.dtype)


now = inner("now", "In a sequence, at the step at hand.", lambda x, turns: Type((x.shape[0], *x.shape[2:]), x.dtype))
carried = inner("carried", "The state before the step at hand, at first the initial one.", lambda first, turns: first)
looped = inner("looped", "The states that the steps make.", lambda first, new, turns: _of_all(new, turns.steps))
before = inner("before", "The states before each step.", lambda history, turns: history)
every = inner("every", "A result of the steps, of each of them.", lambda history, v, turns: _of_all(v, turns.steps))


def turns_of(var: Var) -> Turns:
    """The loop that a variable is given its place by."""
    assert isinstance(var.definition, Equation)
    turns: Turns = dict(var.definition.params)["turns"]
    return turns


def loops(graph: Graph) -> dict[Var, Turns]:
    """The loop of each variable that is computed in its steps."""
    found: dict[Var, Turns] = {}
    for var in graph.variables:
        if var.is_result_of("now") or var.is_result_of("carried"):
            found[var] = turns_of(var)
        elif not any(var.is_result_of(name) for name in ("looped", "before", "every")):
            found.update((var, found[v]) for v in var.inputs if v in found)
    return found


def stages(graph: Graph, of: Mapping[Var, Turns]) -> dict[Var, int]:
    """What of the steps of loops belongs in one pass over the numbers: the same stage.

    A function of another one, as a cell's tanh is of the gates' sigmoids, begins a stage. A processor has some hundred
    operations under way, and in one pass few vectors would be, for as long as the two functions take.
    """
    stage: dict[Var, int] = {}
    functions: dict[Var, int] = {}
    for var in graph.variables:
        if var in of:
            before = max((functions.get(v, 0) for v in var.inputs), default=0)
            is_function = is_elementwise(var) and is_dear(var)
            functions[var] = before + is_function
            stage[var] = before if is_function else max((stage.get(v, 0) for v in var.inputs), default=0)
    return stage


def plain(graph: Graph, of: Mapping[Var, Turns]) -> set[Turns]:
    """The loops whose steps have no functions, but products and arithmetic: that takes less time than what it reads."""
    return set(of.values()) - {of[var] for var in graph.variables if var in of and is_elementwise(var) and is_dear(var)}


class Loops:
    """The loops of a graph that is being rewritten."""

    def __init__(self, build: Build, can_be_placed: Callable[[Var], bool]) -> None:
        """``can_be_placed`` says whether a result can be computed anywhere, be it amid those of other steps."""
        self.build, self.can_be_placed = build, can_be_placed
        self._kept: dict[Var, Var] = {}
        self._count = 0

    def known(self, var: Var) -> Var:
        """What has been worked out in a loop already, instead of the same for all steps at once."""
        return self._kept.get(var, var)

    def keep(self, var: Var, instead: Var) -> None:
        """Note that a variable is to be replaced wherever it comes."""
        self._kept.setdefault(var, instead)

    def history(self, equation: Equation, inputs: Sequence[Var]) -> Var:
        """The history of a scan's state, of a loop."""
        params, (initial, *rest) = dict(equation.params), inputs
        turns = Turns(self._count, int(rest[0].shape[1]), params["backwards"])  # type: ignore[arg-type]
        self._count += 1
        step = Graph(simplify(step_of(equation).outputs))
        return _Body(self, step, turns, initial, rest, params["sequences"]).history()


class _Body:
    """A step being written into the graph: of each of its variables the one of this step, and that of all of them."""

    def __init__(
        self, loops: Loops, step: Graph, turns: Turns, initial: Var, rest: Sequence[Var], sequences: int
    ) -> None:
        self.loops, self.step, self.turns, self.initial = loops, step, turns, initial
        names = [f"step {i}" for i in range(sequences)] + [f"constant {i}" for i in range(len(rest) - sequences)]
        self.given = dict(zip(names, rest, strict=True))
        self.now: dict[Var, Var] = {}
        self.whole: dict[Var, Var | None] = {}
        self.changing: set[Var] = set()
        self._at_hand: dict[Var, Var] = {}
        self._stretches: dict[Stretch, Var] = {}
        self.begins: Var | None = None
        self.first = initial
        if (begun := self._begun()) is not None:
            self.begins, self.first = begun

    def _begun(self) -> tuple[Var, Var] | None:
        """Where a sequence of which all but the first step is 0 is added to a state that begins as 0: both at first.

        So it is with the gradient of the last state: the way back begins with it, and no zeros are written or read.
        """
        pair = {self.step.sources.get("state"), self.step.sources.get("step 0")}
        users = [var for var in self.step.variables if not pair.isdisjoint(var.inputs)]
        if len(users) != 1 or not users[0].is_result_of("add") or set(users[0].inputs) != pair:
            return None
        first = only_first(self.given["step 0"], self.turns)
        return (users[0], first) if first is not None and is_zero(self.initial) else None

    def history(self) -> Var:
        for var in self.step.variables:
            self._add(var)
        state = self.step.outputs["state"]
        new = self.now[state]
        new = new if new.is_result_of("concatenate") else concatenate([new], axis=1)
        history = looped(self.first, new, turns=self.turns)
        self._keep(history, new)
        return history

    # ── at the step at hand ─────────────────────────────────────────────────────────────────────────────────────────

    def _add(self, var: Var) -> None:
        match var.definition:
            case Constant():
                self.now[var] = self.whole[var] = var
            case Source(_, "state"):
                self.now[var] = carried(self.first, turns=self.turns)
                self.changing.add(var)
            case Source(_, name):
                self.whole[var] = self.given[name]
                self.now[var] = self._now(self.given[name]) if name.startswith("step") else self.given[name]
            case Equation():
                self._compute(var, var.definition)

    def _now(self, sequence: Var) -> Var:
        """What stands in a sequence at this step; arithmetic on sequences is done there and then."""
        if sequence not in self._at_hand:
            along = (self.initial.shape[0], self.turns.steps)
            if is_arithmetic(sequence) and all(x.shape[:2] == along or len(x.shape) < 2 for x in sequence.inputs):
                inputs = [self._now(x) if x.shape[:2] == along else x for x in sequence.inputs]
                self._at_hand[sequence] = _applied(sequence, inputs)
            else:
                self._at_hand[sequence] = now(sequence, turns=self.turns)
        return self._at_hand[sequence]

    def _compute(self, var: Var, equation: Equation) -> None:
        if equation.primitive.name == "scan":
            raise NoKernel("a scan in a scan")
        inputs = [self.now[v] for v in var.inputs]
        result = self.loops.build(equation.primitive, inputs, dict(equation.params))
        if var.is_result_of("slice"):
            result = stretch(inputs[0], **dict(equation.params), known=self._stretches)
        result = self.now[var] = carried(self.first, turns=self.turns) if var is self.begins else result
        if not self.changing.isdisjoint(var.inputs):
            self.changing.add(var)
        elif all(self.now[v] is self.whole[v] for v in var.inputs):
            self.whole[var] = result
        else:
            whole = self.whole[var] = self._of_all_steps(var, equation)
            if whole is not None and self._is_dear(whole):
                self.now[var] = self._now(whole)

    # ── at all steps ────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_all_steps(self, var: Var, equation: Equation) -> Var | None:
        """A variable for all steps at once; None where the operation cannot be written so."""
        inputs = [self.whole[v] for v in var.inputs]
        along = [self.now[v] is not self.whole[v] for v in var.inputs]
        params = for_all_steps(equation, along, self.initial.shape[:1], self.turns.steps)
        if params is None or any(x is None for x in inputs):
            return None
        return self.loops.known(self.loops.build(equation.primitive, inputs, params))  # type: ignore[arg-type]

    def _keep(self, history: Var, new: Var) -> None:
        """Note what all steps have worked out, where the gradients will look for it."""
        states = before_each(self.initial, history, self.turns.backwards)
        if self.turns.steps > 1 and self.begins is None:
            self.loops.keep(states, before(history, turns=self.turns))
            states = self.loops.known(states)
        computed, state = set(Graph({"new": new}).variables), self.step.outputs["state"]
        for var in self.step.variables:
            if var not in self.changing:
                continue
            if isinstance(var.definition, Source):
                self.whole[var] = states
                continue
            assert isinstance(var.definition, Equation)
            result = self.now[var]
            if var is self.begins:
                self._keep_as(var, before(history, turns=self.turns))
            elif var is state:
                self._keep_as(var, history)
            elif self._is_dear(result) and result in computed and self.loops.can_be_placed(result):
                self._keep_as(var, every(history, result, turns=self.turns))
            self.whole[var] = self._of_all_steps(var, var.definition)

    def _is_dear(self, var: Var) -> bool:
        """Whether it is better kept of all steps than worked out again."""
        return is_dear(var) and var.shape[:1] == self.initial.shape[:1]

    def _keep_as(self, var: Var, kept: Var) -> None:
        assert isinstance(var.definition, Equation)
        whole = self._of_all_steps(var, var.definition)
        if whole is not None:
            self.loops.keep(whole, kept)


def only_first(x: Var, turns: Turns) -> Var | None:
    """What stands in a sequence at the first step of a loop, if it is padded with zeros at all others."""
    if not x.is_result_of("pad") or x.inputs[0].shape[1] != 1 or turns.steps == 1:
        return None
    assert isinstance(x.definition, Equation)
    params, samples, numbers = dict(x.definition.params), x.shape[0], x.shape[2]
    begins = params["axis"] == 1 and params["after" if turns.backwards else "before"] == 0
    return reshape(x.inputs[0], shape=(samples, numbers)) if begins else None


def is_zero(var: Var) -> bool:
    """Whether it is 0 everywhere, whatever is given."""
    if var.is_result_of("broadcast"):
        return is_zero(var.inputs[0])
    return isinstance(var.definition, Constant) and not var.definition.values.array.any()


def is_dear(var: Var) -> bool:
    """Whether a result is better kept than worked out again."""
    if not isinstance(var.definition, Equation) or var.definition.primitive.name in VIEWS:
        return False
    return not is_arithmetic(var)


def is_arithmetic(var: Var) -> bool:
    """Whether it takes no more than some arithmetic on each number."""
    if not isinstance(var.definition, Equation):
        return False
    primitive = var.definition.primitive
    if isinstance(primitive, Elementwise):
        return primitive.is_exact_on([_number(x) for x in var.inputs])
    return is_elementwise(var) and primitive.moves


def _number(var: Var) -> float | None:
    """The number that a variable is, if it is a constant."""
    constant = isinstance(var.definition, Constant) and not var.shape
    return float(var.definition.values.array) if constant else None  # type: ignore[union-attr]


def _applied(var: Var, inputs: Sequence[Var]) -> Var:
    """The same operation on other operands."""
    assert isinstance(var.definition, Equation)
    return var.definition.primitive(*inputs, **dict(var.definition.params))


def stretch(x: Var, axis: int, start: int, stop: int, known: dict[Stretch, Var]) -> Var:
    """A stretch of an axis, such as a gate's; where x is arithmetic, that of its operands is taken, and no more of x.

    >>> from glassnet.ir.graph import source
    >>> x, y = (source("input", name, (4, 9), "float32") for name in "xy")
    >>> print(Graph({"z": stretch(x + y, 1, 0, 3, {})}))
    x : input float32[4, 9]
    a = slice(x, axis=1, start=0, stop=3) : float32[4, 3]
    y : input float32[4, 9]
    b = slice(y, axis=1, start=0, stop=3) : float32[4, 3]
    c = add(a, b) : float32[4, 3]
    return z = c
    """
    key, size, after = (x, axis, start, stop), x.shape[axis], len(x.shape) - axis
    if key not in known:
        along = [len(v.shape) >= after and v.shape[-after] == size for v in x.inputs]
        others = [v for v, a in zip(x.inputs, along, strict=True) if not a]
        if is_arithmetic(x) and all(len(v.shape) < after or v.shape[-after] == 1 for v in others):
            pairs = zip(x.inputs, along, strict=True)
            known[key] = _applied(
                x, [stretch(v, len(v.shape) - after, start, stop, known) if a else v for v, a in pairs]
            )
        else:
            known[key] = slice_(x, axis=axis, start=start, stop=stop)
    return known[key]


def for_all_steps(equation: Equation, along: Sequence[bool], samples: Shape, steps: int) -> dict[str, Any] | None:
    """The parameters of an operation of one step, (n, …), for all steps at once, (n, t, …); None where there are none.

    ``along`` says which operands are other numbers at each step; the others are constants.
    """
    primitive, types = equation.primitive, [v.type for v in equation.inputs]
    if any(x.shape[:1] == samples and not a for x, a in zip(types, along, strict=True)):
        return None
    rule = primitive.at_all_steps
    return None if rule is None else rule(steps, along, *types, **dict(equation.params))


# ── the instruction ───────────────────────────────────────────────────────────────────────────────────────────────────


def steps(body: Sequence[Instruction], count: int, where: str) -> Instruction:
    """A loop over steps, each of which does the same, its places moving on: sample by sample, if all of it does."""
    following: list[Argument] = []
    rows = all(part.rows for part in body)
    for part in body:
        extent = 0 if rows else -1 if part.rows else part.extent
        moves = [a.place.step * SIZES[a.place.dtype] if isinstance(a, Address) else 0 for a in part.arguments]
        stretch = [part.since, count - part.until]
        following += [Called(part.kernel, part.codes), extent, *stretch, len(moves), *part.arguments, *moves]
    return Instruction(
        stepping.NAME,
        lambda: [stepping.write()],
        [count, len(body), len(following), *following],
        set().union(*(part.reads for part in body)),
        set().union(*(part.writes for part in body)),
        f"{count}: {where}",
        rows=rows,
        work=count * sum(part.work * (1 if part.rows else part.extent) for part in body),
        several=TOGETHER,
        parts=tuple(body),
    )
