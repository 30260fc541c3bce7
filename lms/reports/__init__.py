"""The reading room: selects across rooms for consoles. Never writes."""
