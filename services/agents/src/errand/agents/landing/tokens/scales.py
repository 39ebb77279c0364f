"""Sizes: type, space and corners."""

from errand.agents.landing.page import Design

_NARROWEST_PX, _WIDEST_PX = 360, 1280
_SIZES_PX = {"compact": (16.0, 16.0), "regular": (16.0, 18.0), "airy": (17.0, 19.0)}
_RATIOS = {"compact": (1.15, 1.22), "regular": (1.18, 1.27), "airy": (1.2, 1.33)}
_SPACES_PX = {"compact": (44, 80, 14, 20), "regular": (60, 116, 18, 28), "airy": (76, 156, 22, 36)}
_CORNERS = {"sharp": ("2px", "4px", "2px"), "soft": ("10px", "18px", "10px"), "round": ("18px", "30px", "999px")}
_TEXT_SIZES = {"small": 0.92, "regular": 1.0, "large": 1.12}
_STEPS = range(-1, 6)


def sizes(design: Design) -> dict[str, str]:
    radius, radius_lg, radius_button = _CORNERS[design.shape]
    section_low, section_high, gap_low, gap_high = _SPACES_PX[design.density]
    return {
        "radius": radius,
        "radius-lg": radius_lg,
        "radius-button": radius_button,
        "space-section": _fluid(section_low, section_high),
        "space-gap": _fluid(gap_low, gap_high),
        "measure": "65ch",
        **{f"step-{step}": _step(design, step) for step in _STEPS},
    }


def _step(design: Design, step: int) -> str:
    (low, high), (narrow, wide) = _SIZES_PX[design.density], _RATIOS[design.density]
    scale = _TEXT_SIZES[design.text_size]
    return _fluid(max(13.0, scale * low * narrow**step), max(13.0, scale * high * wide**step))


def _fluid(low_px: float, high_px: float) -> str:
    """Grows in a line from the narrowest screen to the widest; in rem, so that it follows the reader's own size."""
    slope = (high_px - low_px) / (_WIDEST_PX - _NARROWEST_PX)
    base = low_px - slope * _NARROWEST_PX
    if slope == 0:
        return f"{low_px / 16:.4g}rem"
    return f"clamp({low_px / 16:.4g}rem, {base / 16:.4g}rem + {slope * 100:.4g}vw, {high_px / 16:.4g}rem)"
