"""Looking for leaks: what a score would owe to the data set and not to the model."""
