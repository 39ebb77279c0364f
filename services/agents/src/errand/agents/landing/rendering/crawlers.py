"""What search engines ask for beside the page."""

from xml.sax.saxutils import escape


def sitemap(base_url: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"  <url><loc>{escape(base_url)}</loc></url>\n"
        "</urlset>\n"
    )


def robots(base_url: str) -> str:
    """Names the sitemap where its address is known in full, as the format wants it."""
    rules = "User-agent: *\nAllow: /\n"
    return f"{rules}Sitemap: {base_url}sitemap.xml\n" if "://" in base_url else rules
