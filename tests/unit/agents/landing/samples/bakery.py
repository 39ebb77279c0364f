import base64

from errand.agents.landing.page import (
    Action,
    Benefits,
    Contact,
    Custom,
    Design,
    Field,
    Footer,
    Hero,
    Image,
    Item,
    Member,
    Nav,
    Page,
    Quote,
    Team,
    Testimonials,
)


def picture(colours: tuple[str, str]) -> str:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600"><defs><linearGradient id="g" x2="1" y2="1">'
        f'<stop stop-color="{colours[0]}"/><stop offset="1" stop-color="{colours[1]}"/></linearGradient></defs>'
        '<rect width="800" height="600" fill="url(#g)"/>'
        '<ellipse cx="400" cy="360" rx="240" ry="120" fill="#0002"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()


BAKERY = Page(
    name="Bäckerei Morgenrot",
    title="Bäckerei Morgenrot – Sauerteigbrot aus Leipzig",
    description="Brot aus langer Teigführung, jeden Morgen frisch in Leipzig-Plagwitz.",
    language="de",
    design=Design(
        theme="light",
        palette={"primary": "#B45309", "accent": "#FBBF24", "background": "#FFFBF5"},
        heading_font="Fraunces",
        body_font="Source Sans 3",
        shape="round",
        density="airy",
    ),
    sections=[
        Nav(
            id="nav",
            variant="centered",
            links=[
                Action(label="Brote", href="#menu"),
                Action(label="Stimmen", href="#stimmen"),
                Action(label="Team", href="#team"),
            ],
            action=Action(label="Vorbestellen", href="#contact"),
        ),
        Hero(
            id="hero",
            variant="centered",
            eyebrow="Seit 1987 in Leipzig-Plagwitz",
            heading="Brot, das Zeit hatte",
            intro="Sauerteig aus 24 Stunden Teigführung, gebacken in der Nacht, warm auf dem Tisch am Morgen.",
            primary=Action(label="Jetzt vorbestellen", href="#contact"),
            secondary=Action(label="Unsere Brote", href="#menu"),
            image=Image(src=picture(("#fcd9a5", "#b45309")), alt="Ein Laib Sauerteigbrot auf einem Holztisch"),
        ),
        Custom(
            id="menu",
            variant="grid",
            heading="Heute im Regal",
            items=[
                Item(
                    title="Roggenbrot",
                    text="Dunkel, kräftig, hält eine Woche.",
                    image=Image(src=picture(("#7c4a21", "#d9a066")), alt="Roggenbrot"),
                ),
                Item(
                    title="Dinkelkruste",
                    text="Mild, mit Saaten aus Sachsen.",
                    image=Image(src=picture(("#e9c58f", "#a56a2c")), alt="Dinkelkruste"),
                ),
                Item(title="Brötchen", text="Ab sechs Uhr, solange der Vorrat reicht."),
                Item(title="Kaffee", text="Aus der Rösterei nebenan."),
            ],
        ),
        Benefits(
            id="gruende",
            variant="checklist",
            heading="Warum unser Brot anders schmeckt",
            items=[
                Item(title="24 Stunden Ruhe", text="Der Teig reift über Nacht, ganz ohne Zusätze."),
                Item(title="Korn aus der Region", text="Von drei Höfen, die wir beim Namen kennen."),
                Item(title="Steinofen", text="Gebacken bei fallender Hitze."),
            ],
        ),
        Testimonials(
            id="stimmen",
            variant="spotlight",
            heading="Was unsere Gäste sagen",
            items=[
                Quote(text="Das beste Roggenbrot der Stadt.", name="Anna Krüger", role="Stammgast"),
                Quote(text="Meine Kinder essen die Rinde zuerst.", name="Jonas Weber"),
                Quote(text="Endlich wieder Brot, das am dritten Tag noch schmeckt.", name="Maria L.", role="Nachbarin"),
            ],
            indicators=["Handwerksbetrieb seit 1987", "Bio-zertifiziert"],
        ),
        Team(
            id="team",
            variant="list",
            heading="Wer hier backt",
            members=[
                Member(name="Ruth Morgenrot", role="Bäckermeisterin", text="Steht um zwei Uhr auf."),
                Member(name="Emil Sander", role="Geselle"),
            ],
        ),
        Contact(
            id="contact",
            heading="Vorbestellen",
            fields=[
                Field(name="name", label="Name", required=True),
                Field(name="phone", label="Telefon", type="tel"),
                Field(name="pickup", label="Abholung am", type="date", required=True),
                Field(name="breads", label="Welche Brote?", type="checkbox", options=["Roggenbrot", "Dinkelkruste"]),
            ],
            submit_label="Absenden",
            consent="Ich bin einverstanden, dass meine Angaben zur Bearbeitung verwendet werden.",
            privacy_url="https://example.de/datenschutz",
        ),
        Footer(
            id="footer",
            variant="simple",
            text="Karl-Heine-Straße 12, Leipzig",
            links=[Action(label="Impressum", href="https://example.de/impressum")],
        ),
    ],
)
