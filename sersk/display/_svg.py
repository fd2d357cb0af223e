"""Pictures as SVG that can stand in the middle of an HTML page."""

import io
import re

from sersk.display._figure import make_figure


def draw_svg(draw, size, *, name):
    """Draw a picture and write it as an element of HTML.

    Its texts stay texts, in the font of the page. The same picture gives the same bytes.

    Parameters
    ----------
    draw : callable
        It takes the axes to draw on.
    size : tuple of float
        Width and height, in inches.
    name : str
        What the ids begin with: several pictures of a page must not share any.

    Returns
    -------
    svg : str
        From ``<svg`` to ``</svg>``.
    """
    figure = make_figure(size)
    import matplotlib

    # Ids are made from a random number where none is given.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sersk"}):
        draw(figure.subplots())
        file = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", metadata=nothing)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    # HTML knows the names of SVG without being told; and a style in a picture is one of the page.
    svg = re.sub(r' xmlns(?::\w+)?="[^"]*"| version="[^"]*"', "", svg)
    svg = re.sub(r"(?s)<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>", "", svg)
    svg = svg.replace("xlink:href", "href")
    return re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
