import pytest
from hypothesis import given
from hypothesis import strategies as st

from errand.images.providers.dimensions import fitted, nearest
from errand.images.sizes import MAX_SIDE, MIN_SIDE, SCALES, STANDARD, Size
from tests.vendors.openai_images import check_size

OFFERED = ("1024x1024", "1536x1024", "1024x1536")

canvases = st.builds(Size, st.integers(MIN_SIDE, MAX_SIDE), st.integers(MIN_SIDE, MAX_SIDE))
sizes = st.builds(Size.scaled, canvases, st.sampled_from(list(SCALES.values())))


@pytest.mark.parametrize("quality", ["standard", "high"])
@pytest.mark.parametrize("size", STANDARD.values(), ids=str)
def test_what_the_vendor_takes_is_asked_for_as_it_is(size: Size, quality: str) -> None:
    wanted = size.scaled(SCALES[quality])  # type: ignore[index]

    assert fitted(wanted) == wanted


def test_a_draft_is_asked_for_larger_than_it_will_be() -> None:
    assert fitted(Size(672, 384)) == Size(1072, 624)


def test_a_ratio_that_the_vendor_does_not_take_gets_the_nearest() -> None:
    assert fitted(Size(64, 2048)) == Size(688, 2048)
    assert fitted(Size(4096, 128)) == Size(3840, 1280)


def test_what_is_too_large_is_asked_for_smaller() -> None:
    assert fitted(Size(4096, 4096)) == Size(2880, 2880)


@given(sizes)
def test_every_size_becomes_one_that_the_vendor_takes(size: Size) -> None:
    asked = fitted(size)

    check_size("gpt-image-2", f"{asked.width}x{asked.height}")


@given(sizes)
def test_of_what_the_vendor_takes_little_is_cut_away(size: Size) -> None:
    asked = fitted(size)
    ratio = min(max(size.ratio, 1 / 3), 3)

    assert abs(asked.ratio / ratio - 1) < 0.04


@pytest.mark.parametrize(
    ("size", "asked"),
    [
        (Size(512, 512), Size(1024, 1024)),
        (Size(1344, 768), Size(1536, 1024)),
        (Size(1024, 768), Size(1536, 1024)),
        (Size(768, 1344), Size(1024, 1536)),
        (Size(100, 110), Size(1024, 1024)),
        (Size(64, 2048), Size(1024, 1536)),
    ],
)
def test_of_fixed_sizes_the_nearest_ratio_is_asked_for(size: Size, asked: Size) -> None:
    assert nearest(size, OFFERED) == asked


def test_of_equal_ratios_the_nearest_in_pixels_is_asked_for() -> None:
    assert nearest(Size(500, 500), ["256x256", "512x512", "1024x1024"]) == Size(512, 512)
