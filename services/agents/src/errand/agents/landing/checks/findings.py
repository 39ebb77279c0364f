"""What a check says."""

from typing import Literal

from msgspec import Struct

Group = Literal["html", "accessibility", "contrast", "links", "weight", "seo"]
Severity = Literal["error", "warning"]


class Finding(Struct, frozen=True, kw_only=True):
    """`rule` names what is broken, for `repairs`. `path` is a place in a file, `index.html:12:5`, or in the page,
    `hero.primary.href`. `section` is the id of the section that it concerns.

    An error is what nobody should publish; a warning is worth a look.
    """

    rule: str
    group: Group
    severity: Severity
    message: str
    path: str
    section: str | None = None


class Report(Struct, frozen=True, kw_only=True):
    """`weight_bytes` is what a reader loads: document, styles and script, images inside of them included."""

    findings: list[Finding]
    weight_bytes: int

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]
