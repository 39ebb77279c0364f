"""The shapes of what each stage of an analysis finds.

Every `start` and `end` is an index into `Intake.text`, and every `quote` is the text between two of them.
"""

from typing import Literal
from uuid import UUID

from msgspec import Struct

IncidentType = Literal[
    "Container Management",
    "Vessel Operations",
    "EDI Communication",
    "PORTNET System",
    "Email System",
    "API Issues",
    "Infrastructure",
    "General",
]
Severity = Literal["Low", "Medium", "High", "Critical"]
Priority = Literal["P1", "P2", "P3", "P4"]
Phase = Literal["contain", "diagnose", "fix", "verify", "communicate", "prevent"]
Polarity = Literal["asserted", "negated", "resolved"]

#: The confidence of a hypothesis that no fact speaks for.
MOST_WITHOUT_EVIDENCE = 0.4


class Intake(Struct, frozen=True, kw_only=True):
    text: str
    truncated: bool = False


class Mention(Struct, frozen=True, kw_only=True):
    """Something the text names; `value` is its canonical form, `meaning` what a code stands for."""

    value: str
    start: int
    end: int
    meaning: str | None = None


class ContainerNumber(Mention, frozen=True, kw_only=True):
    """An ISO 6346 number. `check_digit` is null where the text leaves it out.

    `suggestion` has the check digit that fits, or the digits for letters that were misread (`MSKU12345O7`);
    `alternatives` are valid numbers with two neighbouring digits swapped. `owner` is known for the large fleets.
    """

    valid: bool
    check_digit: int | None
    expected: int
    owner_code: str
    category: str
    owner: str | None = None
    suggestion: str | None = None
    alternatives: tuple[str, ...] = ()


class ImoNumber(Mention, frozen=True, kw_only=True):
    valid: bool
    expected: int


class DangerousGoods(Mention, frozen=True, kw_only=True):
    """A UN number or a class; `hazard_class` is the IMDG class that the text states beside it, or that it has."""

    hazard_class: str | None = None


class Temperature(Mention, frozen=True, kw_only=True):
    """`stated` where the text does not say whether it is what was set or what was measured."""

    kind: Literal["setpoint", "actual", "stated"]
    celsius: float


class HttpCall(Mention, frozen=True, kw_only=True):
    """A method and a path, with the status that the same line gives for them."""

    method: str
    path: str
    status: int | None = None


class DueTime(Mention, frozen=True, kw_only=True):
    """What is due at a clock time that the text names: `event` is "cut-off", `at` "14:00"."""

    event: str
    at: str


class Quantity(Mention, frozen=True, kw_only=True):
    count: int


class Deadline(Mention, frozen=True, kw_only=True):
    minutes: int


class EdifactMessage(Mention, frozen=True, kw_only=True):
    """A pasted message, from UNH to UNT; `segments` counts both.

    `sender`, `recipient` and the control reference `interchange` are those of its UNB, empty without one.
    """

    reference: str
    release: str
    segments: int
    sender: str = ""
    recipient: str = ""
    interchange: str = ""


