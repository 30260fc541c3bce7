"""Programs: questions asked and answered in JSON, without an account."""
