"""Make an image: draw it, store it, account for it."""

import hashlib
import time
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from errand.common.conversion import convert
from errand.common.database import Database, Transaction
from errand.common.errors import Unavailable
from errand.common.jobs.domain import Event
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.models import Job
from errand.common.jobs.run import CancelRequested, Run
from errand.common.llm.vendors import Deadline, pause
from errand.images.domain import (
    CALLING,
    GENERATING,
    PROCESSING,
    PROGRESS,
    BudgetExceeded,
    CompositionLock,
    FileNotFound,
    ImageResult,
    Spec,
    StoredFileFacts,
    StoredImage,
)
from errand.images.providers import Provider
from errand.images.rendering.provenance import Provenance
from errand.images.rendering.studio import Studio
from errand.images.repository import images
from errand.images.service import charges, files, finalization
from errand.images.sizes import Size
from errand.images.storage import Storage
from errand.images.storage.errors import ContentMissing
from errand.images.terms import Terms

STORE_PATIENCE_S = 180.0
_STORE_AGAIN_S = 2.0
MASTER, VECTOR = "image.png", "image.svg"


class Drawn(Struct, frozen=True, kw_only=True):
    """The kept outcome of the step that takes time and money: another attempt goes on from here."""

    master: StoredFileFacts
    vector: StoredFileFacts | None
    alt_text: str
    cost_usd: Decimal | None
    composition_lock: CompositionLock
    duration_s: float

    def files(self) -> list[StoredFileFacts]:
        return [self.master, self.vector] if self.vector else [self.master]


class NewFile(Struct, frozen=True):
    """On its way into the storage."""

    facts: StoredFileFacts
    content: bytes


