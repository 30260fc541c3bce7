"""Which days the authority works: the yearly notices that an operator has loaded."""
