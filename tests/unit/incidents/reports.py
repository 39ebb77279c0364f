"""Incidents of every kind as people report them, for the tests of what is advised and told."""

from msgspec.structs import replace

from errand.incidents.analysis import examine, extract, normalise
from errand.incidents.analysis.knowledge import runbooks
from errand.incidents.analysis.report import Analysis, Findings, SimilarIncident
from errand.incidents.analysis.similarity import past_cases

REPORTS = {
    "missing": "Container MSKU1234567 is missing from terminal",
    "reefer": "Reefer TCLU4265834 in block R04 gives a temperature alarm, supply air +4 instead of -18 since 03:10, "
    "compressor off. Line announces a cargo claim of USD 85,000",
    "stowage": "BAPLIE for MV Ever Given voyage 123W rejected by APERAK, load list incomplete, vessel sails in 2 hours",
    "leak": "DG container leaking UN1830 sulphuric acid at block C3, strong smell. No injuries.",
    "fire": "Fire in block A12, smoke over the stack, call the brigade!",
    "customs": "Customs hold on TOLU4734787 although the broker says released; demurrage starts tomorrow",
    "truck": "Truck refused at gate: appointment 4711 not found, booking BKG8892011",
    "gate": "Gate 2 is down, 40 trucks queue on the highway",
    "duplicate": "Same container CSQU3054383 listed twice in the yard inventory after manual entry",
    "seal": "Seal on CSQU3054383 is broken and differs from the manifest",
    "papers": "Undeclared lithium batteries found in MSKU1234565, dangerous goods declaration missing",
    "yard": "Yard block A full, reshuffles rising, due to late vessel arrivals",
    "vgm": "VGM missing for 25 export boxes, vessel MSC Anna sails in 3 hours",
    "crane": "QC4 spreader hydraulic leak while working MV Pacific Dawn, discharge stopped, ETD in 3 h",
    "berth": "MV Ocean Star delayed, berth occupied by previous vessel, waiting at anchorage, new ETB 22:00",
    "record": "VESSEL_ERR_4: vessel name MV Lion City has been used by another vessel advice",
    "pasted": "UNH+1+COPARN:D:00B:UN'BGM+126+4711+9'EQD+CN+MSKU1234565+22G1:102:5++2+5'UNT+9+1'\nPartner rejects this.",
    "silence": "COPARN from partner ABC not received since 02:00, AS2 certificate expired on their side",
    "login": "PORTNET login does not work for one user of XYZ Forwarding since this morning, error 403",
    "portal": "Portal is down for everybody, page shows 503 since 07:45, hauliers cannot make appointments",
    "bounce": "E-mails to the shipping line are bounced with 550, SPF fail, since the migration yesterday",
    "phishing": "Colleagues received a phishing email with a suspicious link; one clicked and entered the password",
    "token": "POST /v2/gate-events returns 401 for our client since midnight, token expired?",
    "webhook": "Our webhook endpoint has not received any discharge events since 22:00 yesterday",
    "database": "TOS database slow since 06:00, deadlocks in the log, ORA-00060, RTG drivers wait 2 minutes per move",
    "ransomware": "Ransomware on three office servers, files encrypted, credentials stolen",
    "accident": "A driver slipped on the gangway and broke his arm, ambulance called",
    "intruder": "An intruder climbed the fence at night and was seen near the empty stack",
    "question": "How do I request access to the vessel schedule report? For information only.",
    "settled": "Gate 2 was down and is back online since 10:00",
    "drill": "Fire drill on Thursday at 10:00, please inform all staff",
    "vague": "something is wrong, please help",
}


def findings_of(text: str) -> Findings:
    intake = normalise(text)
    return examine(intake, extract(intake), runbooks(), past_cases())


def actions(analysis: Analysis) -> str:
    """What is recommended, a line each."""
    return "\n".join(recommendation.action for recommendation in analysis.recommendations)


def past(findings: Findings, **changes: object) -> SimilarIncident:
    """An earlier incident of the same, close to these."""
    match = SimilarIncident(
        id="CASE-900",
        run_id=None,
        title="Box behind the workshop",
        incident_type=findings.classification.incident_type,
        severity="Medium",
        score=9.0,
        matched_terms=("missing",),
        shared_entities=("container:CSQU3054383",),
        cause="A contractor had moved the box to reach a drain.",
        resolution="Fetched the box\n from behind the workshop.",
        outcome=None,
    )
    return replace(match, **changes)


# -- The playbook ----------------------------------------------------------------------------------------------------
