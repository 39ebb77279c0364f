from errand.agents.landing.page import (
    Action,
    Contact,
    Design,
    Features,
    Field,
    Footer,
    Hero,
    Item,
    Nav,
    Page,
    PricePlan,
    Pricing,
    Stat,
    Stats,
)

ARABIC = Page(
    name="نور للطاقة",
    title="نور للطاقة: ألواح شمسية للمنازل",
    description="نركّب الألواح الشمسية للمنازل في عمّان ونتابعها معك.",
    language="ar",
    direction="rtl",
    design=Design(theme="auto", palette={"primary": "#0F766E", "accent": "#F59E0B"}, shape="sharp", motion="scroll"),
    sections=[
        Nav(
            id="nav",
            links=[Action(label="المزايا", href="#features"), Action(label="الأسعار", href="#pricing")],
            action=Action(label="احجز زيارة", href="#contact"),
        ),
        Hero(
            id="hero",
            variant="story",
            eyebrow="طاقة نظيفة لبيتك",
            heading="شمس عمّان تضيء بيتك",
            intro="نركّب الألواح الشمسية ونتابع أداءها معك يومًا بيوم.",
            primary=Action(label="احجز زيارة", href="#contact"),
            points=["نزور بيتك ونقيس السطح", "نصمّم النظام المناسب لاستهلاكك", "نركّبه ونتابع أداءه معك"],
        ),
        Features(
            id="features",
            variant="list",
            heading="لماذا نور",
            items=[
                Item(title="تركيب سريع", text="فريق واحد من البداية إلى النهاية."),
                Item(title="متابعة مستمرة", text="ترى إنتاج ألواحك على هاتفك."),
                Item(title="دعم قريب", text="نحن في عمّان، ونصل إليك في اليوم نفسه."),
            ],
        ),
        Stats(
            id="stats",
            items=[
                Stat(value="1,200", label="منزل"),
                Stat(value="98%", label="رضا العملاء"),
                Stat(value="12", label="سنة"),
            ],
        ),
        Pricing(
            id="pricing",
            heading="الأسعار",
            plans=[
                PricePlan(
                    name="أساسي", price="900 د.أ", points=["6 ألواح"], action=Action(label="اختر", href="#contact")
                ),
                PricePlan(
                    name="عائلي",
                    price="1,600 د.أ",
                    points=["12 لوحًا", "بطارية"],
                    action=Action(label="اختر", href="#contact"),
                    highlighted=True,
                ),
                PricePlan(
                    name="واسع",
                    price="2,400 د.أ",
                    points=["20 لوحًا", "بطاريتان"],
                    action=Action(label="اختر", href="#contact"),
                ),
            ],
        ),
        Contact(
            id="contact",
            heading="احجز زيارة",
            fields=[
                Field(name="name", label="الاسم", required=True),
                Field(name="phone", label="الهاتف", type="tel", required=True),
            ],
            submit_label="أرسل",
        ),
        Footer(id="footer", text="عمّان، الأردن"),
    ],
)
