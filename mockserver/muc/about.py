"""What the software says of itself: XEP-0092."""

NAME = "mucspec"
VERSION = "0.1.0"
