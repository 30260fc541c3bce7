"""Companies' own pages: people, papers, and what waits for the company's word."""
