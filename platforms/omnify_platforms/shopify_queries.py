"""What is asked of Shopify's Admin GraphQL API, 2026-10.

Pages are small because a query may cost 1,000 points at most, and each object of each nested page
counts one: `orders` costs about 57 an order, `products` about 112 a product.
"""

from __future__ import annotations

SHOP = "query Shop { shop { id name currencyCode ianaTimezone myshopifyDomain } }"

_MONEY = "{ shopMoney { amount currencyCode } }"
_VISIT = "{ utmParameters { source medium campaign content term } }"
_LINE = f"""
  title quantity product {{ id }} variant {{ id }}
  discountedTotalSet {_MONEY}
"""
_ORDER_HEAD = f"""
  id name createdAt updatedAt cancelledAt test sourceName displayFinancialStatus
  customer {{ id defaultEmailAddress {{ emailAddress }} }}
  totalPriceSet {_MONEY} totalRefundedSet {_MONEY} totalDiscountsSet {_MONEY}
  customerJourneySummary {{ customerOrderIndex daysToConversion firstVisit {_VISIT} lastVisit {_VISIT} }}
"""
_ORDER = f"""
  {_ORDER_HEAD}
  lineItems(first: 8) {{ nodes {{ {_LINE} }} pageInfo {{ hasNextPage endCursor }} }}
"""
ORDERS = f"""
query Orders($after: String, $filter: String) {{
  orders(first: 15, after: $after, query: $filter, sortKey: UPDATED_AT) {{
    nodes {{ {_ORDER} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
ORDER = f"query Order($id: ID!) {{ order(id: $id) {{ {_ORDER} }} }}"
LINES = f"""
query Lines($id: ID!, $after: String) {{
  order(id: $id) {{
    lineItems(first: 150, after: $after) {{ nodes {{ {_LINE} }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}"""

_CUSTOMER = """
  id createdAt updatedAt numberOfOrders tags amountSpent { amount currencyCode }
  defaultEmailAddress { emailAddress marketingState }
"""
CUSTOMERS = f"""
query Customers($after: String, $filter: String) {{
  customers(first: 200, after: $after, query: $filter, sortKey: UPDATED_AT) {{
    nodes {{ {_CUSTOMER} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
CUSTOMER = f"query Customer($id: ID!) {{ customer(id: $id) {{ {_CUSTOMER} }} }}"


def _variants(levels: int) -> str:
    return f"""
      nodes {{
        id title sku price
        inventoryItem {{
          id
          inventoryLevels(first: {levels}) {{
            nodes {{ location {{ id }} quantities(names: ["available"]) {{ quantity }} }}
            pageInfo {{ hasNextPage }}
          }}
        }}
      }}
      pageInfo {{ hasNextPage endCursor }}
    """


_PRODUCT = f"id title status createdAt updatedAt variants(first: 10) {{ {_variants(3)} }}"
PRODUCTS = f"""
query Products($after: String) {{
  products(first: 8, after: $after, sortKey: ID) {{
    nodes {{ {_PRODUCT} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
PRODUCT = f"query Product($id: ID!) {{ product(id: $id) {{ {_PRODUCT} }} }}"
VARIANTS = f"""
query Variants($id: ID!, $after: String) {{
  product(id: $id) {{ variants(first: 10, after: $after) {{ {_variants(30)} }} }}
}}"""

LEVEL = """
query Level($item: ID!, $location: ID!) {
  inventoryItem(id: $item) {
    inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
  }
}"""
SET_QUANTITIES = """
mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}"""

ACTIVITY = """
query Activity($remoteIds: [String!]) {
  marketingActivities(first: 2, remoteIds: $remoteIds) {
    nodes {
      id title status marketingChannelType
      utmParameters { source medium campaign }
      budget { budgetType total { amount currencyCode } }
    }
  }
}"""
UPSERT_ACTIVITY = """
mutation UpsertActivity($input: MarketingActivityUpsertExternalInput!) {
  marketingActivityUpsertExternal(input: $input) {
    marketingActivity { id }
    userErrors { field message code }
  }
}"""

COUNTS = {
    "orders": "query Count { ordersCount { count } }",
    "customers": "query Count { customersCount { count } }",
}
BULK = {
    "orders": f"""
      {{ orders {{ edges {{ node {{ {_ORDER_HEAD}
        lineItems {{ edges {{ node {{ id {_LINE} }} }} }}
      }} }} }} }}""",
    "customers": f"{{ customers {{ edges {{ node {{ {_CUSTOMER} }} }} }} }}",
}
RUN_BULK = """
mutation RunBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}"""
BULK_STATE = "query BulkState($id: ID!) { bulkOperation(id: $id) { status errorCode url } }"
