"""From the pages of a file to a document: text in reading order, mended, cut into passages and table rows."""
