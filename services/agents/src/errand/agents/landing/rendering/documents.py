"""The HTML of a page. Texts reach it through Jinja's escaping alone."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from errand.agents.landing.page import Page
from errand.agents.landing.rendering import addresses, filters, metadata
from errand.agents.landing.rendering.artwork import draw
from errand.agents.landing.rendering.icons import icon
from errand.agents.landing.rendering.layout import arrange, type_of, variant_of
from errand.agents.landing.rendering.resources import table
from errand.agents.landing.tokens import Tokens

_BLANK_LINES = re.compile(r"\n\s*\n+")


def write(page: Page, tokens: Tokens, base_url: str) -> str:
    html = _environment().get_template("page.html.jinja").render(
        page=page,
        design=page.design,
        layout=arrange(page),
        words=_words(page.language),
        theme_colours=metadata.theme_colours(page, tokens),
        canonical=metadata.canonical(base_url),
        open_graph=metadata.open_graph(page, base_url),
        twitter=metadata.twitter(page, base_url),
        favicon=metadata.favicon(page, tokens),
        structured_data=metadata.structured_data(page, base_url),
    )  # fmt: skip
    return _BLANK_LINES.sub("\n", html)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["art"] = draw
    environment.filters.update(
        link=addresses.link,
        picture=addresses.picture,
        video=addresses.video,
        paragraphs=filters.paragraphs,
        initials=filters.initials,
        length_class=filters.length_class,
        grid_class=filters.grid_class,
        is_short=filters.is_short,
        has_long_prices=filters.has_long_prices,
        autocomplete=filters.autocomplete,
        icon=icon,
        type=type_of,
        variant=variant_of,
    )
    return environment


def _words(language: str) -> dict[str, str]:
    words: dict[str, dict[str, str]] = table("data/words.toml")
    return words.get(language.partition("-")[0].lower(), words["en"])
