"""The same access as django-guardian holds it: one row per person or group, action and thing.

With direct foreign keys, its faster form. An app of its own, installed in the bench alone;
its tables are made without migrations.
"""
