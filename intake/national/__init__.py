"""An organisation of national size, made up: for benchmarks and for trying Handoff out at size.

Believable people, requests and years, the same for the same numbers. The passwords of its few
sign-ins are known to everybody.
"""

PASSWORD = "mentoring-demo"  # noqa: S105  # of made-up accounts only, and printed on purpose
SIGN_INS = {
    "coordinator of a chapter": "rcic.chapter@example.org",
    "coordinator of a district": "rcic.district@example.org",
    "coordinator of a region": "rcic.region@example.org",
    "administrator": "admin@example.org",
    "mentor": "mentor@example.org",
    "leader of a region": "leader@example.org",
    "membership chair": "chair@example.org",
}
"""One sign-in for each role: the address by what it may do."""
