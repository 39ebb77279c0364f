"""What a model is told, and what is said of its image."""

from errand.images.domain import Spec

_MAX_ALT_CHARACTERS = 250

_KEEP = (
    "Make the final version of the attached draft. Keep its composition: the same subjects in the same places, the "
    "same viewpoint, light and colours. Add detail and finish only. The draft was made from these words:"
)


def worded(spec: Spec, *, reference: bool) -> str:
    """The prompt with all that these models have no parameters for: the style, what to avoid, the draft to follow."""
    sentences = [_KEEP] if reference else []
    sentences.append(spec.prompt)
    if spec.style:
        sentences.append(f"Style: {spec.style}.")
    if spec.negative_prompt:
        sentences.append(f"Avoid: {spec.negative_prompt}.")
    return "\n\n".join(sentences)


def alt_text(spec: Spec) -> str:
    """What was asked for, on one line: nobody here has seen the image."""
    line = " ".join(spec.prompt.split())
    return line if len(line) <= _MAX_ALT_CHARACTERS else line[: _MAX_ALT_CHARACTERS - 1] + "…"
