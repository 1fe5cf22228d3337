"""What commands share: replies, cards, menus, buttons that survive a restart, and names made harmless."""
