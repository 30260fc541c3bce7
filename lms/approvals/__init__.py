"""What needs another person's word: asked, decided, by whom, why."""
