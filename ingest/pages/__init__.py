"""From the characters and rulings of a page to its lines, tables and paragraphs: shared by PDF and scans."""
