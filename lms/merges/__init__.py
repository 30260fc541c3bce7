"""Two accounts of one person become one; an ID number goes to whose it is."""
