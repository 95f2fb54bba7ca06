"""Small shared types: identifiers, coded values, quantities, dates, errors, settings readers."""
