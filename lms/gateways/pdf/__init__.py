"""Documents as PDF files: drawn by reportlab, tagged, signed and read."""
