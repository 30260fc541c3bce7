"""What the registration desk needs of the outside world."""
