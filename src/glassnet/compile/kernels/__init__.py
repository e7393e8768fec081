"""The kinds of machine code that instructions call, one a file; all have the signature of :data:`PARAMETERS`.

``args`` are the instruction's own numbers, ``row`` is the line of the step's table (how many samples, where they are,
scalars such as the learning rate), and ``first`` to ``last`` is the stretch of samples or numbers to work on.
"""

PARAMETERS = ("ptr %args", "ptr %row", "i64 %first", "i64 %last")
SAMPLES, CELLS = 0, 1
"""The cells of a line of the table: the number of samples; where others begin."""
