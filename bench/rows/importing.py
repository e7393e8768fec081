"""How long `import glassnet` takes beside `import numpy`."""

from bench.suite.whole import Importing

ROW = Importing("importing", "import glassnet", "NumPy's + 0.06 s", "s")
