"""The well-known GPT of 200 lines, here in seven layers: it learns to write as a text does, letter by letter.

One layer, four heads, 16 numbers a position, a context of 16 letters, RMSNorm without weights, no biases, ReLU², and
4,192 parameters for 27 different letters (A. Karpathy's microgpt).

    python examples/small_gpt.py [TEXT]
"""

import sys

import glassnet as gn

CONTEXT, FEATURES, HEADS = 16, 16, 4


def small_gpt(letters: int, seed: int = 0, dtype: str = "float32") -> gn.Network:
    """The network: for each of 16 letters the probability of each letter to come next."""
    first, norm = gn.Normal(0.08), gn.RMSNorm(scale=None)
    block = gn.TransformerBlock(
        HEADS, 4 * FEATURES, causal=True, activation="squared relu", norm=norm, weights=first, biases=None
    )
    return gn.Network(
        CONTEXT,
        gn.Embedding(letters, FEATURES, weights=first),
        gn.PositionEmbedding(CONTEXT, weights=first),
        norm,
        block,
        gn.Dense(letters, "softmax", weights=first, biases=None),
        seed=seed,
        dtype=dtype,
    )


def main() -> None:
    text = gn.data.text(*sys.argv[1:2], length=CONTEXT, stride=4)
    net = small_gpt(text.tokens.size)
    net.tokens = text.tokens
    print(text, net.summary(), sep="\n\n")
    steps = 20 * len(text.x_train) // 32
    net.fit(text.x_train, text.y_train, epochs=20, optimizer=gn.Adam(gn.CosineDecay(0.01, steps)), progress=True)
    print(gn.generate(net, "Once", length=300, temperature=0.7, seed=1))


if __name__ == "__main__":
    main()