class Entities(Struct, frozen=True, kw_only=True):
    """What the text names, each value once. `omitted` counts what a list's limit cut off.

    `bookings` has bills of lading and delivery orders, too: `meaning` says which. `amounts` are of money.
    """

    containers: tuple[ContainerNumber, ...] = ()
    vessels: tuple[Mention, ...] = ()
    imo_numbers: tuple[ImoNumber, ...] = ()
    voyages: tuple[Mention, ...] = ()
    edi_messages: tuple[Mention, ...] = ()
    edifact_messages: tuple[EdifactMessage, ...] = ()
    edifact_faults: tuple[Mention, ...] = ()
    error_codes: tuple[Mention, ...] = ()
    ports: tuple[Mention, ...] = ()
    yard_positions: tuple[Mention, ...] = ()
    equipment: tuple[Mention, ...] = ()
    dangerous_goods: tuple[DangerousGoods, ...] = ()
    tickets: tuple[Mention, ...] = ()
    bookings: tuple[Mention, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    times: tuple[Mention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    due_times: tuple[DueTime, ...] = ()
    size_types: tuple[Mention, ...] = ()
    temperatures: tuple[Temperature, ...] = ()
    http_calls: tuple[HttpCall, ...] = ()
    amounts: tuple[Mention, ...] = ()
    omitted: int = 0


class Fact(Struct, frozen=True, kw_only=True):
    """One thing the text says. `signal` names its entry in the knowledge, which holds its weights."""

    id: str
    signal: str
    statement: str
    polarity: Polarity
    quote: str
    start: int
    end: int


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """What happened at a time that the text names. `at` is the time as it is written, `event` the words around it."""

    at: str
    event: str
    start: int
    end: int


class StatedType(Struct, frozen=True, kw_only=True):
    value: IncidentType
    quote: str
    start: int


class StatedSeverity(Struct, frozen=True, kw_only=True):
    value: Severity
    quote: str
    start: int


class Extraction(Struct, frozen=True, kw_only=True):
    """What a text holds; the stated type and severity are the reporter's own, in the words of this analysis."""

    entities: Entities
    facts: tuple[Fact, ...]
    timeline: tuple[TimelineEntry, ...] = ()
    stated_type: StatedType | None = None
    stated_severity: StatedSeverity | None = None


class RunbookStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    phase: Phase
    owner_role: str
    action: str


class RunbookMatch(Struct, frozen=True, kw_only=True):
    """`facts` call for the runbook by their signals, `matched_terms` are the words it shares with the text. `own` where
    the user has edited or written it."""

    id: str
    title: str
    version: int
    own: bool
    type: IncidentType
    score: float
    matched_terms: tuple[str, ...]
    facts: tuple[str, ...]
    steps: tuple[RunbookStep, ...]


class SimilarIncident(Struct, frozen=True, kw_only=True):
    """An incident that is over: a case of the knowledge, or a run of this user (`run_id`) with what came of it."""

    id: str
    run_id: UUID | None
    title: str
    incident_type: IncidentType
    severity: Severity
    score: float
    matched_terms: tuple[str, ...]
    shared_entities: tuple[str, ...]
    cause: str | None
    resolution: str | None
    outcome: str | None


class Duplicate(Struct, frozen=True, kw_only=True):
    """An earlier run that seems to report the same; `shared` are the entities that say so, none where the text does."""

    run_id: UUID
    reason: Literal["same_text", "same_subject"]
    shared: tuple[str, ...]
    minutes_before: int


class Evidence(Struct, frozen=True, kw_only=True):
    incident_type: IncidentType
    weight: float
    statement: str
    quote: str
    fact: str | None


class Classification(Struct, frozen=True, kw_only=True):
    incident_type: IncidentType
    confidence: float
    evidence: tuple[Evidence, ...]


class SeverityFactor(Struct, frozen=True, kw_only=True):
    """`quote` is empty where a default applies because the text says nothing."""

    kind: Literal["impact", "urgency", "modifier"]
    factor: str
    weight: int
    quote: str
    fact: str | None


class Assessment(Struct, frozen=True, kw_only=True):
    """`score` is impact times urgency plus the modifiers, 0 at least."""

    severity: Severity
    priority: Priority
    score: int
    factors: tuple[SeverityFactor, ...]


class Recommendation(Struct, frozen=True, kw_only=True):
    id: str
    action: str
    phase: Phase
    owner_role: str
    due_within: str
    rationale: str
    sop_reference: str | None


class Hypothesis(Struct, frozen=True, kw_only=True):
    """A possible cause. One that no fact speaks for may not be more than 0.4 confident. `source` names the similar
    incident that it comes from, if any."""

    id: str
    cause: str
    confidence: float
    status: Literal["proposed", "supported", "refuted"]
    evidence_for: tuple[str, ...]
    evidence_against: tuple[str, ...]
    next_check: str
    source: str | None = None

    def __post_init__(self) -> None:
        if not self.evidence_for and self.confidence > MOST_WITHOUT_EVIDENCE:
            raise ValueError(f"hypothesis {self.id} claims {self.confidence} without evidence")


class AffectedArea(Struct, frozen=True, kw_only=True):
    """One way in which the incident hurts, and the fact that says so; `fact` is null where it follows from entities."""

    area: Literal["safety", "cargo", "vessel", "gate", "yard", "systems", "partners", "customers", "cost"]
    statement: str
    fact: str | None


class Impact(Struct, frozen=True, kw_only=True):
    """`containers` is how many boxes the text counts or names."""

    scope: Literal["single", "several", "many", "terminal"]
    containers: int
    vessels: tuple[str, ...]
    areas: tuple[AffectedArea, ...]


class EscalationStep(Struct, frozen=True, kw_only=True):
    after: str
    role: str
    action: str


class Escalation(Struct, frozen=True, kw_only=True):
    contact_role: str
    respond_within: str
    resolve_within: str
    path: tuple[EscalationStep, ...]


class Message(Struct, frozen=True, kw_only=True):
    subject: str
    body: str


class Communications(Struct, frozen=True, kw_only=True):
    """Drafts for a person to send. The customer's one names neither causes nor people."""

    internal: Message
    customer: Message


class Narrative(Struct, frozen=True, kw_only=True):
    """What may be written in other words: by the rules, or by a model over the same facts."""

    summary: str
    hypotheses: tuple[Hypothesis, ...]
    communications: Communications


class Advice(Struct, frozen=True, kw_only=True):
    recommendations: tuple[Recommendation, ...]
    missing_information: tuple[str, ...]
    impact: Impact
    escalation: Escalation


class Provenance(Struct, frozen=True, kw_only=True):
    """Who wrote the narrative, and by which rules and knowledge the rest was found. `fallback` is the code of what the
    model failed at, where the rules wrote in its place."""

    provider: str
    model: str
    rules: str
    knowledge_version: int
    text_truncated: bool
    fallback: str | None = None
    cost_usd: float = 0.0


class Findings(Struct, frozen=True, kw_only=True):
    """All that the rules found: what a narrative is written from, and what no model may change."""

    intake: Intake
    extraction: Extraction
    classification: Classification
    assessment: Assessment
    runbooks: tuple[RunbookMatch, ...]
    similar: tuple[SimilarIncident, ...]
    advice: Advice


class Analysis(Struct, frozen=True, kw_only=True):
    incident_type: IncidentType
    severity: Severity
    priority: Priority
    confidence: float
    summary: str
    recommendations: tuple[Recommendation, ...]
    hypotheses: tuple[Hypothesis, ...]
    missing_information: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    severity_score: int
    severity_factors: tuple[SeverityFactor, ...]
    facts: tuple[Fact, ...]
    timeline: tuple[TimelineEntry, ...]
    entities: Entities
    sop_references: tuple[RunbookMatch, ...]
    similar_incidents: tuple[SimilarIncident, ...]
    duplicate_of: Duplicate | None
    impact: Impact
    escalation: Escalation
    communications: Communications
    provenance: Provenance
