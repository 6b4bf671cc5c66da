"""A scenario draft of what a live session did: `mucspec record`."""
