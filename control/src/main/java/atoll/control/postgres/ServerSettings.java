package atoll.control.postgres;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the embedded server runs: safe with data, small in memory, reachable from this machine only.
///
/// Given on the command line, so that a configuration file in the data directory cannot weaken
/// them. PostgreSQL 18 manual, part III, chapter 19.
final class ServerSettings {
  private static final List<String> SETTINGS =
      List.of(
          "fsync=on",
          "full_page_writes=on",
          "synchronous_commit=on",
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "password_encryption=scram-sha-256",
          "max_connections=40",
          "shared_buffers=32MB",
          "work_mem=2MB",
          "maintenance_work_mem=16MB",
          "temp_buffers=1MB",
          "min_wal_size=16MB",
          "max_wal_size=128MB",
          "wal_level=minimal", // nothing replicates from an embedded database
          "max_wal_senders=0",
          "max_worker_processes=1",
          "max_parallel_workers=0",
          "max_logical_replication_workers=0",
          "autovacuum_max_workers=1",
          "autovacuum_worker_slots=2",
          "io_method=sync", // no input/output worker processes
          "jit=off",
          "huge_pages=off",
          "logging_collector=off", // the owner reads standard error
          "log_destination=stderr",
          "log_line_prefix=",
          "log_min_error_statement=panic", // statements hold tenants' data
          "log_parameter_max_length_on_error=0");

  private ServerSettings() {}

  static List<String> command(String postgres, Path data, int port) {
    var command =
        new ArrayList<>(List.of(postgres, "-D", data.toString(), "-p", Integer.toString(port)));
    for (String setting : SETTINGS) {
      command.add("-c");
      command.add(setting);
    }
    return command;
  }
}
