"""Pages that are written anew by every build: one for each corpus and one for each recipe."""

from pathlib import Path

from corpus_pages import write_corpora
from recipe_pages import write_recipes


def write_pages(folder):
    """Write all pages, and delete those of what is there no more.

    Parameters
    ----------
    folder : Path
        The folder of the documentation.
    """
    for name, pages in (("corpora", write_corpora()), ("recipes", write_recipes())):
        place = Path(folder, name)
        place.mkdir(exist_ok=True)
        for stale in {path.name for path in place.glob("*.rst")} - set(pages):
            (place / stale).unlink()
        for page, text in pages.items():
            path = place / page
            # What is the same keeps its date, so that a build need not read it again.
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")


def setup(app):
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", lambda app: write_pages(app.srcdir))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
