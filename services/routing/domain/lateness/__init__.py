"""Telling of steps near or past their due date, by list and letter, and answering urgings."""
