"""Words that every room uses: time, money, credit, identity, work. No tables."""
