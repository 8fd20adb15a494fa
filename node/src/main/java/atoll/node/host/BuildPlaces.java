package atoll.node.host;

import atoll.core.Bytes;
import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.net.FdSocket;
import atoll.node.sandbox.BuildPlace;
import atoll.node.sandbox.NetworkSlot;
import atoll.node.sandbox.Workshop;
import atoll.template.BuildHost;
import atoll.template.BuildSlot;
import atoll.vmm.Jail;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Places in which templates are booted: a slot, a jail and a control group like a sandbox's, in
/// the ledger like those.
public final class BuildPlaces implements BuildHost, AutoCloseable {
  private static final Bytes MEMORY =
      Bytes.gib(4); // larger than any template's guest with its monitor
  private static final int CPUS = 4;

  private final Workshop workshop;
  private final Set<BuildPlace> open = ConcurrentHashMap.newKeySet();

  public BuildPlaces(Workshop workshop) {
    this.workshop = workshop;
  }

  @Override
  public BuildSlot open(String name) throws IOException {
    BuildPlace place = BuildPlace.open(workshop, name, MEMORY, CPUS);
    open.add(place);
    return new Lent(place, open);
  }

  /// Takes the places away from builds that still run: their monitors are killed.
  @Override
  public void close() throws IOException {
    for (BuildPlace place : open) place.close();
  }

  private record Lent(BuildPlace place, Set<BuildPlace> open) implements BuildSlot {
    @Override
    public Jail jail() {
      return place.jail();
    }

    @Override
    public Connection connect(int port, Deadline deadline) throws IOException {
      NetworkSlot slot = place.slot();
      var guest = Inet4Address.ofLiteral(slot.guestAddress());
      return FdSocket.connect(new Fd(slot.socket()), guest, port, deadline);
    }

    @Override
    public void close() throws IOException {
      open.remove(place);
      place.close();
    }
  }
}
