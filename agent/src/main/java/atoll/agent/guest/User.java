package atoll.agent.guest;

/// A user of the guest, as its own database knows it.
///
/// @param groups all groups, the primary one among them
public record User(String name, int uid, int gid, String home, int[] groups) {}
