"""The ``glassnet`` command, also as ``python -m glassnet``: where the folder of commands is not on the PATH."""

import signal


def main(name: str = "glassnet") -> None:
    """Start the command line; Ctrl-C while its modules are still being read ends it without a traceback."""
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from glassnet.cli import main as run

    signal.signal(signal.SIGINT, heard)
    run(name)


if __name__ == "__main__":
    main("python -m glassnet")
