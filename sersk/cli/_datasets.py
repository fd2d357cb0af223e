"""sersk datasets."""

import click


@click.command(short_help="List the published corpora that are known.")
@click.argument("name", required=False)
def datasets(name):
    """List the published corpora that sersk index knows, or tell of the one called NAME.

    None of them comes with sersk: get it from where its owner publishes it.
    """
    from sersk.datasets.corpora import CORPORA, find_corpus

    corpora = CORPORA.values() if name is None else [find_corpus(name)]
    click.echo("\n\n".join(_format(corpus) for corpus in corpora))


def _format(corpus):
    from sersk.cli._summary import wrap
    from sersk.report._words import count

    size = count(corpus.n_clips, "clip")
    if corpus.n_speakers is not None:
        size += f", {count(corpus.n_speakers, 'speaker')}"
    rows = {
        "": f"{corpus.language}, {size}",
        "classes": ", ".join(corpus.classes),
        "licence": corpus.licence,
        "cite": corpus.citation,
        "from": corpus.url,
        "note": corpus.note,
    }
    lines = wrap(f"{corpus.name}: {corpus.title}")
    for title, text in rows.items():
        lines += wrap(text, f"  {title:<9}" if title else "  ", "  " if not title else " " * 11)
    return "\n".join(lines)
