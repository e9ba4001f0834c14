"""Files in, a verdict out: is there card data in what a file says?

No models and no Django. A file is read in a child process (`guarded`), which may not
outlive its limits; only a well-formed "clean" lets a file pass.
"""
