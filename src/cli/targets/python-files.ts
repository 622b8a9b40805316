import { CONTRACT, manifestText, readmeText } from './shared-files.ts';

/** A target in Python without dependencies, by file name. */
export function pythonFiles(name: string): Record<string, string> {
  return {
    'target.yaml': manifestText({
      name,
      language: 'python',
      runtime: '>=3.11',
      argv: "[python, server.py, --port, '{port}', --workers, '{workers}']",
      env: '{}',
      lock: 'requirements.lock',
    }),
    'server.py': SERVER,
    'contract.yaml': CONTRACT,
    'README.md': readmeText(
      name,
      'server.py',
      'Packages: name them in `requirements.in`, make `requirements.lock` of it (`uv pip compile --universal --generate-hashes requirements.in -o requirements.lock`), and take the `#` from `lock:`.',
    ),
  };
}

const SERVER = `# python server.py --port PORT --workers N
import argparse
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet.
    wbufsize = -1

    def do_GET(self):
        if self.path == "/hello":
            self.send(200, {"message": "Hello"})
        else:
            self.send(404, {"detail": "Not found"})

    def send(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 1024


arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--workers", type=int, default=1)
given = arguments.parse_args()

server = Server(("127.0.0.1", given.port), Handler)
for _ in range(given.workers - 1):
    if os.fork() == 0:
        break
server.serve_forever()
`;
