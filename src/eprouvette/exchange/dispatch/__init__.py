"""Every report to everyone who must have it: decide, judge, seal, send, follow.

Dispatch works only on the frozen report and its stored bytes. `rules` decides, `services` writes,
`steps` runs the road of one delivery, `judge` runs the official rules, `pump` wakes what waits.
"""
