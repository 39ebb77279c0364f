"""The faults: each is a generator that does harm, says for how many seconds to leave it, and mends it."""

import operator
import random
import signal
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import NamedTuple

import psycopg

from deploy.local.processes import Kind, Process
from tests.engines.embedded import Embedded
from tests.faults.trials import off_clock
from tests.faults.trials.scene import Scene

Happening = Generator[float, None, None]
Happen = Callable[[Scene, float, random.Random], Happening]

POSTGRES, REDIS = operator.attrgetter("postgres"), operator.attrgetter("redis")

# As long as Kubernetes waits before it kills.
_STOP_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.1
_CLOCK_OFF_S = 600


class Fault(NamedTuple):
    """`touches`: what no other fault may have to do with meanwhile. How long it lasts is drawn from `lasts_s`, and is
    `brief_s` where there is little time."""

    name: str
    touches: frozenset[str]
    happen: Happen
    lasts_s: tuple[float, ...] = (0,)
    brief_s: float = 0


def kill(kind: Kind) -> Happen:
    def happen(scene: Scene, _: float, numbers: random.Random) -> Happening:
        process = numbers.choice(scene.processes(kind))
        scene.count_as_lost(process)
        scene.dismissed.add(process.pid)
        process.kill()
        yield 0

    return happen


def stop(kind: Kind) -> Happen:
    def happen(scene: Scene, _: float, numbers: random.Random) -> Happening:
        yield from _stop(scene, numbers.choice(scene.processes(kind)))

    return happen


def freeze(kind: Kind) -> Happen:
    """It hangs, and then goes on as if nothing had been."""

    def happen(scene: Scene, lasts_s: float, numbers: random.Random) -> Happening:
        process = numbers.choice(scene.processes(kind))
        scene.count_as_lost(process)
        process.send_signal(signal.SIGSTOP)
        try:
            yield lasts_s
        finally:
            process.send_signal(signal.SIGCONT)

    return happen


def take_away(engine: Callable[[Scene], Embedded], end: Callable[[Embedded], None]) -> Happen:
    """Nobody answers there, until it is started again."""

    def happen(scene: Scene, lasts_s: float, _: random.Random) -> Happening:
        end(engine(scene))
        try:
            yield lasts_s
        finally:
            engine(scene).start()

    return happen


def flush_redis(scene: Scene, _: float, __: random.Random) -> Happening:
    with scene.redis_client() as client:
        client.flushall()
    yield 0


def restore_redis(scene: Scene, lasts_s: float, _: random.Random) -> Happening:
    """What Redis knew `lasts_s` ago is what it knows."""
    scene.save_redis()
    yield lasts_s
    scene.redis.kill()
    scene.restore_redis()
    scene.redis.start()


def fill_redis(scene: Scene, lasts_s: float, _: random.Random) -> Happening:
    """It refuses whatever would take memory."""
    with scene.redis_client() as client:
        client.config_set("maxmemory", "1mb")
        try:
            yield lasts_s
        finally:
            client.config_set("maxmemory", "0")


def cut_off(name: str) -> Happen:
    """Nothing comes through; in the end what was held may arrive after all, or its connections are gone."""

    def happen(scene: Scene, lasts_s: float, numbers: random.Random) -> Happening:
        line = scene.lines[name]
        line.hold()
        try:
            yield lasts_s
        finally:
            if numbers.random() < 0.5:
                line.cut()
            line.release()

    return happen


def cut_in_replies(name: str) -> Happen:
    def happen(scene: Scene, lasts_s: float, numbers: random.Random) -> Happening:
        line = scene.lines[name]
        line.cut_in_replies(numbers)
        try:
            yield lasts_s
        finally:
            line.be_whole()

    return happen


def leave_transaction_open(scene: Scene, lasts_s: float, _: random.Random) -> Happening:
    """Somebody else's, which holds back vacuum and whatever else looks at the oldest transaction."""
    with psycopg.connect(scene.postgres.url) as connection:
        connection.execute("CREATE TEMPORARY TABLE forgotten AS SELECT pg_current_xact_id()")
        yield lasts_s


def let_a_job_die(scene: Scene, lasts_s: float, _: random.Random) -> Happening:
    scene.load.let_one_die()
    yield lasts_s


