"""The law as data and arithmetic: rule sets, hours, renewal, working days."""
