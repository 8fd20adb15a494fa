package atoll.node.sandbox;

import atoll.linux.kernel.Fd;
import atoll.linux.net.LinkWatch;
import atoll.node.gate.GateSlot;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A network slot that one sandbox holds.
///
/// - **Owner** the sandbox until [#release()], which gives it back to its pool and may be repeated.
public interface NetworkSlot extends GateSlot {
  int index();

  Path anchor();

  /// The namespace; owned by the slot.
  Fd namespace();

  /// A TCP socket made inside: not connected, non-blocking, close-on-exec. The caller owns it.
  int socket() throws IOException;

  /// Opens the tap for a monitor to inherit; the caller closes its copy once the monitor is
  /// spawned.
  Fd openTap() throws IOException;

  /// The kernel's events about the slot's links, owned by the slot; null where there are none.
  LinkWatch events() throws IOException;

  /// What is wrong with the link now: `tap_gone`, `link_down`, `no_carrier`, or nothing.
  Optional<String> linkFault();

  String hostAddress();

  String guestAddress();

  String guestMac();

  /// What the guest may reach beyond the host. Holds from the next packet on, for established
  /// connections too; one change at a time, the last one stays.
  ///
  /// @throws IOException if it could not be put in force; the one before is then kept
  void egress(EgressPolicy policy) throws IOException;

  EgressPolicy egress();

  /// The host's end of the way out, or null without one.
  String veth();

  /// After this sandbox nobody gets the slot: more was done to it than an audit undoes, or may be
  /// wrong with it than an audit sees.
  void wear();

  void release() throws IOException;
}
