package atoll.linux.process;

import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Whose a child process is: user, primary group and the supplementary groups.
record Credentials(int uid, int gid, int[] groups) {
  /// Makes the calling thread, and it alone, this user. For a thread that ends soon after: there is
  /// no way back.
  void wear() throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(Math.max(4, groups.length * 4L), 4);
      for (int i = 0; i < groups.length; i++) list.setAtIndex(ValueLayout.JAVA_INT, i, groups[i]);
      SystemCall.groups(groups.length, list);
    }
    SystemCall.groupIds(gid, gid);
    SystemCall.userIds(uid, uid);
  }
}
