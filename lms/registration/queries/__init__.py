"""What is read of the registration desk."""