class Production:
    """Everything that an image takes."""

    def __init__(self, database: Database, jobs: Jobs, terms: Terms, storage: Storage, studio: Studio) -> None:
        self._database = database
        self._jobs = jobs
        self._terms = terms
        self._storage = storage
        self._studio = studio

    def make(self, run: Run) -> ImageResult:
        """The image of a run's job, and the job of its final where that follows by itself."""
        spec = convert(run.input, Spec)
        costs = self._hold(run, spec)
        run.emit(
            _stage(GENERATING, f"Planned an image of {spec.size.width} × {spec.size.height} pixels."),
            _stage(CALLING, f"Drawing with {self._terms.provider.name}."),
        )
        # What costs nothing is drawn anew where another attempt has to, which spares a commit and a write.
        drawn, unstored = (self._draw_once(run, spec), []) if costs else self._draw(run, spec)
        run.emit(_stage(PROCESSING, "Making smaller and lighter files of it."))
        image, renditions = self._finish(run, spec, drawn, unstored)
        self._store(run, [*unstored, *renditions])
        self._record(run, spec, drawn, image)
        return ImageResult(
            images=(image,),
            generation_time_seconds=drawn.duration_s,
            provider=self._terms.provider.name,
            model=self._terms.provider.model,
            cost=float(drawn.cost_usd or 0),
            composition_lock=drawn.composition_lock,
        )

    def _hold(self, run: Run, spec: Spec) -> bool:
        """Whether it costs something, which is then reserved."""
        if estimate_usd := self._terms.provider.estimate_usd(spec):
            with run.transaction() as tx:
                charges.hold(tx, run.job_id, run.owner_id, estimate_usd, self._terms.monthly_budget_usd)
        return bool(estimate_usd)

    def _draw_once(self, run: Run, spec: Spec) -> Drawn:
        """Drawn and paid for by the first attempt that comes so far, whatever becomes of it."""
        return run.step("draw", lambda: self._draw_and_store(run, spec), Drawn)

    def _draw_and_store(self, run: Run, spec: Spec) -> Drawn:
        drawn, unstored = self._draw(run, spec)
        self._store(run, unstored)
        # Before the step is kept: files that nobody refers to are swept, and the next attempt may be days away.
        with run.transaction() as tx:
            files.refer(tx, run.job_id, drawn.files())
            cost_usd = charges.settle(tx, run.job_id, drawn.cost_usd)
        return replace(drawn, cost_usd=cost_usd)

    def _draw(self, run: Run, spec: Spec) -> tuple[Drawn, list[NewFile]]:
        """With its files, the master first."""
        started = time.perf_counter()
        provider, size = self._terms.provider, spec.size
        reference = self._reference(run, spec)
        picture = provider.draw(spec, str(run.owner_id), reference)
        if picture.cost_usd != 0:
            # At once: the vendor is paid, whatever becomes of the image.
            with run.transaction() as tx:
                charges.settle(tx, run.job_id, picture.cost_usd)
        provenance = Provenance(provider=provider.name, model=provider.model, prompt_hash=spec.prompt_hash())
        png = self._studio.master(picture.content, size, provenance, spec.speed)
        master = _file(MASTER, "image/png", png, size)
        vector = _file(VECTOR, "image/svg+xml", picture.svg.encode(), size) if picture.svg else None
        drawn = Drawn(
            master=master.facts,
            vector=vector.facts if vector else None,
            alt_text=picture.alt_text,
            cost_usd=picture.cost_usd,
            composition_lock=_lock(provider, spec, reference),
            duration_s=round(time.perf_counter() - started, 3),
        )
        return drawn, [master, vector] if vector else [master]

    def _reference(self, run: Run, spec: Spec) -> bytes | None:
        """The draft's file, for a provider that cannot draw the same twice by itself; None where it is gone."""
        if spec.draft_job_id is None or self._terms.provider.composition_lock != "reference":
            return None
        try:
            with run.shielded():
                with self._database.transaction() as tx:
                    draft = files.find(tx, spec.draft_job_id, MASTER)
                return self._storage.read(draft.digest)
        except (FileNotFound, ContentMissing):
            return None

    def _finish(
        self, run: Run, spec: Spec, drawn: Drawn, unstored: Sequence[NewFile]
    ) -> tuple[StoredImage, list[NewFile]]:
        """The image, and its further files."""
        master = unstored[0].content if unstored else self._read(run, drawn.master)
        made = self._studio.renditions(master, spec.speed)
        *smaller, full = made.files
        named = [(f"image-{file.size.width}.webp", file) for file in smaller] + [("image.webp", full)]
        renditions = [_file(name, "image/webp", file.content, file.size) for name, file in named]
        image = StoredImage(
            master=drawn.master,
            renditions=tuple(rendition.facts for rendition in renditions),
            vector=drawn.vector,
            placeholder=made.placeholder,
            colours=made.colours,
            alt_text=drawn.alt_text,
        )
        return image, renditions

    def _read(self, run: Run, file: StoredFileFacts) -> bytes:
        with run.shielded():
            return self._storage.read(file.digest)

    def _store(self, run: Run, new: Sequence[NewFile]) -> None:
        """Tries again for a while: what was drawn took time, and maybe money."""
        contents, deadline = {file.facts.digest: file.content for file in new}, Deadline(STORE_PATIENCE_S)
        while True:
            try:
                with run.shielded():
                    return files.store(self._database, self._storage, contents)
            except Unavailable:
                if deadline.left_s() <= 0:
                    raise
            pause(_STORE_AGAIN_S)

    def _record(self, run: Run, spec: Spec, drawn: Drawn, image: StoredImage) -> None:
        """Everything that others see of the image, at once, and by this run alone; nothing of one that its user no
        longer wants."""
        provider, skipped = self._terms.provider, None
        with run.transaction() as tx:
            job = self._jobs.find(tx, run.job_id, run.owner_id)
            if job.head.cancel_requested:
                raise CancelRequested
            files.refer(tx, run.job_id, image.files())
            images.keep_duration(tx, run.job_id, drawn.duration_s, provider=provider.name, model=provider.model)
            if spec.auto_finalize:
                skipped = self._follow_up(tx, job, spec)
        if skipped:
            run.emit(Event(node=PROCESSING, type="final_skipped", message=str(skipped), data={"code": skipped.code}))

    def _follow_up(self, tx: Transaction, draft: Job, spec: Spec) -> BudgetExceeded | None:
        """The draft's final. A draft is complete without one, where there is no money left for it."""
        try:
            finalization.ensure_final(tx, self._jobs, self._terms, draft, spec)
        except BudgetExceeded as error:
            return error
        return None


def _file(name: str, content_type: str, content: bytes, size: Size) -> NewFile:
    facts = StoredFileFacts(
        name=name,
        digest=hashlib.sha256(content).hexdigest(),
        content_type=content_type,
        size_bytes=len(content),
        width=size.width,
        height=size.height,
    )
    return NewFile(facts, content)


def _lock(provider: Provider, spec: Spec, reference: bytes | None) -> CompositionLock:
    if spec.draft_job_id is None:
        return provider.composition_lock
    held = {"exact": spec.draft_model == provider.model, "reference": reference is not None}
    return provider.composition_lock if held.get(provider.composition_lock) else "none"


def _stage(node: str, message: str) -> Event:
    return Event(node=node, type="stage", message=message, progress=PROGRESS[node])
