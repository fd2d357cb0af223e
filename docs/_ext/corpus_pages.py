"""A page per published corpus, from what the package knows of it."""

from collections import Counter

from corpus_words import WORDS
from measured import read_scores
from rest import code, heading, make_list_table, make_pairs

# As in sersk.model_selection: beyond this many speakers, folds are of several.
_MAX_SINGLE = 30
_MIN_FOR_INTERVAL = 5


def write_corpora():
    """Write the pages of all corpora.

    Returns
    -------
    pages : dict of str to str
        The text of each file, by its name.
    """
    from sersk.datasets import CORPORA

    pages = {f"{corpus.name}.rst": write_corpus(corpus) for corpus in CORPORA.values()}
    entries = "".join(f"   {name}\n" for name in CORPORA)
    pages["index.rst"] = (
        heading("A page per corpus", "=")
        + "What is known of each published corpus: size, licence, how its file names are read, "
        "what to type, and what to know before a score of it is trusted. None of them comes with "
        "``sersk``. :doc:`/user_guide/corpora` tells how a folder is read, also of a corpus that "
        "is not here.\n\n"
        + ".. recipe-table:: corpora\n\n"
        + f".. toctree::\n   :hidden:\n\n{entries}"
    )
    return pages


def write_corpus(corpus):
    """Write the page of one corpus.

    Parameters
    ----------
    corpus : Corpus
        The corpus.

    Returns
    -------
    page : str
        Its page, in reStructuredText.
    """
    words = WORDS[corpus.name]
    facts = corpus.parse(words.example)
    parts = [
        heading(corpus.name, "="),
        f"{corpus.title}.\n",
        _describe(corpus, facts),
        f"{corpus.note}\n" if corpus.note else "",
        heading("Classes", "-"),
        _list_classes(corpus, words),
        _list_labels(corpus),
        heading("What a name tells", "-"),
        _explain_name(corpus, words, facts),
        heading("What to type", "-"),
        _list_commands(corpus, words),
        _explain_folds(corpus, words, facts),
        f"{words.advice}\n",
        heading("Measured", "-"),
        _list_scores(words),
    ]
    return "\n".join(part for part in parts if part)


def _describe(corpus, facts):
    speakers = str(corpus.n_speakers or "not published")
    if corpus.n_speakers and not facts["Speaker"]:
        speakers += "; names do not tell which of them speaks"
    return make_pairs(
        {
            "Language": corpus.language,
            "Clips": f"{corpus.n_clips:,}".replace(",", "\N{NO-BREAK SPACE}"),
            "Speakers": speakers,
            "Licence": f"{corpus.licence} (a reminder and no legal advice: read it yourself)",
            "From": f"`{corpus.url} <{corpus.url}>`__",
            # Else a name that begins with an initial would begin a list.
            "Cite": f"\\{corpus.citation}",
        }
    )


def _list_classes(corpus, words):
    header = ("Class", "Common word", *(["Clips"] if words.counts else []))
    rows = [
        (f"``{name}``", word or "none", *([words.counts[name]] if words.counts else []))
        for name, word in corpus.classes.items()
    ]
    return make_list_table(header, rows)


def _list_labels(corpus):
    from sersk.datasets import LABEL_MAPS

    rows = []
    for name, labels in LABEL_MAPS.items():
        used = {word: labels.find(word) for word in corpus.classes.values() if word}
        made = Counter(target for weights in used.values() for target in weights)
        lost = [own for own, word in corpus.classes.items() if not used.get(word)]
        missing = [target for target in labels.classes if target not in made]
        if made:
            rows.append((code([name]), code(lost) or "none", code(missing) or "none"))
    if not rows:
        return (
            "Its classes are sentiments and not emotions, so no map of :doc:`/user_guide/labels` "
            "applies.\n"
        )
    header = ("``--labels``", "Classes left out", "Classes of the map that it lacks")
    return "What the label maps of :doc:`/user_guide/labels` make of them:\n\n" + make_list_table(
        header, rows
    )


def _explain_name(corpus, words, facts):
    told = {column: f"``{value}``" for column, value in facts.items() if value}
    where = (
        f"The class is in ``{corpus.label_file}``, which must lie beside the folder of the clips; "
        "the name of a clip tells nothing.\n"
    )
    if not told:
        return f"A file is called ``{words.example}``. {where}"
    return f"``{words.example}`` is read so:\n\n" + make_pairs(told, header=("Column", "Value"))


def _list_commands(corpus, words):
    options = f" {words.options}" if words.options else ""
    # A corpus that brings its CSV needs no other one.
    data = f"{corpus.name}/{corpus.label_file}" if corpus.label_file else "TRAIN.csv"
    commands = [
        f"datasets {corpus.name}",
        *([] if corpus.label_file else [f"index {corpus.name}/ -o {data}"]),
        f"audit --data {data}",
        f"fit --data {data}{options}",
    ]
    lines = "".join(f"   $ sersk {command}\n" for command in commands)
    return f".. code-block:: console\n\n{lines}"


def _explain_folds(corpus, words, facts):
    if not facts["Speaker"]:
        return ""
    n_speakers = corpus.n_speakers
    text = (
        f"By default each of the {n_speakers} speakers is left out in turn."
        if n_speakers <= _MAX_SINGLE
        else f"Its {n_speakers} speakers are put into five folds by default."
    )
    if n_speakers < _MIN_FOR_INTERVAL:
        text += f" There is no interval from fewer than {_MIN_FOR_INTERVAL} speakers."
    return f"{text} :doc:`/user_guide/scores` explains the folds.\n"


def _list_scores(words):
    if not words.measured_as:
        return "Nothing yet: there is no score of this corpus among ours.\n"
    rows = [row for row in read_scores() if words.measured_as in row["Protocol"]]
    header = ("Protocol", "Recipe", "UAR", "95 % interval", "Transductive")
    table = make_list_table(header, [[row[column] for column in header] for row in rows])
    return f"{table}\n:doc:`/accuracy` tells what these are, and how they were made.\n"
