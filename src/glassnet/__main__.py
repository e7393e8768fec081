"""``python -m glassnet`` is ``glassnet``: also where the folder of installed commands is not on the PATH."""

from glassnet.cli import main

if __name__ == "__main__":
    main("python -m glassnet")
