"""Pure functions over text: cleaning what people paste, folding Vietnamese for search."""
