"""Use cases: sessions and their chat, landing pages, what is published, what visitors send."""
