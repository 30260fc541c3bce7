"""Questions and complaints put to an association: what was said, and by when."""
