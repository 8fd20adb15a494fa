package atoll.node.real;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// A node process that ends without a word: at its n-th step, or when its parent kills it.
final class NodeVictim {
  private NodeVictim() {}

  /// Arguments: the home, and the step before which to die, counted from 0; -1 for none.
  public static void main(String[] arguments) throws Exception {
    int last = Integer.parseInt(arguments[1]);
    var steps = new AtomicInteger();
    var host =
        new RealHost(
            Path.of(arguments[0]),
            _ -> {
              if (steps.getAndIncrement() == last)
                Runtime.getRuntime().halt(9); // no hook runs, as with kill -9
            });
    host.sandboxes.create(RealHost.request("ivictim"), host.template);
    System.out.println("running");
    if (last >= 0) host.sandboxes.kill(RealHost.request("ivictim").id());
    System.out.println("survived");
    var _ = System.in.read(); // until killed
  }
}
