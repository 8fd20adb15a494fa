package atoll.node.egress;

/// What the kernel lists for the usual policy in a slot that nobody has used yet. A returned slot
/// must list the same, but for its own address.
public final class RuleProof {
  private static final String ADDRESS = "OUTSIDE";

  private String reference; // LOCK: this

  /// The first fresh slot decides.
  synchronized void learn(String listed, String outside) {
    if (reference == null) reference = listed.replace(outside, ADDRESS);
  }

  synchronized boolean isKnown() {
    return reference != null;
  }

  synchronized boolean matches(String listed, String outside) {
    return listed.replace(outside, ADDRESS).equals(reference);
  }
}
