from errand.agents.landing.page import (
    Action,
    Cta,
    Design,
    Faq,
    Features,
    Footer,
    Hero,
    Item,
    Nav,
    Page,
    PricePlan,
    Pricing,
    Question,
    Quote,
    Testimonials,
)

FORTY = Page(
    name="Ledgerline",
    title="Ledgerline",
    description="Accounting with forty features.",
    design=Design(theme="light", palette={"primary": "#1D4ED8", "accent": "#22D3EE"}, shape="sharp", density="compact"),
    sections=[
        Nav(id="nav", links=[Action(label=f"Chapter {number}", href="#features") for number in range(1, 9)]),
        Hero(
            id="hero",
            variant="story",
            heading="Every ledger your finance team keeps, in one place",
            intro="From the first invoice to the annual statement.",
            primary=Action(label="Book a demo", href="mailto:sales@ledgerline.example"),
        ),
        Features(
            id="features",
            heading="All of it",
            items=[
                Item(title=f"Feature number {number}", text="It does one thing, and does it well.")
                for number in range(1, 41)
            ],
        ),
        Testimonials(
            id="testimonials",
            variant="wall",
            heading="What finance teams say",
            items=[
                Quote(
                    text="We close the month in two days. " * (1 + number % 4),
                    name=f"Person {number}",
                    role="Controller",
                )
                for number in range(7)
            ],
        ),
        Pricing(
            id="pricing",
            variant="table",
            heading="Plans",
            plans=[
                PricePlan(
                    name="Starter",
                    price="€19",
                    period="per month",
                    points=["1 ledger", "Email support"],
                    action=Action(label="Choose", href="https://ledgerline.example/buy"),
                ),
                PricePlan(
                    name="Firm",
                    price="€49",
                    period="per month",
                    points=["10 ledgers"],
                    highlighted=True,
                    action=Action(label="Choose", href="https://ledgerline.example/buy"),
                ),
            ],
        ),
        Faq(
            id="faq",
            variant="columns",
            heading="Questions",
            items=[
                Question(question="Is there an API?", answer="Yes.\n\nIt is documented."),
                Question(question="Can I leave?", answer="Any time."),
            ],
        ),
        Cta(
            id="cta",
            variant="split",
            heading="See it with your own numbers",
            primary=Action(label="Book a demo", href="tel:+4930123456"),
        ),
        Footer(id="footer", links=[Action(label="Imprint", href="https://ledgerline.example/imprint")]),
    ],
)
