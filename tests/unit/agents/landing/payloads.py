"""Twelve briefs as clients send them."""

from typing import Any

GUIDE: dict[str, Any] = {
    "campaign": {
        "objective": "Generate qualified signups for our beta waitlist",
        "productName": "AuroraAI Automations",
        "primaryOffer": "Join the private beta and receive 3 free automation recipes",
    },
    "audience": {
        "description": "Operations leaders at post-Series A SaaS startups",
        "personaKeywords": ["ops", "automation", "scale"],
        "uvp": "Reduce busywork with AI-driven workflows tuned for B2B SaaS teams",
    },
    "messaging": {
        "tone": "confident + helpful",
        "seoKeywords": ["workflow automation", "AI ops tooling"],
        "eventTracking": ["beta-cta", "feature-tour", "playbook-download"],
    },
    "branding": {
        "theme": "dark",
        "colorPalette": {"primary": "#7C3AED", "accent": "#FDE68A", "neutral": "#111827", "raw": "#F9FAFB"},
        "fonts": "General Sans for headings, Inter for body",
        "layoutPreference": "Split hero, storytelling scrollytelling",
        "sections": ["hero", "features", "stats", "pricing", "cta", "faq"],
    },
}

EMPTY: dict[str, Any] = {}

EMPTY_SECTIONS: dict[str, Any] = {
    "campaign": {"productName": "Quill", "objective": None, "primaryOffer": ""},
    "audience": {"uvp": "Write your minutes while you talk", "personaKeywords": []},
    "branding": {"sections": [], "colorPalette": {}, "fonts": None, "sectionData": {"faq": [], "custom": {}}},
    "benefits": {"topBenefits": [], "features": None},
    "trust": None,
}

NO_PALETTE: dict[str, Any] = {
    "campaign": {"productName": "Lumen & Oak", "primaryOffer": "Book a private viewing"},
    "audience": {"uvp": "Lamps turned by hand. Each one is signed.", "description": "Collectors of design"},
    "messaging": {"tone": "Luxurious, calm"},
    "branding": {"layoutPreference": "Minimal, lots of whitespace", "theme": "auto"},
    "benefits": {"topBenefits": ["Turned by hand", "Oak from one forest", "Repaired for life"]},
    "conversion": {"primaryCTA": {"label": "Book a viewing", "href": "https://lumen.example/viewing"}},
}

HOSTILE_TEXT = "</script><img src=x onerror=alert(1)>{{ 7*7 }}\x00\x1b[31m\ud800\u202e\"'--><style>"
HOSTILE: dict[str, Any] = {
    "campaign": {"productName": HOSTILE_TEXT, "primaryOffer": HOSTILE_TEXT, "objective": HOSTILE_TEXT},
    "audience": {"uvp": HOSTILE_TEXT, "description": HOSTILE_TEXT, "personaKeywords": [HOSTILE_TEXT]},
    "messaging": {"tone": HOSTILE_TEXT, "seoKeywords": [HOSTILE_TEXT], "eventTracking": [HOSTILE_TEXT]},
    "branding": {
        "theme": HOSTILE_TEXT,
        "colorPalette": {"primary": "red;}</style>", HOSTILE_TEXT: "#zzz", "accent": "url(javascript:alert(1))"},
        "fonts": "Evil'; } body { background: url(https://evil.example) } \\",
        "sections": ["hero", HOSTILE_TEXT, "faq", "features", "custom"],
        "sectionData": {
            "faq": [{"q": HOSTILE_TEXT, "a": HOSTILE_TEXT}],
            "custom": {HOSTILE_TEXT: HOSTILE_TEXT, "thanks": "You"},
        },
    },
    "benefits": {"features": [HOSTILE_TEXT, {"title": HOSTILE_TEXT, "image": "javascript:alert(1)"}]},
    "conversion": {"primaryCTA": {"label": HOSTILE_TEXT, "href": "javascript:alert(1)"}},
    "media": {"videoUrl": "javascript:alert(1)", "privacyPolicyUrl": "data:text/html,<script>alert(1)</script>"},
    "assets": {"logo": "data:text/html;base64,AAAA", "heroImage": 'https://x.example/a.png?"onload=alert(1)'},
    "advanced": {"formFields": [{"name": HOSTILE_TEXT, "label": HOSTILE_TEXT, "type": HOSTILE_TEXT}]},
}

