"""The command line of `./dev`."""

import argparse
from collections.abc import Callable

from deploy.local import commands
from deploy.local.console import Failure, note

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str]) -> int:
    """Run one command; its exit code. A failure is two lines, or with `--debug` a traceback."""
    options, rest = _parser().parse_known_args([argument for argument in arguments if argument != "--debug"])
    if rest and not options.passes_on:
        _parser().error(f"unknown arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        result: int = options.run(options)
        return result
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if "--debug" in arguments:
            raise
        note(
            str(error)
            if isinstance(error, Failure)
            else f"error: {type(error).__name__}: {error}\nfix: add --debug to see where"
        )
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev", description="Errand on this machine: run it, test it, look at it.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of a failure")
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Command, text: str, passes_on: bool = False) -> argparse.ArgumentParser:
        command = subparsers.add_parser(name, help=text, add_help=not passes_on)
        command.set_defaults(run=run, passes_on=passes_on)
        return command

    start = add("up", commands.up, "start everything, run a first analysis, print addresses and a token")
    start.add_argument("--foreground", action="store_true", help="stay attached; Ctrl-C stops everything")
    add("down", commands.down, "stop everything; the data stays")
    add("status", commands.status, "what runs, and how it is").add_argument("--json", action="store_true")
    add("reset", commands.reset, "stop everything and remove the data")
    add("test", commands.test, "run the tests: ./dev test [pytest's arguments]", passes_on=True)
    add("check", commands.check, "lint, format, types, architecture")
    add("bench", commands.bench, "run the benchmarks: ./dev bench [arguments]", passes_on=True)
    add("faults", commands.faults, "faults at random, and nothing lost: ./dev faults [--minutes M] [--seed N]", True)
    examination = add("doctor", commands.examine, "what this machine lacks, and how to mend it")
    add("token", commands.token, "print an access token of the demo user")
    add("lock", commands.lock, "write requirements.lock anew: ./dev lock [--upgrade]", passes_on=True)
    child = subparsers.add_parser("supervise")
    child.set_defaults(run=commands.supervise_in_background, passes_on=False)
    child.add_argument("--ready-descriptor", type=int, required=True)
    for command in (start, examination, child):
        command.add_argument("--port", type=int, default=8000, help="the gateway's port (8000); others follow from it")
    return parser
