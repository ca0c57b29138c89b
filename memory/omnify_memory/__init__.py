"""What is remembered: documents, events and vectors, behind core's ports."""
