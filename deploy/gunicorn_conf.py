"""How the pages are served; `gunicorn --config deploy/gunicorn_conf.py --bind …` says where."""

wsgi_app = "config.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 4  # more would wait for the same core; no more connections of the pool than this are used
backlog = 4096  # a Unix socket refuses at once whoever does not fit in
keepalive = 0  # nginx opens a connection for each page; see nginx/upstreams.conf
timeout = 60
graceful_timeout = 20
control_socket_disable = True
# a thread keeps its connection to the database: cheaper than to borrow one for each page
raw_env = ["DATABASE_KEEP_CONNECTIONS=1"]
