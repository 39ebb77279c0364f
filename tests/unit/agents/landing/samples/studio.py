from errand.agents.landing.page import (
    Action,
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
    Nav,
    Page,
    PricePlan,
    Pricing,
    Question,
    Quote,
    Stat,
    Stats,
    Testimonials,
)

BETA = Action(label="Join the private beta", href="#contact", event="beta-cta")

STUDIO = Page(
    name="Easy Studio",
    title="Easy Studio",
    description="Reduce busywork with AI-driven workflows tuned for B2B SaaS teams.",
    design=Design(theme="light", motion="subtle"),
    sections=[
        Nav(
            id="nav",
            links=[
                Action(label="Features", href="#features"),
                Action(label="Customers", href="#testimonials"),
                Action(label="Pricing", href="#pricing"),
                Action(label="Questions", href="#faq"),
            ],
            action=BETA,
        ),
        Hero(
            id="hero",
            heading="Reduce busywork with Easy Studio",
            intro="Tuned for B2B SaaS teams. Join the private beta and receive 3 free automation recipes.",
            primary=BETA,
            secondary=Action(label="See features", href="#features"),
            image=Image(src="https://x.example/a.png", alt="The editor"),
        ),
        Features(
            id="features",
            heading="What you get",
            items=[
                Item(title="Workflows", text="It's easy to set up, and a lot of fun for 5 people."),
                Item(title="Recipes", text="3 free automation recipes. A tool for every step."),
                Item(title="Scale", text="Grows with you."),
            ],
        ),
        Stats(id="stats", heading="In numbers", items=[Stat(value="3", label="free recipes")]),
        Testimonials(
            id="testimonials",
            heading="What people say",
            items=[
                Quote(text="It's super easy, we love this tool!", name="Jane Doe", role="COO at Acme"),
                Quote(text="Great stuff. It's a tool we love.", name="Sam Lee", role="Ops lead"),
            ],
            indicators=["Loved by 40 teams"],
        ),
        Pricing(
            id="pricing",
            heading="Pricing",
            plans=[PricePlan(name="Starter", price="$9"), PricePlan(name="Pro", price="$29")],
        ),
        Faq(
            id="faq",
            heading="Questions and answers",
            items=[
                Question(question="Is it secure?", answer="Yes. All data is encrypted. We never share it."),
                Question(question="Who is it for?", answer="Operations leaders."),
            ],
        ),
        Cta(id="cta", heading="Ready?", primary=BETA),
        Contact(
            id="contact",
            heading="Get in touch",
            fields=[Field(name="email", label="Email", type="email", required=True)],
        ),
        Custom(id="about-us", heading="About us", paragraphs=["We are a small team."]),
        Footer(id="footer", text="Easy Studio", links=[Action(label="Pricing", href="#pricing")]),
    ],
)
