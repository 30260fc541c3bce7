"""Messages owed to people, until they are sent."""
