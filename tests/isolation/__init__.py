"""Nothing of one community reaches another: not by page, part, form, search, feed, file, due row, host or acting."""
