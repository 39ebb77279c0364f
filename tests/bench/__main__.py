"""Prints figures as they are measured, ours beside the floor of the same machine in the same run."""

import argparse
from collections.abc import Callable

from tests.bench import images, pages, polling, sockets, submits
from tests.bench.incidents import analyses
from tests.bench.report import HEAD, Rows, line
from tests.bench.subject import Subject, incidents, stories, subject
from tests.stack import Adapt

Measure = Callable[[Subject, float], Rows]

SECTIONS: dict[str, list[tuple[Adapt, Measure]]] = {
    "memory": [(incidents, submits.memory)],
    "job": [(incidents, submits.job)],
    "submit": [(incidents, submits.submit)],
    "burst": [(incidents, submits.burst)],
    "images": [(incidents, images.drafts)],
    "incidents": [(incidents, analyses)],
    "pages": [(incidents, pages.alone), (incidents, pages.init)],
    "polling": [(incidents, polling.polls), (stories, polling.changes)],
    "sockets": [(stories, sockets.memory), (stories, sockets.latency), (stories, sockets.saturation)],
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"of {', '.join(SECTIONS)}; all without one")
    parser.add_argument("--seconds", type=float, default=5, help="length of each load")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(unknown)}")
    wanted = [measure for name in options.sections or SECTIONS for measure in SECTIONS[name]]
    print(HEAD, flush=True)
    for adapt in (incidents, stories):
        measures = [measure for needed, measure in wanted if needed is adapt]
        if measures:
            run(adapt, measures, options.seconds)


def run(adapt: Adapt, measures: list[Measure], seconds: float) -> None:
    with subject(adapt) as running:
        for measure in measures:
            for row in measure(running, seconds):
                print(line(row), flush=True)


if __name__ == "__main__":
    main()
