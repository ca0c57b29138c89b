"""Shopify's Admin GraphQL API over the market."""
