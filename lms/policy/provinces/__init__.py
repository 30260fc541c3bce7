"""One file for each province, one constant for each document."""
