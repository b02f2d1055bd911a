"""The document database and the object store, and the shapes in which entities are kept there."""
