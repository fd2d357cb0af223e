"""A report of results as one HTML file."""

from pathlib import PurePath

from sersk.exceptions import ResultsError
from sersk.report._comparison import judge_comparison, make_leaderboard
from sersk.report._data import make_data
from sersk.report._diagnosis import make_curve, make_importance
from sersk.report._groups import make_classes, make_speakers
from sersk.report._making import make_making
from sersk.report._page import make_page
from sersk.report._scores import make_scores
from sersk.report._setup import describe_corpus
from sersk.report._trust import make_audit, make_probabilities, make_test
from sersk.report._unmeasured import make_unmeasured
from sersk.report._verdict import judge
from sersk.utils._files import replace_file

# What results may hold; what one kind of them lacks, or a run did not ask for, is None.
_KEYS = (
    *("uar", "accuracy", "macro_f1", "weighted_f1", "roc_auc", "log_loss", "calibration_error"),
    *("classes", "per_class", "confusion_matrix", "per_speaker", "per_gender", "n_clips"),
    *("n_speakers", "speakers_from", "skipped", "labels", "data", "data_sha256", "sound"),
    *("calibration", "risk_coverage", "transductive", "test", "learning_curve", "importance"),
    *("audit", "protocol", "optimistic", "folds", "n_folds", "is_training_data", "kind"),
    *("recipe", "model", "select", "params", "augment", "normalize_speakers", "network"),
    *("search", "seed", "versions", "command", "leaderboard", "reason_without_interval"),
    *("abstention", "n_warned", "warned_of"),
)


def make_report(results):
    """Make a report that a reader understands without knowing sersk.

    It needs matplotlib, where there is calibration or a learning curve to draw.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` has as ``results``, what `sersk.workflows.evaluate` or
        `sersk.workflows.compare` gives, or what their ``--results`` and ``--output`` have written.
        With ``command``, the report says how it was made. Only ``classes`` and ``uar``, or
        ``leaderboard``, must be there.

    Returns
    -------
    html : str
        The page: a verdict in words first, what speaks against the score before the score. It
        asks no server for anything, and the same results give the same text.

    Raises
    ------
    ResultsError
        When there are no such results.
    ImportError
        When matplotlib is needed and not there.

    Examples
    --------
    >>> from sersk.report import make_report
    >>> html = make_report({"classes": ["angry", "sad"], "uar": 0.4, "n_clips": 20})
    >>> "No better than guessing" in html
    True
    """
    results = _complete(results)
    if results["leaderboard"] is not None:
        title = _make_title("Recipes compared", results)
        verdict, sections = judge_comparison(results), [make_leaderboard(results)]
    else:
        title = _make_title(_name_model(results), results)
        verdict = judge(results)
        sections = [
            make_scores(results),
            make_classes(results),
            make_speakers(results),
            make_probabilities(results),
            make_test(results["test"]),
            make_curve(results["learning_curve"]),
            make_importance(results["importance"]),
            make_audit(results["audit"]),
        ]
    sections += [make_data(results), make_unmeasured(results), make_making(results)]
    version = (results["versions"] or {}).get("sersk")
    footer = "Made by sersk" + (f" {version}" if version else "") + ". This file is all there is."
    shown = [section for section in sections if section is not None]
    return make_page(title, describe_corpus(results), verdict, shown, footer)


def write_report(results, path):
    """Write a report to a file, whole or not at all.

    Parameters
    ----------
    results : dict
        As for `make_report`.
    path : path-like
        Where to write.
    """
    html = make_report(results)
    with replace_file(path) as temporary:
        temporary.write_text(html, encoding="utf-8", newline="\n")


def _complete(results):
    """Give results in which each key is there."""
    if not results.get("classes") or (
        results.get("uar") is None and not results.get("leaderboard")
    ):
        raise ResultsError(
            "A report needs results with 'classes', and with 'uar' or 'leaderboard', as fit, "
            f"evaluate and compare give them. Got results with: {', '.join(results) or 'nothing'}."
        )
    whole = {**dict.fromkeys(_KEYS), **results}
    whole["skipped"] = whole["skipped"] or []
    interval = dict.fromkeys(("uar", "reason"))
    whole["interval"] = {**interval, **(results.get("interval") or {})}
    if whole["test"] is not None:
        whole["test"] = _complete(whole["test"])
    return whole


def _name_model(results):
    return f"Recipe {results['recipe']}" if results["recipe"] else "A model"


def _make_title(what, results):
    return f"{what} on {PurePath(results['data']).name}" if results["data"] else what
