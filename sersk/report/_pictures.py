"""Pictures of scores that stand in the page, with what they show in words."""

from sersk.report._html import Markup, tag

# In inches. At the width of a phone letters are then as large as those of a table.
_SIZE = (4.6, 3.5)
_SQUARE = (4.4, 4.4)


def draw_calibration(bins, name):
    """Draw whether probabilities mean what they say.

    Parameters
    ----------
    bins : list of dict
        What `sersk.metrics.bin_by_confidence` gives.
    name : str
        What ids of the picture begin with.

    Returns
    -------
    figure : Markup
        The picture.
    """
    from sersk.display import CalibrationDisplay

    points = "; ".join(f"{b['confidence']:.0%} said, {b['accuracy']:.0%} right" for b in bins)
    return _make_figure(
        lambda ax: CalibrationDisplay.from_bins(bins, ax), _SQUARE, name, f"Calibration: {points}."
    )


def draw_risk_coverage(rows, name):
    """Draw how many are right of the clips that a model is surest of.

    Parameters
    ----------
    rows : list of dict
        What results have under ``risk_coverage``.
    name : str
        What ids of the picture begin with.

    Returns
    -------
    figure : Markup
        The picture.
    """
    from sersk.display import RiskCoverageDisplay

    points = "; ".join(f"{row['coverage']:.0%}: {row['accuracy']:.0%}" for row in rows)
    text = f"Share of right answers by the share of clips answered, the surest first. {points}."
    return _make_figure(lambda ax: RiskCoverageDisplay.from_rows(rows, ax), _SIZE, name, text)


def draw_learning_curve(curve, name):
    """Draw what more speakers would bring.

    Parameters
    ----------
    curve : dict
        What `sersk.model_selection.LearningCurve.to_dict` gives.
    name : str
        What ids of the picture begin with.

    Returns
    -------
    figure : Markup
        The picture.
    """
    from sersk.display import LearningCurveDisplay

    sizes, means = curve["n_speakers"], curve["mean"]
    points = "; ".join(f"{n}: {m:.3f}" for n, m in zip(sizes, means, strict=True))
    display = LearningCurveDisplay(sizes, curve["scores"])
    text = f"UAR on unseen speakers by the number of speakers learned from. {points}."
    return _make_figure(display.plot, _SIZE, name, text)


def _make_figure(draw, size, name, text):
    from sersk.display._svg import draw_svg

    svg = draw_svg(draw, size, name=name)
    return tag("figure", tag("div", Markup(svg), role="img", aria_label=text))
