"""Money: costs of requests and images, budgets, and what was spent. US dollars as Decimal."""
