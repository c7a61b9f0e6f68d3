"""The `decalogo` command: names its commands, imports only the one that is asked for."""

import argparse
import sys
from importlib import import_module

from domain.errors import DecalogoError

COMMANDS = {
    "up": "everything in one command: embedded Valkey, interface, workers",
    "serve": "the interface alone",
    "worker": "one worker alone",
    "jobs": "list, show, cancel and retry batches, sweep, what was given up; archive, backup, restore",
    "webhooks": "list webhooks and deliveries, what was given up; deliver once more",
    "keys": "create, list, revoke and rotate bearer keys",
    "evaluate": "evaluate files here, without a service",
    "label": "label passages",
    "model": "build or verify the embedding model",
    "run": "start everything, submit, show the scorecards, stay",
    "submit": "send files to a service",
    "watch": "follow a batch",
}
"""Name -> one line. The module of the same name in `app.commands` has `add_arguments(parser)` and `run(arguments)`."""

EXIT_ERROR = 1
EXIT_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] not in COMMANDS:
        return _explain(given)
    name, *rest = given
    try:
        module = import_module(f"app.commands.{name}")
        parser = argparse.ArgumentParser(prog=f"decalogo {name}", description=module.__doc__)
        module.add_arguments(parser)
        return int(module.run(parser.parse_args(rest)))
    except DecalogoError as error:
        sys.stderr.write(f"decalogo {name}: {error.message} ({error.code})\n")
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _explain(given: list[str]) -> int:
    lines = [f"  {name:10} {line}" for name, line in COMMANDS.items()]
    text = "\n".join(["usage: decalogo COMMAND [...]", "", *lines, "", "decalogo COMMAND --help says more.", ""])
    asked = not given or given[0] in ("-h", "--help", "help")
    (sys.stdout if asked else sys.stderr).write(text if asked else f"decalogo: unknown command {given[0]}\n{text}")
    return 0 if asked else 2


if __name__ == "__main__":
    sys.exit(main())
