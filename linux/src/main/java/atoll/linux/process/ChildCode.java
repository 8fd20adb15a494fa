package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;

/// The few instructions that a child of clone3(2) runs before its program: it makes the system
/// calls of a [ChildSteps] table, one after the other, and touches no stack, no lock and no C
/// library.
///
/// A function of (clone_args, its size, table): the parent gets the child's pid, or minus the error
/// number. In the table each row has 9 longs: number, 6 arguments, flags, result. Of the flags 1
/// means that the call may fail and 2 that the next row is left out if it does. A negative number
/// ends the table, and the child with status 127.
///
/// x86-64 only; [#AVAILABLE] is false elsewhere.
final class ChildCode {
  static final boolean AVAILABLE = "amd64".equals(System.getProperty("os.arch"));

  private static final String CODE =
      """
      53          | push rbx
      4889d3      | mov rbx, rdx
      b8b3010000  | mov eax, 435    clone3
      0f05        | syscall
      4885c0      | test rax, rax
      7402        | jz next         the child's result is 0
      5b          | pop rbx
      c3          | ret
      488b03      | next: mov rax, [rbx]
      4885c0      | test rax, rax
      7839        | js die
      488b7b08    | mov rdi, [rbx+8]
      488b7310    | mov rsi, [rbx+16]
      488b5318    | mov rdx, [rbx+24]
      4c8b5320    | mov r10, [rbx+32]
      4c8b4328    | mov r8, [rbx+40]
      4c8b4b30    | mov r9, [rbx+48]
      0f05        | syscall
      48894340    | mov [rbx+64], rax
      4885c0      | test rax, rax
      7910        | jns more
      f6433801    | test byte [rbx+56], 1
      7410        | jz die
      f6433802    | test byte [rbx+56], 2
      7404        | jz more
      4883c348    | add rbx, 72
      4883c348    | more: add rbx, 72
      ebbf        | jmp next
      bf7f000000  | die: mov edi, 127
      b8e7000000  | mov eax, 231    exit_group
      0f05        | syscall
      """;

  private static final int PAGE = 4096;
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

  private static final class Calls {
    static final MethodHandle MMAP =
        Kernel.link(
            "mmap",
            FunctionDescriptor.of(
                Kernel.LONG,
                Kernel.LONG,
                Kernel.LONG,
                Kernel.INT,
                Kernel.INT,
                Kernel.INT,
                Kernel.LONG));
    static final MethodHandle MPROTECT =
        Kernel.link(
            "mprotect", FunctionDescriptor.of(Kernel.INT, Kernel.LONG, Kernel.LONG, Kernel.INT));
  }

  private static final class Loaded {
    static final MethodHandle HANDLE = load();

    private static MethodHandle load() {
      try {
        return Linker.nativeLinker()
            .downcallHandle(
                map(code()),
                FunctionDescriptor.of(
                    Kernel.LONG, ValueLayout.ADDRESS, Kernel.LONG, ValueLayout.ADDRESS));
      } catch (KernelException e) {
        throw new IllegalStateException("no memory for the code that starts children", e);
      }
    }
  }

  private ChildCode() {}

  /// The child's pid, or minus the error number of clone3(2).
  static long run(MemorySegment cloneArgs, MemorySegment table) {
    try {
      // SAFETY: both live until the child has executed its program or ended: CLONE_VFORK keeps
      // this thread waiting. The child runs on this thread's stack pointer and never uses it.
      return (long) Loaded.HANDLE.invokeExact(cloneArgs, cloneArgs.byteSize(), table);
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing", e);
    }
  }

  private static byte[] code() {
    var hex = new StringBuilder();
    CODE.lines().forEach(line -> hex.append(line, 0, line.indexOf('|')));
    return HexFormat.of().parseHex(hex.toString().replace(" ", ""));
  }

  /// A page of its own for the life of this program, written first and executable after.
  private static MemorySegment map(byte[] code) throws KernelException {
    // SAFETY: a new private page; nothing else points to it. See mmap(2), mprotect(2).
    long address =
        Kernel.call(
            "mmap",
            errno ->
                (long)
                    Calls.MMAP.invokeExact(
                        errno,
                        0L,
                        (long) PAGE,
                        PROT_READ | PROT_WRITE,
                        MAP_PRIVATE_ANONYMOUS,
                        -1,
                        0L));
    MemorySegment page = MemorySegment.ofAddress(address).reinterpret(PAGE);
    MemorySegment.copy(code, 0, page, ValueLayout.JAVA_BYTE, 0, code.length);
    Kernel.call(
        "mprotect",
        errno ->
            (int) Calls.MPROTECT.invokeExact(errno, address, (long) PAGE, PROT_READ | PROT_EXEC));
    return page;
  }
}
