"""The sizes that several parts of a drawing share, in units: about one to the pixel."""

# Letters, and the lines that they stand in.
NAME_SIZE, TEXT_SIZE, LABEL_SIZE = 14.0, 12.0, 12.0
NAME_LINE, TEXT_LINE, CARD_PADDING = 20.0, 16.0, 11.0

# Inside the drawing's edge, inside a namespace's (slim: on a phone), between two namespaces.
MARGIN, PAD, SLIM_PAD, GAP = 2.0, 14.0, 10.0, 14.0
UPRIGHT_WIDTH = 340.0

# Arrows: between two on one side of a card, across the way, along the way, around a bend.
PORT_PITCH, BAR, HEAD, CORNER = 24.0, 16.0, 10.0, 14.0
