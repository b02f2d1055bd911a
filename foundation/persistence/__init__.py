"""The document database and the object store, and the shapes in which things are kept there."""
