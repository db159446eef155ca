"""The geometry of the topology picture: where cards stand and which way arrows go. No markup.

Cards stand in a grid; between its rows and columns run channels that no card enters. An arrow
leaves a side of its source, follows lanes of one to three channels and enters a side of its
target, so it cannot cross another card, and every lane is as high as a label. Among the possible
ways a small search takes the one with the fewest crossings and bends. Nothing here knows a
verdict or a policy: an edit never moves anything.
"""

from simulator.draw.drawing import ArrowSpec, Card, Drawing, Fence, Route, TextLine
from simulator.draw.layout import lay_out
from simulator.draw.shapes import Box, Point, Segment
from simulator.draw.sizes import LABEL_SIZE, NAME_SIZE, TEXT_SIZE
from simulator.draw.text import label_width, shorten, text_width

__all__ = [
    "LABEL_SIZE",
    "NAME_SIZE",
    "TEXT_SIZE",
    "ArrowSpec",
    "Box",
    "Card",
    "Drawing",
    "Fence",
    "Point",
    "Route",
    "Segment",
    "TextLine",
    "label_width",
    "lay_out",
    "shorten",
    "text_width",
]
