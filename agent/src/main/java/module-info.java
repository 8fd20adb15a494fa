/// The agent inside each guest: files, processes and state over HTTP and Connect, port 49983.
module atoll.agent {
  requires atoll.core;
  requires atoll.linux;
  requires atoll.protocol;

  exports atoll.agent;
}
