/// The brain: sandboxes' lives, teams and keys, in PostgreSQL, behind the E2B-compatible API.
/// Touches no kernel.
module atoll.control {
  requires transitive atoll.core;
  requires transitive atoll.protocol; // NodeService appears in our signatures
  requires com.zaxxer.hikari;
  requires flyway.core;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.transport;
  requires java.logging; // to quieten the pool
  requires java.sql;
  requires org.tukaani.xz;

  exports atoll.control;
  exports atoll.control.postgres; // DatabaseAddress
}
