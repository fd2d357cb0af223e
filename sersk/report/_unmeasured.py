"""What was not measured, and what would measure it."""

from sersk.report._blocks import facts, section
from sersk.report._limits import NO_JUDGE, NOT_FEELINGS


def make_unmeasured(results):
    """Make the section of what the scores say nothing about.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit`, `evaluate` or `compare` gives, whole.

    Returns
    -------
    section : Markup
        The section.
    """
    return section(
        "What was not measured",
        "A score holds for speech like that it was measured on. On these nothing is known from "
        "this report:",
        facts([*_list_missing(results), *_list_always()]),
    )


def _list_missing(results):
    is_comparison = results["leaderboard"] is not None
    is_fit = results["protocol"] is not None and not is_comparison
    if results["n_speakers"] is None:
        yield (
            "New speakers",
            "The speakers are not known, so no part of the score is on speakers kept apart. Name "
            "their column with --group-column, or tell them from file names with "
            "--speaker-pattern.",
        )
    elif results["is_training_data"]:
        yield "Speech that it does not know", "Every clip was one that the model learned from."
    elif not is_fit and not is_comparison:
        yield (
            "Whether the model knows these speakers",
            "The report cannot tell whether they were among those that the model learned from. "
            "If they were, expect less on others.",
        )
    if is_fit and results["test"] is None:
        yield (
            "Another corpus",
            "All scores are on the corpus that it learned from. On other recordings expect less, "
            "often far less; --test OTHER.csv measures it.",
        )
    if is_fit and results["learning_curve"] is None and results["n_speakers"] is not None:
        yield "What more speakers would bring", "--learning-curve measures it."
    if is_fit and results["importance"] is None and results["network"] is None:
        yield "What the model leans on", "--importance measures it."
    if results["per_gender"] is None:
        how = (
            "Of one recipe, sersk fit --gender-column tells it."
            if is_comparison
            else "With their column named by --gender-column, women and men are scored apart."
        )
        yield "Women and men", f"Whether both are recognised equally well is not known. {how}"
    if is_fit:
        yield (
            "Near duplicates and recordings",
            "Copies that were converted, cut or made noisy, and labels that show in the way clips "
            "were recorded: sersk audit looks for them.",
        )


def _list_always():
    yield (
        "Other people, languages, rooms and microphones",
        "Ages, accents, languages, illnesses, rooms, telephones and noise other than those in "
        "the data.",
    )
    yield "Everyday speech", NOT_FEELINGS
    yield "Fitness to judge people", NO_JUDGE
