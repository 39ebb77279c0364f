import concurrent.futures
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from dramatiq.threading import Interrupt, raise_thread_exception
from PIL import Image

from errand.common.errors import Unavailable
from errand.common.jobs.domain import Speed
from errand.images.rendering import drawing, masters
from errand.images.rendering import renditions as scaling
from errand.images.rendering.decoding import PictureUnreadable
from errand.images.rendering.process import Process, RenderingFailed, RenderingUnavailable
from errand.images.rendering.studio import Studio, orders
from errand.images.scenes import Brief
from errand.images.sizes import Size
from tests.unit.images.rendering.pictures import PROVENANCE, saved

BRIEF = Brief(prompt="A container terminal at dawn", width=256, height=128)
SMALL = Size(128, 64)

PARENT = """
import time
from errand.common.jobs.domain import Speed
from errand.images.rendering.studio import Studio
from errand.images.scenes import Brief
from errand.images.sizes import Size

studio = Studio(2)
studio.start()
studio.draw(Brief(prompt="A container terminal at dawn", width=256, height=128), Size(128, 64), Speed.FAST)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with closing(Studio(2)) as studio:
        studio.start()
        yield studio


@pytest.fixture
def process() -> Iterator[Process]:
    with closing(Process()) as process:
        yield process


def ended(pid: int) -> None:
    """Wait until the child is dead, and leave its remains to its parent."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_another_process_does_what_this_one_would(studio: Studio) -> None:
    drawn = studio.draw(BRIEF, SMALL, Speed.FAST)
    master = studio.master(drawn.png, SMALL, PROVENANCE, Speed.FAST)

    assert drawn == drawing.draw(BRIEF, SMALL)
    assert master == masters.master(drawn.png, SMALL, PROVENANCE)
    assert studio.renditions(master, Speed.FAST) == scaling.renditions(master)


def test_more_threads_than_processes_are_all_served(studio: Studio) -> None:
    briefs = [Brief(prompt=f"wave {number}", width=256, height=128) for number in range(12)]

    with ThreadPoolExecutor(12) as threads:
        drawn = list(threads.map(lambda brief: studio.draw(brief, SMALL, Speed.FAST), briefs))

    assert [item.svg for item in drawn] == [drawing.draw(brief, SMALL).svg for brief in briefs]


def test_a_fast_call_waits_for_no_slow_one(studio: Studio, tmp_path: Path) -> None:
    pipes = [tmp_path / "one", tmp_path / "other"]
    with ThreadPoolExecutor(3) as threads:
        for pipe in pipes:
            os.mkfifo(pipe)
            threads.submit(studio.call, Speed.SLOW, Path.read_text, pipe)
        # They open once the other ends are: no process is left for slow calls.
        with pipes[0].open("w"), pipes[1].open("w"):
            assert threads.submit(studio.call, Speed.FAST, os.getpid).result(60) == studio.processes[0].pid


@pytest.mark.parametrize("count", [1, 2, 8])
def test_one_process_takes_slow_calls_first_and_one_takes_none(count: int) -> None:
    assert sum(order[0] == Speed.SLOW for order in orders(count)) == 1
    assert sum(Speed.SLOW in order for order in orders(count)) == count


def test_an_image_that_cannot_be_read_is_an_error_of_its_own(studio: Studio) -> None:
    with pytest.raises(PictureUnreadable):
        studio.master(b"<html>", SMALL, PROVENANCE, Speed.FAST)


def test_a_large_file_passes_both_ways(studio: Studio) -> None:
    content = os.urandom(2000 * 1000 * 3)
    noise = Image.frombytes("RGB", (2000, 1000), content)

    master = studio.master(saved(noise, compress_level=0), Size(2000, 1000), PROVENANCE, Speed.FAST)

    assert len(master) > len(content)


def test_an_unforeseen_error_tells_where_it_was(process: Process) -> None:
    with pytest.raises(RenderingFailed, match="ZeroDivisionError"):
        process.call(divmod, (1, 0))


def test_a_process_that_dies_fails_its_call_for_now_and_is_replaced(process: Process) -> None:
    first = process.call(os.getpid, ())

    with pytest.raises(Unavailable):
        process.call(os._exit, (3,))

    assert process.call(os.getpid, ()) != first


def test_a_process_that_died_between_calls_is_not_noticed(studio: Studio) -> None:
    for process in studio.processes:
        pid = process.pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        ended(pid)

    assert studio.draw(BRIEF, SMALL, Speed.FAST)


def test_a_call_of_a_process_that_is_killed_is_told_at_once(process: Process, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with ThreadPoolExecutor(1) as threads:
        called = threads.submit(process.call, Path.read_text, (pipe,))
        # Opens once the other end is.
        with pipe.open("w"):
            process.kill()
            with pytest.raises(Unavailable):
                called.result()


def test_a_process_that_hangs_is_given_up(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    first = process.call(os.getpid, ())
    monkeypatch.setattr("errand.images.rendering.process.TIMEOUT_S", 0.05)

    with pytest.raises(Unavailable):
        process.call(signal.pause, ())

    monkeypatch.undo()
    assert process.call(os.getpid, ()) != first


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_the_whole_group_do_not_end_it(process: Process, number: signal.Signals) -> None:
    pid = process.call(os.getpid, ())

    os.kill(pid, number)

    assert process.call(os.getpid, ()) == pid


def test_no_process_outlives_a_parent_that_is_killed() -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "ready\n"
        parent.kill()
        # The processes have inherited it: it ends when the last of them has.
        assert parent.stdout.read() == ""


def test_callers_who_are_stopped_at_any_moment_leave_the_studio_as_it_was() -> None:
    def draw(studio: Studio, speed: Speed, begun: threading.Event) -> None:
        with contextlib.suppress(Interrupt):
            begun.set()
            while True:
                studio.draw(BRIEF, SMALL, speed)

    with closing(Studio(2)) as studio:
        studio.start()
        for moment, speed in zip(range(50), itertools.cycle(Speed)):
            begun = threading.Event()
            thread = threading.Thread(target=draw, args=[studio, speed, begun])
            thread.start()
            begun.wait()
            assert thread.ident
            thread.join(0.0006 * moment)
            raise_thread_exception(thread.ident, Interrupt)
            thread.join()
        with ThreadPoolExecutor(8) as threads:
            assert len(list(threads.map(lambda speed: studio.draw(BRIEF, SMALL, speed), [*Speed] * 4))) == 8


def test_who_comes_when_the_studio_is_closed_is_told() -> None:
    studio = Studio(1)
    studio.start()
    studio.close()

    with pytest.raises(RenderingUnavailable):
        studio.draw(BRIEF, SMALL, Speed.FAST)


def test_who_waits_while_the_studio_is_closed_is_told() -> None:
    studio = Studio(1)
    studio.start()
    with ThreadPoolExecutor(4) as threads:
        drawn = [threads.submit(studio.draw, BRIEF, Size(2048, 1024), Speed.FAST) for _ in range(4)]
        concurrent.futures.wait(drawn, return_when=concurrent.futures.FIRST_COMPLETED)
        studio.close()
        failures = [future.exception() for future in drawn]

    assert any(failures)
    assert all(isinstance(error, Unavailable) for error in failures if error)


def test_a_closed_studio_leaves_no_process() -> None:
    studio = Studio(2)
    studio.start()
    pids = [process.pid for process in studio.processes]
    studio.close()

    for pid in pids:
        assert pid
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
