"""Writers of files: one module for each noun."""
