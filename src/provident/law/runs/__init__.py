"""Calculations over files: people in, answers and reasons out, in bounded memory."""
