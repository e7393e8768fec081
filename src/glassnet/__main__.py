"""The ``glassnet`` command, also as ``python -m glassnet``: where the folder of commands is not on the PATH."""

from glassnet.signals import ended_silently


def main(name: str = "glassnet") -> None:
    """Start the command line."""
    with ended_silently():
        from glassnet.cli import main as run

    run(name)


if __name__ == "__main__":
    main("python -m glassnet")
