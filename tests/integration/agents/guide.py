"""The landing guide's own example."""

SESSION = "campaign-landing-42"

PAYLOAD = {
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

TESTIMONIALS = {
    "trust": {
        "testimonials": [
            {"quote": "We love it, it's super easy.", "name": "Maria Lopez", "role": "COO", "company": "Northwind"}
        ]
    }
}

REFINE = "Please refine the testimonials section with more enterprise-friendly language."
