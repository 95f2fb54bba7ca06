"""Named local accounts, roles and rights."""
