"""A page as a reader of its text sees it, with the faults that a validator would find."""

from html.parser import HTMLParser

_VOID = {"meta", "br", "col"}
# What would make a browser ask for something.
_LOADING = {"src", "srcset", "data", "action", "poster", "background"}


class Page(HTMLParser):
    """Text and elements of a page; it raises where they are not nested."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.ids, self.loads, self.texts = [], [], [], [], []
        self.sections, self._heading = [], None
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "section":
            self.sections.append(attrs["id"])
        self.loads += [value for name, value in attrs.items() if name in _LOADING]
        href = attrs.get("href")
        if href is not None and not href.startswith("#"):
            self.loads.append(href)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open[-1:] == [tag], self.getpos()
        self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open and data.strip():
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())
