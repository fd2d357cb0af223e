"""Finding, among many recordings, those that contain the same take."""

from numbers import Real

import numpy as np

from sersk.audit._fingerprint import FRAMES_PER_S, PATCH_NORM, soften
from sersk.utils._sklearn import Interval, validate_params

# Patches of a recording and its copy are far more alike than this; of other patches, one pair in
# some ten thousand is, where everybody says the same two sentences.
_MIN_PATCH_SIMILARITY = 0.8
# A third of a second may be said alike by chance, so that up to three alignments are tried.
_N_ALIGNMENTS = 3
# Patches multiplied at a time: 16 MB of products.
_N_ROWS, _N_COLUMNS = 512, 8192

# How much is compared around an anchor, on either side; what is longer need not agree throughout.
_REACH = 5 * FRAMES_PER_S
# Half a second may be alike by chance where the end of one recording lies on the beginning of the
# other, so that the overlap is to be most of the shorter one, or to be long.
_MIN_OVERLAP, _LONG_OVERLAP = 4 * FRAMES_PER_S // 5, 2 * FRAMES_PER_S
_MIN_SHARE = 0.5
# Two clicks would be the same.
_MIN_ACTIVE, _ACTIVE_DB = FRAMES_PER_S // 5, 6.0
_CHANGE = 4
_STRETCH = 3 * FRAMES_PER_S // 10
_WORST_SHARE = 0.25


@validate_params(
    {"fingerprints": [list], "threshold": [Interval(Real, 0, 1, closed="right")]},
    prefer_skip_nested_validation=True,
)
def find_near_duplicates(fingerprints, *, threshold=0.85):
    """Find pairs of recordings that contain the same take.

    Patches of all recordings are multiplied with each other; pairs with a patch in common are
    aligned there and compared frame by frame, up to five seconds before and after it. The
    similarity is the correlation in the worst part of what both contain: a copy agrees
    throughout, a second take of the sentence only in places.

    Parameters
    ----------
    fingerprints : list of Fingerprint
        One per recording, from `make_fingerprint`.
    threshold : float, default=0.85
        Lowest similarity of a pair, above 0 and at most 1.

    Returns
    -------
    pairs : list of tuple (int, int, float)
        Positions i < j of two recordings, and their similarity, sorted by position. A pair and
        its similarity depend on these two recordings only.

    Notes
    -----
    Copies as MP3 or OGG, cut, padded, with noise at 20 dB, or through a telephone had
    similarities from 0.95 up; second takes by one actor, in the same words and emotion, rarely
    exceed 0.5, and 0.78 was the most in pieces of 0.9 s. What two recordings have in common must
    last 0.8 s, be at least half of the shorter one or two seconds, and hold 0.2 s of sound that is
    not much softer than the rest. A change of speed or pitch makes another take of a recording.

    Time grows with the square of the number of recordings, with a small constant: 10,000 clips of
    3 s take about a minute. Memory grows with their number, as long as few recordings are copies
    of each other.

    Examples
    --------
    >>> from sersk.audit._fingerprint import make_fingerprint
    >>> from sersk.audit._near_duplicates import find_near_duplicates
    >>> from sersk.datasets import make_emotional_speech
    >>> X = make_emotional_speech(n_speakers=1, n_clips_per_class=1)[0]
    >>> clips = [*X, -0.5 * X[2][1000:]]
    >>> [pair[:2] for pair in find_near_duplicates([make_fingerprint(x, 16000) for x in clips])]
    [(2, 4)]
    """
    pairs = []
    for i, j, alignments in _find_candidates(fingerprints):
        a, b = fingerprints[i].levels, fingerprints[j].levels
        similarity = max(_compare_around(a, b, *frames, threshold) for frames in alignments)
        if similarity >= threshold:
            pairs.append((i, j, similarity))
    return sorted(pairs)


