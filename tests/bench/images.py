"""Drafts: how many a worker makes, how long one takes, alone and beside finals, and what of that is the drawing."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2

from errand.common.jobs.domain import Speed
from errand.images.rendering.provenance import Provenance
from errand.images.rendering.studio import Studio
from errand.images.scenes import Brief
from errand.images.sizes import Size
from tests.bench.report import Row, Rows, compare
from tests.bench.subject import Subject
from tests.waiting import until

_ALONE = 40
_TOGETHER = 160
_BESIDE = 20
_CLIENTS = 16
_FINALS = 20
_SUBJECTS = ("harbour", "mountains", "skyline", "network", "garden", "planets", "charts", "sea", "warehouse", "tiles")
_CANVAS, _DRAFT = Size(1344, 768), Size(672, 384)
# No two alike: equal files would be stored once.
_seeds = itertools.count()


def drafts(subject: Subject, _: float) -> Rows:
    """By one client, by sixteen, and by one beside finals. The floor draws the same pictures in as many processes, and
    stores nothing."""
    with closing(Studio()) as studio:
        studio.start()
        _draw_all(studio, studio.count, 4)
        floor_ms = _draw_all(studio, 1, _ALONE)
        floor_per_s = _per_second(lambda: _draw_all(studio, studio.count, _TOGETHER), _TOGETHER)
    _generate_all(subject, 1, 4)
    alone_ms = _generate_all(subject, 1, _ALONE)
    yield compare("drafts, one client: p50 from POST to image", _at(alone_ms, 0.5), _at(floor_ms, 0.5), "ms")
    yield compare("drafts, one client: p99", _at(alone_ms, 0.99), _at(floor_ms, 0.99), "ms")
    together_ms: list[float] = []
    together = _per_second(lambda: together_ms.extend(_generate_all(subject, _CLIENTS, _TOGETHER)), _TOGETHER)
    times = f"p50 {_at(together_ms, 0.5):.0f} ms, p99 {_at(together_ms, 0.99):.0f} ms"
    yield compare(f"drafts, {_CLIENTS} clients", together, floor_per_s, "/s", times)
    worker = subject.pid("images-worker")
    drawing = [_peak_mb(pid) for pid in _children(worker)]
    peaks = " + ".join(f"{peak:.0f}" for peak in drawing)
    yield Row("images-worker: peak memory, and of the processes that draw", f"{_peak_mb(worker):.0f} MB, {peaks} MB")
    with _finals(subject):
        beside_ms = _generate_all(subject, 1, _BESIDE)
    name = f"drafts, one client, beside a batch of {_FINALS} finals at ultra: p50"
    yield compare(name, _at(beside_ms, 0.5), _at(floor_ms, 0.5), "ms", f"at most {beside_ms[-1]:.0f} ms")


@contextmanager
def _finals(subject: Subject) -> Iterator[None]:
    """Somebody else's, under way all the while."""
    headers = {"Authorization": f"Bearer {subject.stack.token()}"}
    with httpx2.Client(base_url=subject.stack.url, timeout=30, headers=headers) as other:
        images = [{**_body(next(_seeds)), "quality": "ultra"} for _ in range(_FINALS)]
        reply = other.post("/api/v1/images/batch-generate", json={"workflow": "final_only", "images": images})
        assert reply.status_code == 202, reply.text
        path = f"/api/v1/images/batches/{reply.json()['batch_id']}"
        until(lambda: other.get(path).json()["counts"]["processing"] > 1)
        yield
        assert other.get(path).json()["counts"]["queued"], "the finals were too few for this machine"
        other.delete(path)


def _generate_all(subject: Subject, clients: int, count: int) -> list[float]:
    with ThreadPoolExecutor(clients) as pool:
        return sorted(pool.map(lambda _: _generate(subject), range(count)))


def _generate(subject: Subject) -> float:
    """How long until the image is there, in ms. The gateway is told, and does not look for it."""
    body = _body(next(_seeds))
    started = time.perf_counter()
    reply = subject.client.post("/api/v1/images/generate", json=body)
    took_ms = (time.perf_counter() - started) * 1000
    assert reply.status_code == 200, reply.text
    return took_ms


def _body(seed: int) -> dict[str, object]:
    return {"prompt": _prompt(seed), "seed": seed, "quality": "draft", "aspect_ratio": "16:9"}


def _draw_all(studio: Studio, clients: int, count: int) -> list[float]:
    with ThreadPoolExecutor(clients) as pool:
        return sorted(pool.map(lambda _: _draw(studio), range(count)))


def _draw(studio: Studio) -> float:
    seed = next(_seeds)
    started = time.perf_counter()
    brief = Brief(prompt=_prompt(seed), seed=seed, width=_CANVAS.width, height=_CANVAS.height)
    provenance = Provenance(provider="offline", model="", prompt_hash="")
    png = studio.draw(brief, _DRAFT, Speed.FAST).png
    studio.renditions(studio.master(png, _DRAFT, provenance, Speed.FAST), Speed.FAST)
    return (time.perf_counter() - started) * 1000


def _prompt(seed: int) -> str:
    return f"A {_SUBJECTS[seed % len(_SUBJECTS)]} for a blog"


def _per_second(work: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def _at(sorted_ms: Sequence[float], share: float) -> float:
    return sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * share))]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) / 1024
