"""What an association, or the house, tells many: to whom, when, and who has read it."""
