"""A page to take along."""

import io
import zipfile

from errand.agents.landing.page import Files

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_UNIX = 3
_STYLESHEET = b'<link rel="stylesheet" href="styles.css">'
_SCRIPT = b'<script defer src="page.js"></script>'


def archive(files: Files) -> bytes:
    """A zip. Equal files give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, files[path].content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def single_file(files: Files) -> bytes:
    """The page as one HTML file, which needs no other."""
    style = b"<style>%s</style>" % files["styles.css"].content.replace(b"</", rb"<\/")
    script = b"<script>%s</script>\n" % files["page.js"].content
    html = files["index.html"].content.replace(_STYLESHEET, style, 1).replace(_SCRIPT, b"", 1)
    start, end, rest = html.rpartition(b"</body>")
    return start + script + end + rest
