"""What no browser starts: the work of the clock, and the commands of the operator."""
