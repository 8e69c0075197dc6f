"""Serves the files of a directory over HTTP on a free port of 127.0.0.1, which it prints; besides,
/slow answers a byte now and then, /endless never ends, /to-file redirects to a file: URL."""
import http.server
import sys
import time


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory=sys.argv[1])

    def log_message(self, *args):
        pass

    def stream(self, piece, pause):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass  # the other side has had enough

    def do_GET(self):
        if self.path == "/slow":
            self.stream(b"#", 0.05)
        elif self.path == "/endless":
            self.stream(b"# and on\n" * 1000, 0)
        elif self.path == "/to-file":
            self.send_response(302)
            self.send_header("Location", "file://" + sys.argv[1] + "/script")
            self.end_headers()
        else:
            super().do_GET()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
