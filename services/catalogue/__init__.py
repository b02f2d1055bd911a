"""The procedures: drafted, published in versions, searched, withdrawn."""
