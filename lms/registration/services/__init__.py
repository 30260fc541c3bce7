"""What is done at the registration desk."""
