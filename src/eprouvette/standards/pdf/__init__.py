"""The report as people read it: PDF/A-1b, typeset by Typst from a template and fonts that we ship.

Public name: `render.render_pdf`. Same report, same bytes.
"""