def _find_candidates(fingerprints):
    """Yield i < j of recordings with a similar patch, and the frames that correspond, best first.

    Patches are small integers, so that products are exact: the same whatever is multiplied
    together, in which order, and by how many threads.
    """
    if not fingerprints:
        return
    owners = np.repeat(np.arange(len(fingerprints)), [len(f.anchors) for f in fingerprints])
    anchors = np.concatenate([f.anchors for f in fingerprints])
    patches = np.concatenate([f.patches for f in fingerprints])
    # All patches of a recording are in one batch of rows, so that it has all its alignments.
    first = 0
    while first < len(patches):
        last_owner = owners[min(first + _N_ROWS, len(patches)) - 1]
        stop = np.searchsorted(owners, last_owner, side="right")
        hits = _multiply(patches, first, stop)
        rows, columns, products = hits[:, owners[hits[0]] < owners[hits[1]]]
        i, j = owners[rows], owners[columns]
        # Ties are broken in the same way whichever recording comes first.
        frames = np.sort([anchors[rows], anchors[columns]], axis=0)
        order = np.lexsort((*frames, -products, j, i))
        alignments = {}
        for hit in order:
            tried = alignments.setdefault((int(i[hit]), int(j[hit])), [])
            if len(tried) < _N_ALIGNMENTS:
                tried.append((int(anchors[rows[hit]]), int(anchors[columns[hit]])))
        for pair, tried in alignments.items():
            yield *pair, tried
        first = stop


def _multiply(patches, first, stop):
    """Give rows, columns and products of similar patches; rows lie between `first` and `stop`."""
    hits = []
    for start in range(first, stop, _N_ROWS):
        rows = patches[start : min(start + _N_ROWS, stop)].astype(np.float32)
        for other in range(start, len(patches), _N_COLUMNS):
            products = rows @ patches[other : other + _N_COLUMNS].astype(np.float32).T
            row, column = np.nonzero(products > _MIN_PATCH_SIMILARITY * PATCH_NORM**2)
            found = row + start, column + other, products[row, column]
            hits.append(np.array(found, dtype=np.int32))
    return np.concatenate(hits, axis=1)


def _compare_around(a, b, here, there, threshold):
    """Compare two recordings with frame `here` of one on `there` of the other, or beside it."""
    similarity = _compare(a, b, here, there)
    # One frame aside, a copy still is alike; most candidates are none.
    if similarity > threshold / 2:
        beside = (here + 1, there), (here, there + 1)
        similarity = max(similarity, *(_compare(a, b, *frames) for frames in beside))
    return similarity


def _compare(a, b, here, there):
    before, after = min(here, there), min(len(a) - here, len(b) - there)
    needed = min(_MIN_SHARE * min(len(a), len(b)), _LONG_OVERLAP)
    if before + after < max(needed, _MIN_OVERLAP):
        return 0.0
    before, after = min(before, _REACH), min(after, _REACH)
    # The floor is that of the common part: a cut may have taken the loudest part away.
    a = soften(a[here - before : here + after])
    b = soften(b[there - before : there + after])
    is_active = (a.max(axis=1) > _ACTIVE_DB) & (b.max(axis=1) > _ACTIVE_DB)
    if np.count_nonzero(is_active) < _MIN_ACTIVE:
        return 0.0
    return _correlate_worst(_find_changes(a), _find_changes(b))


def _find_changes(softened):
    """Change of the differences between bands over 40 ms, in which filters have no part."""
    between_bands = np.diff(softened, axis=1)
    return between_bands[_CHANGE:] - between_bands[:-_CHANGE]


def _correlate_worst(a, b):
    """Correlate stretch by stretch; give the mean over the quarter that agrees least."""
    n_stretches = max(1, len(a) // _STRETCH)
    starts = np.arange(n_stretches) * len(a) // n_stretches

    def add_up(x, y):
        return np.add.reduceat(np.einsum("ij,ij->i", x, y, dtype=np.float64), starts)

    # A stretch in which little happens says little.
    weight = np.sqrt(add_up(a, a) * add_up(b, b))
    correlation = add_up(a, b) / np.maximum(weight, 1e-9)
    order = np.argsort(correlation, kind="stable")
    weight, correlation = weight[order], correlation[order]
    before = np.cumsum(weight) - weight
    weight = np.clip(_WORST_SHARE * weight.sum() - before, 0, weight)
    return float(np.clip(weight @ correlation / max(weight.sum(), 1e-9), 0, 1))
