"""Technical check, biological validation and release of reports."""
