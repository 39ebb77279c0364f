from errand.agents.landing.page import (
    Action,
    Contact,
    Cta,
    Design,
    Faq,
    Features,
    Field,
    Footer,
    Hero,
    Item,
    Nav,
    Page,
    PricePlan,
    Pricing,
    Question,
    Stat,
    Stats,
)

JOIN = Action(label="Join the private beta", href="#contact", event="beta-cta")


AURORA = Page(
    name="AuroraAI Automations",
    title="AuroraAI Automations: AI-driven workflows for SaaS teams",
    description="Reduce busywork with AI-driven workflows tuned for B2B SaaS teams. Join the private beta.",
    keywords=["workflow automation", "AI ops tooling"],
    design=Design(
        theme="dark",
        palette={"primary": "#7C3AED", "accent": "#FDE68A", "neutral": "#111827", "raw": "#F9FAFB"},
        heading_font="General Sans",
        body_font="Inter",
        motion="scroll",
    ),
    events=["beta-cta", "feature-tour", "playbook-download"],
    sections=[
        Nav(
            id="nav",
            links=[
                Action(label="Features", href="#features", event="feature-tour"),
                Action(label="In numbers", href="#stats"),
                Action(label="The offer", href="#pricing"),
                Action(label="Questions", href="#faq"),
            ],
            action=Action(label="Join the beta", href="#cta", event="beta-cta"),
        ),
        Hero(
            id="hero",
            variant="split",
            eyebrow="For operations leaders at post-Series A SaaS startups",
            heading="Reduce busywork with AI-driven workflows",
            intro="Workflows tuned for B2B SaaS teams. Join the private beta and receive 3 free automation recipes.",
            primary=Action(label="Join the private beta", href="#cta", event="beta-cta"),
            secondary=Action(label="See how it works", href="#features", event="feature-tour"),
            points=["Tuned for B2B SaaS teams", "3 free automation recipes"],
        ),
        Features(
            id="features",
            variant="alternating",
            heading="Built for ops, automation and scale",
            intro="What changes when the busywork is gone.",
            items=[
                Item(title="AI-driven workflows", text="Workflows that take over busywork, tuned for B2B SaaS teams."),
                Item(title="Made for operations", text="For operations leaders at post-Series A SaaS startups."),
                Item(title="Ready to scale", text="Start from 3 free automation recipes, and go on from there."),
            ],
        ),
        Stats(
            id="stats",
            variant="band",
            heading="What you get",
            items=[Stat(value="3", label="free automation recipes for members of the private beta")],
        ),
        Pricing(
            id="pricing",
            heading="The offer",
            plans=[
                PricePlan(
                    name="Private beta",
                    text="Join the private beta and receive 3 free automation recipes.",
                    points=["AI-driven workflows", "3 free automation recipes", "Tuned for B2B SaaS teams"],
                    action=JOIN,
                )
            ],
        ),
        Faq(
            id="faq",
            heading="Questions",
            items=[
                Question(question="Who is AuroraAI for?", answer="Operations leaders at post-Series A SaaS startups."),
                Question(question="What do I get in the beta?", answer="You receive 3 free automation recipes."),
                Question(question="What does it do?", answer="It reduces busywork with AI-driven workflows."),
            ],
        ),
        Cta(
            id="cta",
            variant="banner",
            heading="Join the private beta",
            intro="And receive 3 free automation recipes.",
            primary=JOIN,
            secondary=Action(label="Read the questions", href="#faq", event="playbook-download"),
        ),
        Contact(
            id="contact",
            variant="split",
            heading="Tell us where the busywork is",
            intro="We answer with an invitation to the beta.",
            fields=[
                Field(name="name", label="Your name", required=True),
                Field(name="email", label="Work email", type="email", required=True),
                Field(name="team", label="Team size", type="select", options=["1–10", "11–50", "51 and more"]),
                Field(name="message", label="What takes your time?", type="textarea"),
            ],
            consent="I agree that my details are used to answer my request.",
            privacy_url="https://example.com/privacy",
            event="beta-request",
        ),
        Footer(
            id="footer",
            text="AI-driven workflows for B2B SaaS teams.",
            links=[Action(label="Features", href="#features"), Action(label="Questions", href="#faq")],
        ),
    ],
)