def put_clock_off(scene: Scene, lasts_s: float, numbers: random.Random) -> Happening:
    """A worker starts that is ten minutes early or late, and another in its place when it is over."""
    process = numbers.choice(scene.processes("worker"))
    program = process.program
    python, *arguments = program.argv
    offset_s = numbers.choice([-_CLOCK_OFF_S, _CLOCK_OFF_S])
    process.program = replace(program, argv=[python, "-m", off_clock.__name__, str(offset_s), *arguments])
    try:
        yield from _stop(scene, process)
        yield lasts_s
    finally:
        process.program = program
    yield from _stop(scene, process)


def overload(scene: Scene, lasts_s: float, _: random.Random) -> Happening:
    with scene.load.ten_times_as_much():
        yield lasts_s


def restart_everything(scene: Scene, _: float, __: random.Random) -> Happening:
    """One process after the other, each when the one before is ready."""
    for process in list(scene.stack.processes.values()):
        yield from _stop(scene, process)
        while not process.program.ready():
            yield _LOOK_EVERY_S


FAULTS = (
    Fault("worker killed", frozenset({"worker"}), kill("worker")),
    Fault("worker stopped", frozenset({"worker"}), stop("worker")),
    Fault("worker frozen", frozenset({"worker"}), freeze("worker"), (60,), 40),
    Fault("API killed", frozenset({"api"}), kill("api")),
    Fault("API stopped", frozenset({"api"}), stop("api")),
    Fault("API frozen", frozenset({"api"}), freeze("api"), (60,), 5),
    Fault("gateway killed", frozenset({"gateway"}), kill("gateway")),
    Fault("gateway stopped", frozenset({"gateway"}), stop("gateway")),
    Fault("gateway frozen", frozenset({"gateway"}), freeze("gateway"), (60,), 5),
    Fault("Redis stopped", frozenset({"redis"}), take_away(REDIS, Embedded.stop), (5, 20, 120), 5),
    Fault("Redis killed", frozenset({"redis"}), take_away(REDIS, Embedded.kill)),
    Fault("Redis flushed", frozenset({"redis"}), flush_redis),
    Fault("Redis restored", frozenset({"redis"}), restore_redis, (5, 30), 5),
    Fault("Redis full", frozenset({"redis"}), fill_redis, (10, 30), 5),
    Fault("Redis cut off", frozenset({"redis"}), cut_off("redis"), (10, 30), 8),
    Fault("Redis cut in its replies", frozenset({"redis"}), cut_in_replies("redis"), (5, 20), 3),
    Fault("Postgres killed", frozenset({"postgres"}), take_away(POSTGRES, Embedded.kill), (0, 5, 20), 2),
    Fault("Postgres cut off", frozenset({"postgres"}), cut_off("postgres"), (30,), 15),
    Fault("Postgres cut in its replies", frozenset({"postgres"}), cut_in_replies("postgres"), (5, 20), 3),
    Fault("a transaction left open", frozenset({"postgres"}), leave_transaction_open, (60,), 5),
    Fault("API cut in its replies", frozenset({"api"}), cut_in_replies("api"), (5, 20), 3),
    Fault("a job that kills its worker", frozenset({"worker"}), let_a_job_die, (100,), 0),
    Fault("a worker's clock ten minutes off", frozenset({"worker"}), put_clock_off, (30,), 10),
    Fault("ten times the load", frozenset({"load"}), overload, (120,), 10),
    Fault("everything restarted", frozenset({"worker", "api", "gateway"}), restart_everything),
)


def _stop(scene: Scene, process: Process) -> Happening:
    """Ask it to end. Somebody starts another in its place."""
    popen = process.popen
    assert popen is not None
    scene.dismissed.add(popen.pid)
    process.signal_stop()
    give_up_at = time.monotonic() + _STOP_WITHIN_S
    while popen.poll() is None and time.monotonic() < give_up_at:
        yield _LOOK_EVERY_S
    if popen.poll() is None:
        scene.load.history.violations.append(f"{process.program.name} did not stop within {_STOP_WITHIN_S:.0f} s")
        popen.kill()
