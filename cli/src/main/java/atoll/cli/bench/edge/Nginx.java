package atoll.cli.bench.edge;

import atoll.linux.net.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One nginx of the benchmark's own, inside a namespace, with its files in a folder of its own;
/// stopped through its own process handle.
final class Nginx implements AutoCloseable {
  private final Process master;

  private Nginx(Process master) {
    this.master = master;
  }

  /// Answers every request itself with `size` bytes.
  static Nginx server(Netns netns, Path folder, int port, int size) throws IOException {
    return start(netns, folder, port, "return 200 '" + "x".repeat(size) + "';", "");
  }

  /// Carries every request to `upstream` on the same loopback, over kept connections.
  static Nginx proxy(Netns netns, Path folder, int port, int upstream) throws IOException {
    String pass =
        "proxy_pass http://guest; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header Host $host;"
            + " proxy_buffering off; proxy_request_buffering off;";
    return start(
        netns,
        folder,
        port,
        pass,
        "upstream guest { server 127.0.0.1:"
            + upstream
            + "; keepalive 64; keepalive_requests 100000000; }");
  }

  private static Nginx start(Netns netns, Path folder, int port, String location, String more)
      throws IOException {
    Files.createDirectories(folder);
    Path config = folder.resolve("nginx.conf");
    Files.writeString(config, config(folder, port, location, more));
    var command =
        new ProcessBuilder(
            "nginx",
            "-p",
            folder.toString(),
            "-e",
            folder.resolve("error.log").toString(),
            "-c",
            config.toString());
    command.redirectErrorStream(true).redirectOutput(folder.resolve("out.log").toFile());
    return new Nginx(netns.inside(command::start));
  }

  private static String config(Path folder, int port, String location, String more) {
    return """
    daemon off; worker_processes 1; pid %1$s/pid; error_log %1$s/error.log;
    events { worker_connections 1024; }
    http {
      access_log off; keepalive_requests 100000000; keepalive_timeout 600; tcp_nodelay on;
      client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
      %4$s
      server { listen 127.0.0.1:%2$d; location / { %3$s } }
    }
    """
        .formatted(folder, port, location, more);
  }

  /// Its master and workers.
  List<Long> pids() {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(master.toHandle()), master.descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  @Override
  public void close() throws IOException {
    master.destroy();
    try {
      if (!master.waitFor(5, TimeUnit.SECONDS)) master.destroyForcibly();
    } catch (InterruptedException e) {
      master.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
