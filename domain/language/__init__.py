"""Spanish administrative prose: words, sentences, numbers, amounts of money, names of offices."""
