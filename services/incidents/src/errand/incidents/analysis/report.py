"""The shapes of what each stage of an analysis finds.

Every `start` and `end` is an index into `Intake.text`, and every `quote` is the text between two of them.
"""

from typing import Literal

from msgspec import Struct

IncidentType = Literal[
    "Container Management",
    "Vessel Operations",
    "EDI Messaging",
    "Gate Operations",
    "Yard Operations",
    "Equipment",
    "Dangerous Goods",
    "Reefer",
    "Customs and Documentation",
    "System and Integration",
    "Security",
    "General",
]
Severity = Literal["Low", "Medium", "High", "Critical"]
Priority = Literal["P1", "P2", "P3", "P4"]
Phase = Literal["contain", "diagnose", "fix", "verify", "communicate", "prevent"]
Polarity = Literal["asserted", "negated", "resolved"]


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

    `suggestion` has the check digit that fits, `alternatives` are valid numbers with two neighbouring digits swapped.
    """

    valid: bool
    check_digit: int | None
    expected: int
    owner_code: str
    category: str
    suggestion: str | None = None
    alternatives: tuple[str, ...] = ()


class ImoNumber(Mention, frozen=True, kw_only=True):
    valid: bool
    expected: int


class Quantity(Mention, frozen=True, kw_only=True):
    count: int


class Deadline(Mention, frozen=True, kw_only=True):
    minutes: int


class EdifactMessage(Mention, frozen=True, kw_only=True):
    """A pasted message, from UNH to UNT; `segments` counts both."""

    reference: str
    release: str
    segments: int


class Entities(Struct, frozen=True, kw_only=True):
    """What the text names, each value once. `omitted` counts what a list's limit cut off."""

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
    dangerous_goods: tuple[Mention, ...] = ()
    tickets: tuple[Mention, ...] = ()
    bookings: tuple[Mention, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    times: tuple[Mention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
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


class StatedType(Struct, frozen=True, kw_only=True):
    value: IncidentType
    quote: str


class StatedSeverity(Struct, frozen=True, kw_only=True):
    value: Severity
    quote: str


class Extraction(Struct, frozen=True, kw_only=True):
    """What a text holds; the stated type and severity are the reporter's own, in the words of this analysis."""

    entities: Entities
    facts: tuple[Fact, ...]
    stated_type: StatedType | None = None
    stated_severity: StatedSeverity | None = None


class ProcedureStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    phase: Phase
    owner_role: str
    action: str


class ProcedureMatch(Struct, frozen=True, kw_only=True):
    """`facts` call for the procedure by their signals, `matched_terms` are the words it shares with the text."""

    id: str
    title: str
    version: str
    type: IncidentType
    score: float
    matched_terms: tuple[str, ...]
    facts: tuple[str, ...]
    steps: tuple[ProcedureStep, ...]


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
    sop_ref: str | None


class Hypothesis(Struct, frozen=True, kw_only=True):
    """A possible cause. One that nothing speaks for may not be more than 0.4 confident."""

    id: str
    cause: str
    confidence: float
    status: Literal["proposed", "supported", "refuted"]
    evidence_for: tuple[str, ...]
    evidence_against: tuple[str, ...]
    next_check: str

    def __post_init__(self) -> None:
        if not self.evidence_for and self.confidence > 0.4:
            raise ValueError(f"hypothesis {self.id} claims {self.confidence} without evidence")


class Advice(Struct, frozen=True, kw_only=True):
    summary: str
    recommendations: tuple[Recommendation, ...]
    hypotheses: tuple[Hypothesis, ...]
    missing_information: tuple[str, ...]


class Provenance(Struct, frozen=True, kw_only=True):
    provider: str
    model: str
    knowledge_version: str
    text_truncated: bool


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
    entities: Entities
    sop_references: tuple[ProcedureMatch, ...]
    provenance: Provenance
