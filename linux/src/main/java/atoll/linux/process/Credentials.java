package atoll.linux.process;

import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Whose a child process is: user, primary group and the supplementary groups.
record Credentials(int uid, int gid, int[] groups) {
  boolean isOwn() {
    Credentials own = OwnCredentials.VALUE;
    return uid == own.uid && gid == own.gid && java.util.Arrays.equals(groups, own.groups);
  }

  /// Makes the calling thread, and it alone, this user. For a thread that ends soon after: there is
  /// no way back.
  void wear() throws KernelException {
    join();
    SystemCall.groupIds(gid, gid);
    SystemCall.userIds(uid, uid);
  }

  /// Makes the calling thread this user for a while: the saved id stays ours, the kernel drops it
  /// at the child's exec.
  void borrow() throws KernelException {
    try {
      join();
      SystemCall.groupIds(gid, gid);
      SystemCall.userIds(uid, OwnCredentials.VALUE.uid());
    } catch (KernelException e) {
      giveBack();
      throw e;
    }
  }

  /// Ends [#borrow]. A thread that cannot return to itself must not go on.
  static void giveBack() {
    Credentials own = OwnCredentials.VALUE;
    try {
      SystemCall.userIds(own.uid, own.uid);
      SystemCall.groupIds(own.gid, own.gid);
      own.join();
    } catch (KernelException e) {
      throw new AssertionError("the thread cannot give back a user's credentials", e);
    }
  }

  private void join() throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(Math.max(4, groups.length * 4L), 4);
      for (int i = 0; i < groups.length; i++) list.setAtIndex(ValueLayout.JAVA_INT, i, groups[i]);
      SystemCall.groups(groups.length, list);
    }
  }
}
