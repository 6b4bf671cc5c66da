"""The reference client: does everything right, and can be told to have defects."""
