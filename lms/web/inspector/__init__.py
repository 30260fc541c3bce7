"""What an inspector sees and says; nothing here changes a record."""
