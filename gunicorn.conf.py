"""How gunicorn serves the site where its command line does not say otherwise.

A worker keeps the connections of programs and proxies open, and answers another request while
one waits for the database. Each of its threads has a connection to the database of its own.
"""

worker_class = "gthread"
threads = 2
keepalive = 5  # seconds
