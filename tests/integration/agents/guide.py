"""The landing guide's own example."""

from tests.unit.agents.landing.payloads import GUIDE

SESSION = "campaign-landing-42"

PAYLOAD = GUIDE

TESTIMONIALS = {
    "trust": {
        "testimonials": [
            {"quote": "We love it, it's super easy.", "name": "Maria Lopez", "role": "COO", "company": "Northwind"}
        ]
    }
}

REFINE = "Please refine the testimonials section with more enterprise-friendly language."
