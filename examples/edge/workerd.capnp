# workerd's configuration for worker.ts, bundled as docs/edge.md says, and a job server on this machine:
#
#     workerd serve workerd.capnp
#     curl --data ada@example.org http://127.0.0.1:8787/sign-up

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    # Without this, addresses of a private network are out of reach.
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "edge")],
);

const edge :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "dist/worker.js"),
    (name = "codec.wasm", wasm = embed "dist/codec.wasm"),
  ],
  bindings = [(name = "GEARMAN", text = "127.0.0.1:4730")],
  compatibilityDate = "2026-10-01",
);
