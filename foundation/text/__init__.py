"""Pure functions over Vietnamese text: folding it for search and for plain letters."""