ARABIC: dict[str, Any] = {
    "campaign": {
        "productName": "مخبز الياسمين",
        "primaryOffer": "اطلب الآن واحصل على توصيل مجاني",
        "objective": "زيادة الطلبات",
    },
    "audience": {"uvp": "خبز طازج كل صباح من الفرن إلى بابك", "description": "العائلات في عمّان"},
    "messaging": {"tone": "ودود ودافئ", "seoKeywords": ["خبز طازج", "توصيل"]},
    "benefits": {
        "features": ["خبز بالعجين المخمر", {"title": "توصيل قبل السابعة", "description": "كل يوم عدا الجمعة"}]
    },
    "trust": {"testimonials": [{"quote": "أفضل خبز في المدينة", "author": "ليلى"}]},
}

FORTY_FEATURES: dict[str, Any] = {
    "campaign": {"productName": "Gridline", "primaryOffer": "Start free"},
    "audience": {"uvp": "The whole back office in one place", "description": "Enterprise finance teams"},
    "messaging": {"tone": "Enterprise, precise"},
    "branding": {"colorPalette": ["#0F766E", "#F59E0B"], "sections": ["features", "call to action", "moon landing"]},
    "benefits": {
        "features": [
            {"name": f"Module {number}", "description": f"Does what department {number} needs."}
            for number in range(1, 41)
        ]
    },
}

EMOJI: dict[str, Any] = {
    "campaign": {"productName": "🦄 Sparkle 👩‍👩‍👧‍👦", "primaryOffer": "Get 2 stickers 🎉 for $5 per month"},
    "audience": {"uvp": "Stickers that make everyone smile 😀😀", "description": "👶 parents"},
    "messaging": {"tone": "fun & quirky", "eventTracking": ["🎯"]},
    "branding": {"sections": ["hero", "pricing", "benefits"], "theme": "light"},
    "benefits": {"topBenefits": ["🌈 Bright", "🧼 Washable: even after 50 washes"]},
}

HUGE: dict[str, Any] = {
    "campaign": {"productName": "Verbose " * 60, "primaryOffer": "Try it for 30 days. " * 200},
    "audience": {
        "uvp": "We explain everything at great length, and then once more. " * 700,
        "description": "x" * 5_000,
    },
    "benefits": {"features": [{"title": "t" * 900, "text": "Word " * 5_000}, "no spaces" * 400]},
    "trust": {"testimonials": [{"text": "Long. " * 2_000, "author": "A" * 700}]},
    "branding": {"sections": ["hero", "features", "testimonials", "stats", "pricing", "faq", "cta"], "theme": "dark"},
}

BAKERY: dict[str, Any] = {
    "campaign": {
        "productName": "Bäckerei Morgenrot",
        "objective": "Mehr Vorbestellungen",
        "primaryOffer": "Jetzt vorbestellen und 10 % sparen",
    },
    "audience": {
        "uvp": "Brot aus dem Holzofen mit Mehl aus der Region",
        "description": "Familien und Frühaufsteher in Leipzig",
        "personaKeywords": "Sauerteig, Bio, Handwerk",
    },
    "messaging": {"tone": "herzlich", "seoKeywords": ["Bäckerei Leipzig", "Sauerteigbrot"]},
    "branding": {
        "sections": ["Hero", "Vorteile", "Häufige Fragen", "Kontakt"],
        "colorPalette": {"background": "#FFF7ED"},
    },
    "benefits": {"topBenefits": [{"title": "48 Stunden Teigruhe", "text": "Für mehr Geschmack."}, "Ohne Zusatzstoffe"]},
    "trust": {"objections": [{"question": "Gibt es glutenfreies Brot?", "answer": "Ja, jeden Mittwoch."}, "Zu teuer?"]},
    "media": {"privacyPolicyUrl": "https://morgenrot.example/datenschutz"},
}

