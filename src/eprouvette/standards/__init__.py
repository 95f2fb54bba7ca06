"""Pure libraries, one folder per national or international text."""
