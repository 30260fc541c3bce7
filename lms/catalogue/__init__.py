"""What can be studied: associations, courses, their versions, lessons, packages."""
