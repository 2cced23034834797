"""An origin for HTTP caches, on a free port of loopback."""
import http.server
import threading


class Origin(http.server.BaseHTTPRequestHandler):
    """Answers each path with the headers given for it, and counts."""

    protocol_version = "HTTP/1.1"
    headers_of = {}
    served = 0

    def do_GET(self):
        type(self).served += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = self.body().encode()
        self.send_response(200)
        for name, value in self.headers_of[self.path].items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET

    def body(self):
        return str(self.served)

    def log_message(self, *_):
        pass


def serve(origin, port=0):
    """Starts it in the background; returns its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), origin)
    # A proxy may drop a connection that it keeps open.
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port
