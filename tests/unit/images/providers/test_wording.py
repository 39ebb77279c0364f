from errand.images.domain import Spec
from errand.images.providers.wording import alt_text, worded

SPEC = Spec(prompt="A lighthouse at dusk", width=1024, height=1024)


def test_a_plain_prompt_is_passed_on_as_it_is() -> None:
    assert worded(SPEC, reference=False) == "A lighthouse at dusk"


def test_what_has_no_parameter_is_said() -> None:
    spec = Spec(prompt="A lighthouse", style="line art", negative_prompt="boats, people", width=64, height=64)

    assert worded(spec, reference=False) == "A lighthouse\n\nStyle: line art.\n\nAvoid: boats, people."


def test_a_final_is_asked_to_keep_to_its_draft() -> None:
    text = worded(SPEC, reference=True)

    assert "Keep its composition" in text
    assert text.endswith("\n\nA lighthouse at dusk")


def test_the_alternative_text_is_one_short_line() -> None:
    spec = Spec(prompt="A  lighthouse\nand " + "waves " * 100, width=64, height=64)

    assert alt_text(SPEC) == "A lighthouse at dusk"
    assert alt_text(spec).startswith("A lighthouse and waves waves")
    assert alt_text(spec).endswith("…")
    assert len(alt_text(spec)) == 250
