"""The full-screen terminal wizard. Textual lives here and nowhere else."""
