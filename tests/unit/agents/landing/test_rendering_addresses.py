import pytest

from errand.agents.landing.page import Action, Cta, Hero, Image
from tests.unit.agents.landing.html import html_of, nodes, page_of

ELSEWHERE = "https://youtube.com.evil.example/watch?v=abcdefgh"


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "JAVASCRIPT:x", "data:text/html,x",
     "//x.y", "vbscript:x", "file:///etc/passwd", "\\\\host\\x", "blob:x", "", " "],
)  # fmt: skip
def test_a_link_that_leads_astray_is_only_its_label(href: str) -> None:
    html = html_of(page_of(Cta(id="cta", primary=Action(label="Go", href=href))))

    assert [node["text"] for node in nodes(html, "#cta .inert")] == ["Go"]
    assert not nodes(html, "#cta a")


@pytest.mark.parametrize(
    "href",
    ["https://example.com/a?b=c&d", "http://example.com", "#faq", "mailto:a@example.com", "tel:+491234", "about.html",
     "/p/x/", "./?a=b:c", "../up"],
)  # fmt: skip
def test_a_link_keeps_its_address(href: str) -> None:
    html = html_of(page_of(Cta(id="cta", primary=Action(label="Go", href=href))))

    assert [node["href"] for node in nodes(html, "#cta a")] == [href]


@pytest.mark.parametrize(
    ("src", "shown"),
    [
        ("https://example.com/a.png", True),
        ("a.png", True),
        ("data:image/png;base64,AAAA", True),
        ("data:image/svg+xml,%3Csvg/%3E", True),
        ("data:text/html,<script>", False),
        ("data:image/svg,x", False),
        ("javascript:alert(1)", False),
        ("mailto:a@example.com", False),
        ("#a", False),
    ],
)
def test_an_image_is_shown_where_its_address_can_be_one(src: str, shown: bool) -> None:
    html = html_of(page_of(Hero(id="hero", image=Image(src=src, alt="Alt"))))

    assert [node["src"] for node in nodes(html, "#hero img")] == ([src] if shown else [])
    assert bool(nodes(html, "#hero svg")) is not shown


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://vimeo.com/76979871/abc123", "https://player.vimeo.com/video/76979871?dnt=1&h=abc123"),
    ],
)
def test_a_providers_video_is_framed_without_cookies(url: str, frame: str) -> None:
    [found] = nodes(html_of(page_of(Hero(id="hero", heading="Watch", video=url))), "iframe")

    assert found["src"] == frame
    assert found["title"] == "Watch"


def test_a_video_file_is_played_and_another_address_is_a_link() -> None:
    [played] = nodes(html_of(page_of(Hero(id="hero", video="https://example.com/a.mp4"))), "video")
    [linked] = nodes(
        html_of(page_of(Hero(id="hero", video="https://youtube.com.evil.example/watch?v=abcdefgh"))), ".watch"
    )

    assert (played["src"], played["preload"]) == ("https://example.com/a.mp4", "metadata")
    assert linked["href"] == ELSEWHERE


def test_an_address_that_cannot_be_read_is_no_video() -> None:
    html = html_of(page_of(Hero(id="hero", video="https://[broken")))

    assert not nodes(html, "iframe") + nodes(html, "video") + nodes(html, ".watch")
