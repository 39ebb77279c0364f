"""An incident, what the rules find in it, and what a model might well answer."""

from errand.incidents import analysis
from errand.incidents.analysis.knowledge import runbooks
from errand.incidents.analysis.report import Findings, Narrative
from errand.incidents.analysis.similarity import past_cases
from errand.incidents.narration.checks import Prose
from errand.incidents.narration.material import Material, instructions
from errand.incidents.narration.sources import Sources
from errand.incidents.narration.wording import Cause, Draft, Drafts, Wording, Words

TEXT = (
    "Reefer MSKU1234565 in block C4 has a temperature alarm since 08:15: set -18, actual -9. "
    "MV Sea Lion sails in 3 hours. No injuries. Mail jane@port.example or call +65 9123 4567, password: Hunter2000."
)
KEY = "sk-secret-4711"


def findings_of(text: str = TEXT) -> Findings:
    intake = analysis.normalise(text)
    return analysis.examine(intake, analysis.extract(intake), runbooks(), past_cases())


def words_of(narrative: Narrative) -> Words:
    """The rules' own words as an answer."""
    drafts = narrative.communications
    return Words(
        summary=narrative.summary,
        hypotheses=[
            Cause(
                cause=hypothesis.cause,
                evidence_for=list(hypothesis.evidence_for),
                evidence_against=list(hypothesis.evidence_against),
                confidence=hypothesis.confidence,
                next_check=hypothesis.next_check,
            )
            for hypothesis in narrative.hypotheses
        ],
        communications=Drafts(
            internal=Draft(subject=drafts.internal.subject, body=drafts.internal.body),
            customer=Draft(subject=drafts.customer.subject, body=drafts.customer.body),
        ),
    )


def good_words(findings: Findings) -> Words:
    """An answer to TEXT that nothing is to be said against."""
    fact = next(fact.id for fact in findings.extraction.facts if fact.polarity == "asserted")
    return Words(
        summary="Reefer MSKU1234565 in block C4 has been in alarm since 08:15, with -9 instead of -18. "
        "The MV Sea Lion sails in 3 hours.",
        hypotheses=[
            Cause(
                cause="The plug or the socket has no power.",
                evidence_for=[],
                evidence_against=[],
                confidence=0.3,
                next_check="Look at the socket's breaker in block C4.",
            ),
            Cause(
                cause="The unit's compressor has failed.",
                evidence_for=[fact],
                evidence_against=[],
                confidence=0.6,
                next_check="Read the alarm code on the controller of MSKU1234565.",
            ),
        ],
        communications=Drafts(
            internal=Draft(
                subject="Reefer alarm MSKU1234565", body="In alarm since 08:15.\n- Check power in block C4."
            ),
            customer=Draft(
                subject="Your reefer MSKU1234565",
                body="Dear customer,\n\nthe temperature of MSKU1234565 is off. We are on it and will write again.",
            ),
        ),
    )


def wording_of(findings: Findings) -> Wording:
    given = analysis.narrate(findings)
    material = Material(findings, given)
    return Wording(given, material.facts, Prose(Sources(material.texts()), findings, instructions(), KEY))
