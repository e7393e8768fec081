"""Ready-made ways to break a training, with what to watch for."""

from __future__ import annotations

from functools import cache

from glassnet.ir.errors import GlassnetError
from glassnet.lab.playground.messages import Example
from glassnet.lab.playground.settings import Setup, opened
from glassnet.words import unknown

BREAK = "break="

GALLERY = (
    Example(
        "Divergence",
        "data=hills&layers=8,8&activation=linear&tune=0:SGD,2.0,0.0,0.0,0.0",
        "The learning rate is far too large: each step overshoots, the weights grow, and soon a number is "
        "no longer finite. The run stops by itself and names the step, and the layer of the first such number.",
    ),
    Example(
        "Dead relu",
        "data=circles&layers=8,8&activation=relu&tune=0:SGD,2.0,0.0,0.0,0.0",
        "Huge steps push neurons so far that relu gives 0 everywhere: their pictures go blank, no gradient reaches "
        "them, and they never learn again. Choose leaky_relu and train anew.",
    ),
    Example(
        "Overfitting",
        "data=moons&count=40&noise=0.45&share=0.5&layers=8,8,8&tune=0:Adam,0.03,0.0,0.0,0.0",
        "Twenty noisy points and far more weights than points: the training loss goes to 0 while the test loss rises. "
        "Scrub back to its lowest point; then set L2 to 0.01 or dropout to 0.2 and see what changes.",
    ),
    Example(
        "Vanishing gradient",
        "data=circles&layers=8,8,8,8,8,8&activation=sigmoid&tune=0:SGD,0.1,0.0,0.0,0.0",
        "Six layers of sigmoid: each makes the gradient several times smaller; the first layers hardly move. Choose "
        "tanh, or Adam, and compare.",
    ),
    Example(
        "Too much penalty",
        "data=xor&layers=6&tune=0:Adam,0.03,0.0,0.5,0.0",
        "The penalty outweighs the loss: all weights shrink to nothing, and every point gets the same answer. The "
        "penalty is drawn apart from the loss, so it shows which of the two falls.",
    ),
)
"""In the order in which they are shown."""


def written_out(fragment: str) -> str:
    """An address in which an example of the gallery stood by its name.

    >>> written_out("break=too-much-penalty")
    'data=xor&layers=6&tune=0:Adam,0.03,0.0,0.5,0.0'
    """
    if not fragment.startswith(BREAK):
        return fragment
    known = {one.title.lower().replace(" ", "-"): one.fragment for one in GALLERY}
    name = fragment.removeprefix(BREAK)
    if name not in known:
        raise GlassnetError(unknown("way to break it", name, known))
    return known[name]


def example_of(setup: Setup) -> str:
    """The title of the example with that setup, however its training was tuned since; "" for none.

    >>> example_of(Setup()), example_of(opened("data=xor&layers=6&step=9").setup)
    ('', 'Too much penalty')
    """
    return next((title for title, known in _setups() if known == setup), "")


@cache
def _setups() -> list[tuple[str, Setup]]:
    return [(one.title, opened(one.fragment).setup) for one in GALLERY]
