"""The walk over one clip that several extractors share."""

from sersk.features._functionals import Pool


def extract_parts(clip, parts):
    """Extract the features of several extractors from one clip.

    Parts on the same grid of frames share the blocks, and with them spectra and mel bands.

    Parameters
    ----------
    clip : Clip
        The clip.
    parts : list of extractor
        What to extract.

    Returns
    -------
    rows : list of ndarray
        The row, or the sequence of frames, of each part.
    """
    rows = [None] * len(parts)
    by_grid = {}
    for i, part in enumerate(parts):
        if part._grid is None:
            rows[i] = part._row(clip)
        else:
            by_grid.setdefault(part._grid, []).append(i)
    for grid, members in by_grid.items():
        pooled = _pool_frames(clip, grid, [parts[i] for i in members])
        for i, row in zip(members, pooled, strict=True):
            rows[i] = row
    return rows


def _pool_frames(clip, grid, parts):
    surveys = [None] * len(parts)
    surveying = [i for i, part in enumerate(parts) if part._needs_survey]
    # A clip of one block, as nearly all are, gives the same block twice with all that is computed.
    for block in clip.blocks(grid) if surveying else ():
        for i in surveying:
            found = parts[i]._survey(block)
            surveys[i] = found if surveys[i] is None else parts[i]._merge(surveys[i], found)
    pools = [Pool(part.functionals, part.deltas, part.delta_functionals) for part in parts]
    for block in clip.blocks(grid):
        for part, survey, pool in zip(parts, surveys, pools, strict=True):
            pool.add(part._describe(block, survey), is_last=block.is_last)
    return [pool.result() for pool in pools]
