from msgspec.structs import replace

from errand.agents.landing.page import (
    Action,
    AnySection,
    Benefits,
    Contact,
    Cta,
    Custom,
    Design,
    Faq,
    Features,
    Field,
    Footer,
    Hero,
    Image,
    Item,
    Member,
    Nav,
    Page,
    PricePlan,
    Pricing,
    Question,
    Quote,
    Stat,
    Stats,
    Team,
    Testimonials,
)

HOSTILE = """</script><img src=x onerror="alert(1)">'{{ 7*7 }}&<!--]]>"""


def _hostile_action() -> Action:
    return Action(label=HOSTILE, href="javascript:alert(1)", event=HOSTILE)


def _hostile_item() -> Item:
    return Item(title=HOSTILE, text=HOSTILE, image=Image(src="javascript:alert(1)", alt=HOSTILE))


def _words(section: AnySection) -> AnySection:
    return replace(section, eyebrow=HOSTILE, heading=f"{HOSTILE} {section.id}", intro=HOSTILE, variant=HOSTILE)


_SECTIONS: list[AnySection] = [
    Nav(id="nav", logo=Image(src="vbscript:x", alt=HOSTILE), links=[_hostile_action()], action=_hostile_action()),
    Hero(
        id="hero",
        points=[HOSTILE],
        primary=_hostile_action(),
        secondary=_hostile_action(),
        video="javascript:x",
    ),
    Features(id="features", items=[_hostile_item()]),
    Benefits(id="benefits", items=[_hostile_item()]),
    Stats(id="stats", items=[Stat(value=HOSTILE, label=HOSTILE)]),
    Testimonials(id="testimonials", items=[Quote(text=HOSTILE, name=HOSTILE, role=HOSTILE)], indicators=[HOSTILE]),
    Pricing(
        id="pricing",
        plans=[
            PricePlan(
                name=HOSTILE,
                price=HOSTILE,
                period=HOSTILE,
                text=HOSTILE,
                points=[HOSTILE],
                action=_hostile_action(),
            )
        ],
    ),
    Team(id="team", members=[Member(name=HOSTILE, role=HOSTILE, text=HOSTILE)]),
    Faq(id="faq", items=[Question(question=HOSTILE, answer=HOSTILE)]),
    Cta(id="cta", primary=_hostile_action()),
    Contact(
        id="contact",
        fields=[
            Field(name="text", label=HOSTILE),
            Field(name="choice", label=HOSTILE, type="select", options=[HOSTILE]),
        ],
        submit_label=HOSTILE,
        success=HOSTILE,
        consent=HOSTILE,
        privacy_url="javascript:alert(1)",
        event=HOSTILE,
    ),
    Custom(id="custom", paragraphs=[HOSTILE], items=[_hostile_item()]),
    Footer(id="footer", text=HOSTILE, links=[_hostile_action()]),
]

HOSTILE_PAGE = Page(
    name=HOSTILE,
    title=HOSTILE,
    description=HOSTILE,
    keywords=[HOSTILE],
    design=Design(
        palette={"primary": HOSTILE}, heading_font=HOSTILE, body_font='"; } </style><script>', motion="scroll"
    ),
    favicon="javascript:alert(1)",
    image="data:text/html,<script>alert(1)</script>",
    sections=[_words(section) for section in _SECTIONS],
)
