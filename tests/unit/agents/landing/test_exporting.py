import io
import zipfile

from errand.agents.landing.exporting import archive, single_file
from errand.agents.landing.rendering import render
from tests.unit.agents.landing.samples import AURORA, HOSTILE_PAGE

FILES = render(AURORA, "https://pages.example/p/sample/")


def test_an_archive_holds_every_file() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(FILES))) as zipped:
        assert {path: zipped.read(path) for path in zipped.namelist()} == {
            path: file.content for path, file in FILES.items()
        }


def test_equal_files_give_equal_archives() -> None:
    assert archive(FILES) == archive(dict(reversed(FILES.items())))


def test_a_single_file_refers_to_no_other() -> None:
    html = single_file(FILES)

    assert b"styles.css" not in html
    assert b"page.js" not in html
    assert b"<style>:root{" in html
    assert html.endswith(b"</script>\n</body>\n</html>")


def test_a_single_file_of_hostile_texts_has_one_stylesheet_and_two_scripts() -> None:
    html = single_file(render(HOSTILE_PAGE, "/p/sample/"))

    assert (html.count(b"</style"), html.count(b"</script")) == (1, 2)
