"""What a saved model and a store of features look like in a terminal."""

from datetime import datetime

from sersk.report import summarise_model


def format_description(path, description):
    """Describe a saved model.

    Parameters
    ----------
    path : path-like
        The model.
    description : dict
        What `sersk.persistence.read_description` gives.

    Returns
    -------
    text : str
        Several lines.
    """
    rows = {"Model": path, **summarise_model(description)}
    return "\n".join(f"{key + ':':<15}{value}" for key, value in rows.items())


def format_store(info, n_fold_bytes):
    """Describe a feature store.

    Parameters
    ----------
    info : StoreInfo
        What `sersk.features.FeatureStore.info` gives.
    n_fold_bytes : int
        Size of the predictions of finished folds that are kept beside it.

    Returns
    -------
    text : str
        A few lines, and one per extractor.
    """
    size = f"{info.n_bytes / 1e6:.1f} MB of at most {info.max_bytes / 1e6:.0f} MB"
    lines = [f"Store: {info.path}", f"Size:  {size}"]
    if n_fold_bytes:
        lines.append(f"Folds: {n_fold_bytes / 1e6:.1f} MB, of comparisons and of networks")
    if info.parts:
        lines += ["", f"{'clips':>8} {'computed':>9} {'reused':>9}  {'last used':<16}  extractor"]
    for part in info.parts:
        used = datetime.fromtimestamp(part.last_used).isoformat(" ", "minutes")
        counts = f"{part.n_clips:>8} {part.n_computed:>9} {part.n_reused:>9}"
        lines.append(f"{counts}  {used}  {part.name}")
    return "\n".join(lines)
