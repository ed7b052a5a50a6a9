"""Floor 3: languages, templates, forms, pictures, notices."""
