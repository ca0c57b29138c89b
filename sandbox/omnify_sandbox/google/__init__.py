"""Google Ads API v26 over REST, with its OAuth token endpoint."""
