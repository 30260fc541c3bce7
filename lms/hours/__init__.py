"""The hours ledger: every credit a person ever earned, append-only."""
