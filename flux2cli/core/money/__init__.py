"""Money: costs of requests and images, budgets, and spend. US dollars as Decimal."""
