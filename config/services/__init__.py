"""Embedded PostgreSQL and Valkey, for when no DATABASE_URL / REDIS_URL is given.

Each service has a folder and a *keeper*: a small process that owns the server and ends it when its
last user has gone. A user is a process that holds the shared lock on the folder's `users.lock`.
The kernel drops such a lock however its process ends, so no list of users can go stale.
"""
