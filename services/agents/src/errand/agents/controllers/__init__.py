"""The routes: sessions and their chat, landing pages, and what the world sees of them."""
