"""The registration desk: offices, applications, and what is decided on them."""
