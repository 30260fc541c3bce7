"""What an inspector samples, and what was found."""
