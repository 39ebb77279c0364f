"""The narrator without a model: the same findings give the same words."""

from errand.incidents import analysis
from errand.incidents.analysis.report import Findings
from errand.incidents.narration.narrator import Told


class Rules:
    costly = False

    def narrate(self, findings: Findings, reference: str | None = None) -> Told:
        return Told(narrative=analysis.narrate(findings, reference), provider="offline", model=analysis.RULES)
