"""HTTP: routes translate, they decide nothing."""