VERBATIM: dict[str, Any] = {
    "campaign": {"productName": "Harbour", "primaryOffer": "Request access"},
    "audience": {"uvp": "Every container, one screen"},
    "messaging": {"tone": "technical", "eventTracking": ["plan-click", "hero-cta", "contact-form"]},
    "branding": {
        "colorPalette": {"background": "#0B1220", "primary": "#22D3EE", "text": "#64748B"},
        "sections": ["hero", "about us", "stats", "team", "pricing", "social proof", "FAQ", "footer"],
        "sectionData": {
            "faq": {
                "heading": "Asked at sea",
                "items": [{"question": "Does it float?", "answer": "The office does not."}],
            },
            "pricing": [
                {"name": "Pier", "price": 0, "period": "month", "features": ["1 berth"], "cta": "Moor"},
                {"name": "Dock", "price": "$290", "features": ["9 berths", "Crane"], "popular": True},
            ],
            "stats": ["98% on time", {"value": "$2M", "label": "demurrage saved"}, {"number": 14, "text": "ports"}],
            "team": [{"name": "Ada Quay", "title": "Harbour master", "bio": "Has seen it all."}],
            "testimonials": [{"quote": "It just docks.", "author": "Ben", "role": "Captain", "company": "MV Test"}],
            "custom": {"about us": "We began on a pier.\n\nWe still work there."},
        },
    },
}

FORMS: dict[str, Any] = {
    "campaign": {"productName": "Clinic Nord", "objective": "Appointments"},
    "audience": {"uvp": "See a specialist this week", "description": "Patients with back pain"},
    "messaging": {"tone": "Professional and warm"},
    "branding": {
        "theme": "light",
        "fonts": {"heading": "Lora", "body": "Open Sans"},
        "layoutPreference": "centered, no animation",
    },
    "benefits": {"topBenefits": [{"title": "No waiting list", "description": "An appointment within 5 days."}]},
    "trust": {
        "testimonials": [
            "They listened.",
            {"text": "Back at work in 2 weeks.", "name": "M. Hansen", "role": "Carpenter"},
        ],
        "indicators": ["ISO 9001", "4,200+ patients a year"],
        "objections": [{"objection": "Is it covered?", "response": "By all statutory insurers."}],
    },
    "conversion": {
        "primaryCTA": "Request an appointment",
        "secondaryCTA": {"text": "Call us", "url": "tel:+4940123456"},
    },
    "media": {
        "privacyPolicyUrl": "/privacy",
        "consentText": "I agree to be called back.",
        "videoUrl": "https://youtu.be/abc",
    },
    "advanced": {
        "formFields": [
            "Full name",
            {"name": "email", "type": "email", "required": "true"},
            {"name": "phoneNumber", "label": "Phone"},
            {"label": "Reason", "options": ["Back", "Neck"]},
            {"name": "email", "label": "Second email"},
        ],
        "customPrompt": "Please make it sing",
    },
    "assets": {
        "heroImage": {"url": "https://clinic.example/hero.jpg", "alt": "The clinic"},
        "secondaryImages": ["https://clinic.example/1.jpg"],
    },
}

ALL: dict[str, dict[str, Any]] = {
    "guide": GUIDE,
    "empty": EMPTY,
    "empty sections": EMPTY_SECTIONS,
    "no palette": NO_PALETTE,
    "hostile": HOSTILE,
    "arabic": ARABIC,
    "forty features": FORTY_FEATURES,
    "emoji": EMOJI,
    "huge": HUGE,
    "bakery": BAKERY,
    "verbatim": VERBATIM,
    "forms": FORMS,
}
