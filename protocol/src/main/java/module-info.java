/// The contracts between Atoll's parts: control to node, host to guest agent, and the small HTTP
/// both use.
module atoll.protocol {
  requires transitive atoll.core;

  exports atoll.protocol.agent;
  exports atoll.protocol.http;
  exports atoll.protocol.network;
  exports atoll.protocol.node;
}
