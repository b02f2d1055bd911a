"""The counter: reception, supplement, the register and its numbers, the end of a dossier."""
