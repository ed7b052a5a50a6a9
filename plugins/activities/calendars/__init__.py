"""Calendar files in and out, and on which days a series takes place."""
