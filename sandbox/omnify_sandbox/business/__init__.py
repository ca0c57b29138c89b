"""Who came through the ads, and what they do afterwards: the world behind CRM, shop and payments."""
