package atoll.edge;

import io.netty.buffer.ByteBuf;

/// One request and its reply, between one client's connection and one guest's.
///
/// Owns the request's head until a guest has it, and a copy for as long as it may have to be sent
/// again. Lives on one loop.
final class Exchange {
  private final ClientConnection client;
  private final RunConnections run;
  private final Target target;
  private final RequestHead request;
  private ByteBuf head;
  private GuestConnection guest;
  private Dial dial;
  private boolean onKept;
  private boolean replyBegun;

  /// @param head as the guest gets it; owned from here on
  Exchange(
      ClientConnection client,
      RunConnections run,
      Target target,
      RequestHead request,
      ByteBuf head) {
    this.client = client;
    this.run = run;
    this.target = target;
    this.request = request;
    this.head = head;
  }

  Target target() {
    return target;
  }

  RequestHead request() {
    return request;
  }

  ClientConnection client() {
    return client;
  }

  GuestConnection guest() {
    return guest;
  }

  RunConnections run() {
    return run;
  }

  /// Finds a connection: a kept one where that is safe, else a new one.
  void begin() {
    GuestConnection found = mayUseKept() ? run.takeKept(target.port()) : null;
    if (found == null) {
      dial = Dial.begin(run, this);
    } else {
      onKept = true;
      connected(found);
    }
  }

  /// A server in the guest may close a kept connection at the moment we use it. Where the request
  /// cannot be repeated that would be the client's loss, so those get a new one; the agent is ours
  /// and keeps its connections longer than we do.
  private boolean mayUseKept() {
    return !request.upgrade() && !request.old() && (target.agent() || request.repeatable());
  }

  void connected(GuestConnection connection) {
    dial = null;
    guest = connection;
    guest.begin(this);
    boolean again = onKept && request.repeatable();
    guest.write(again ? head.retainedDuplicate() : head);
    if (!again) head = null;
    client.guestReady(this);
  }

  void flushGuest() {
    if (guest != null) guest.flush();
  }

  void refused() {
    dial = null;
    releaseHead();
    client.failed(this, run.over() ? LocalReply.notFound(target) : LocalReply.closedPort(target));
  }

  void replyBegins() {
    replyBegun = true;
    releaseHead();
  }

  /// The guest's connection ended, or what came over it made no sense, before the reply was
  /// complete.
  ///
  /// @param abort whether the client would take a quiet end for a complete reply
  void broken(String why, boolean abort) {
    guest = null;
    if (replyBegun) {
      client.cut(this, abort);
    } else if (onKept && head != null && !run.over()) {
      onKept = false;
      dial = Dial.begin(run, this);
    } else {
      releaseHead();
      client.failed(
          this, run.over() ? LocalReply.notFound(target) : LocalReply.unreachable(target, why));
    }
  }

  /// The reply is complete, or the client is gone: lets go of the guest's connection.
  void end() {
    releaseHead();
    if (dial != null) dial.cancel();
    dial = null;
    if (guest != null) guest.close();
    guest = null;
  }

  /// The guest's connection has gone its own way, kept or closed.
  void guestDone() {
    guest = null;
  }

  private void releaseHead() {
    if (head != null) head.release();
    head = null;
  }
}
