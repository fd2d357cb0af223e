"""When to take each recipe; the rest of its page comes from the package."""

# In reStructuredText, one paragraph each.
WORDS = {
    "default": (
        "Begin with it. It is the most accurate recipe that is free for every use, needs no GPU, "
        "and judges a second of speech in some eight milliseconds. Take ``voice`` where features "
        "must have names that mean something, or where a fit must be done in seconds; "
        ":doc:`/user_guide/recipes` explains its blocks."
    ),
    "default+compare": (
        "Take it to see whether openSMILE's 6,373 features add anything to ``default`` on your "
        "corpus, where its licence allows. It analyses a clip far slower. No score of it is "
        "among ours, so compare the two first."
    ),
    "voice": (
        "Take it where speed or understanding counts: all its features are measures with names, "
        "such as pitch, tempo and jitter, nothing is drawn at random, and there are no copies. It "
        "is the better companion of ``--importance``. On both corpora measured it is a few points "
        "below ``default``."
    ),
    "spectral-svm": (
        "A plain baseline with what most papers begin with: MFCC, chroma, zero crossings, level "
        "and contrast. Take it to show what the parts of ``default`` bring, or for long "
        "timelines: an hour of sound takes seconds."
    ),
    "ann": (
        "It is here for comparison: the mean of 40 MFCC and a small perceptron are what much "
        "published work uses. The mean throws away how a voice moves. Take ``svm`` for a baseline "
        "that is as quick, and better."
    ),
    "svm": (
        "The smallest baseline that deserves the name: means and standard deviations of 40 MFCC. "
        "It is quick, has hardly anything to be set wrong, and most networks on the same features "
        "do no better (:doc:`/user_guide/networks`)."
    ),
    "xgboost": (
        "The features of ``svm`` with boosted trees in place of the machine. Trees do not mind "
        "how features are scaled. On both corpora measured it is below ``svm``."
    ),
    "egemaps-svm": (
        "Take it where others should recognise the features: eGeMAPS is the set that the field "
        "agreed on. Mind the licence of openSMILE, and that it takes twice the time of "
        "``default``, which scores higher on both corpora measured."
    ),
    "egemaps-xgboost": (
        "The features of ``egemaps-svm`` with boosted trees. Take it where an answer should not "
        "depend on how features are scaled, and compare it with ``egemaps-svm`` on your corpus: "
        "no score of it is among ours."
    ),
    "augmented-cnn": (
        "Take it to see what the published network does on speakers that it has not heard. With "
        "700 epochs it is by far the slowest recipe; give it ``--max-epochs``."
    ),
    "lstm": (
        "Take it to see what the published network does on speakers that it has not heard. "
        "``bilstm`` is the better choice among networks on sequences."
    ),
    "ann-torch": (
        "The same layers as ``ann``, in torch with dropout. Without torch ``ann`` is nearly the "
        "same; take this one for its training curve."
    ),
    "cnn": (
        "Take it to see what the published network does on speakers that it has not heard. A "
        "convolution along averaged coefficients has no time to look at."
    ),
    "bilstm": (
        "The network to try first: it reads the sequence of frames, knows where a clip ends, and "
        "is the only one here that the comparison does not set apart from ``svm``."
    ),
    "hybrid": (
        "Take it for a picture of the spectrum beside the MFCC. Slow on a CPU; ``--input "
        "original`` takes the large DenseNet, for which a GPU is wanted."
    ),
    "mlp-deep": (
        "Take it to see what the published application did on speakers that it has not heard. It "
        "is too large for the means of 40 MFCC."
    ),
}
