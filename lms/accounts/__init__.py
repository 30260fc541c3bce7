"""Who may sign in, as what; their keys and their consents."""
