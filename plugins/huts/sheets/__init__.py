"""Lists on paper and in files: items taken in from spreadsheets, labels, shelf lists."""
