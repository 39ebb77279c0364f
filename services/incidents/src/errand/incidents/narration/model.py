"""The narrator with a language model. Rules write every narrative first; the model is asked for better words."""

from msgspec.structs import replace

from errand.common.llm.budgets import Account, Budget
from errand.common.llm.errors import AnswerUnusable, ModelError
from errand.common.llm.provider import Provider
from errand.incidents.analysis.report import Findings
from errand.incidents.narration.checks import Prose
from errand.incidents.narration.material import Material, instructions
from errand.incidents.narration.narrator import Note, Told
from errand.incidents.narration.rules import Rules
from errand.incidents.narration.sources import Sources
from errand.incidents.narration.wording import Usable, Wording, Words


class Model:
    """Never raises ModelError: what the model fails at, the rules do, and the notes say so.

    Type, severity, facts and recommendations do not pass through the model. `key` is what no answer may repeat.
    """

    costly = True

    def __init__(self, provider: Provider, budget: Budget, key: str = "") -> None:
        self._provider = provider
        self._budget = budget
        self._key = key
        self._rules = Rules()

    def narrate(self, findings: Findings, reference: str | None = None) -> Told:
        given = self._rules.narrate(findings, reference)
        material = Material(findings, given.narrative)
        prose = Prose(Sources(material.texts()), findings, instructions(), self._key)
        wording = Wording(given.narrative, material.facts, prose)
        account = Account(self._budget)
        try:
            usable = self._ask(material, wording, account)
        except ModelError as error:
            return replace(given, fallback=error.code, notes=(_fallback(error),), spent=account.spent)
        return Told(
            narrative=usable.narrative,
            provider=self._provider.name,
            model=self._provider.model,
            notes=tuple(_kept(part, fault) for part, fault in usable.faults.items()),
            spent=account.spent,
        )

    def _ask(self, material: Material, wording: Wording, account: Account) -> Usable:
        """Raises ModelError where there is no answer, or none of which a part can be used."""
        try:
            words = self._provider.structured(Words, material.prompt(), account, check=wording.complaints)
        except AnswerUnusable as error:
            if not isinstance(error.value, Words) or (usable := wording.usable(error.value)) is None:
                raise
            return usable
        return Usable(wording.read(words), {})


def _fallback(error: ModelError) -> Note:
    message = f"{str(error).rstrip('.')}, so built-in rules wrote summary, causes and messages."
    return Note(kind="fallback", message=message, data={"code": error.code})


def _kept(part: str, fault: str) -> Note:
    return Note(kind="part_kept", message=f"The {part} has the words of built-in rules: {fault}", data={"part": part})
