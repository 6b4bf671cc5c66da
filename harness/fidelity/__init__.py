"""How faithful the mock is: the scenarios about services against it and against servers that people run."""
