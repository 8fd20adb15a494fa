package atoll.agent.process;

import atoll.agent.rpc.Message;

/// Columns and rows of a terminal, cut to 16 bits each.
record TerminalSize(int columns, int rows) {
  static TerminalSize of(Message pty) {
    Message size = pty.message("size");
    if (size == null) return new TerminalSize(0, 0);
    return new TerminalSize((int) size.uint32("cols") & 0xffff, (int) size.uint32("rows") & 0xffff);
  }
}
