"""The rules of the architecture, each a function over the tree, and the tests that hold them."""
