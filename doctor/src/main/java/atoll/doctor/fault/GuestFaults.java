package atoll.doctor.fault;

import atoll.core.Deadline;
import atoll.doctor.repair.Patient;
import atoll.doctor.repair.Repairs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// Faults inside the guest, brought about through its own agent as root. Those that cut the agent
/// off run a moment later, in the background, so that the order itself is answered.
final class GuestFaults {
  private static final String AGENT = "/usr/lib/atoll-agent/bin/atoll-agent";

  /// The agent's own process, by its program's name.
  private static final String PID = "p=$($b pidof atoll-agent); ";

  /// Until what was ordered shows, in a guest that is slow today.
  private static final Duration EFFECT = Duration.ofSeconds(10);

  private static final String NOBODY = "02:00:00:00:00:99";

  private static final String AGENT_ENDED = "atoll: the agent ended with status";

  private static final Duration CONSOLE = Duration.ofSeconds(60);

  private GuestFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.lasting("guest.nic_silent", p -> later(p, "$b ip link set eth0 down")),
        Fault.lasting(
            "guest.ip_refused", p -> later(p, "$b ip route add blackhole 169.254.0.22/32")),
        Fault.lasting(
            "guest.wrong_mac",
            p ->
                later(
                    p,
                    "$b ip link set eth0 down; $b ip link set eth0 address 02:fc:00:00:00:77;"
                        + " $b ip link set eth0 up")),
        new Fault(
            "guest.gateway_poisoned",
            p -> later(p, "$b arp -s 169.254.0.22 " + NOBODY + " -i eth0"),
            p -> p.rightGateway(NOBODY)),
        mended("guest.cgroup2_missing", p -> p.guest("$b umount -l /sys/fs/cgroup")),
        new Fault(
            "guest.disk_full",
            p ->
                p.guest(
                    "n=$($b df -P -k / | $b tail -n 1 | $b awk '{print $4}');"
                        + " $b fallocate -l $((n - 4096))k /.fill"),
            p -> p.guest("$b rm -f /.fill")),
        Fault.lasting("guest.out_of_memory", GuestFaults::exhaust),
        mended("guest.clock", p -> p.guest("$b date -s @1700000000 >/dev/null")),
        mended("guest.no_route", p -> p.guest("$b ip route del default")),
        mended("guest.loopback_down", p -> p.guest("$b ip link set lo down")),
        mended("guest.no_terminals", p -> p.guest("$b umount -l /dev/pts")),
        mended(
            "guest.frozen",
            p ->
                p.guest(
                    "$b mkdir -p /sys/fs/cgroup/cold && echo 1"
                        + " >/sys/fs/cgroup/cold/cgroup.freeze")),
        new Fault(
            "guest.tmp_unwritable",
            p -> p.guest("$b mount -t tmpfs -o ro none /tmp"),
            p -> p.guest("$b umount /tmp")),
        mended("guest.read_only", GuestFaults::remountReadOnly),
        Fault.lasting("guest.stopped", p -> end(p, "$b poweroff -f")),
        Fault.lasting("guest.panic", p -> end(p, "echo c >/proc/sysrq-trigger")),
        Fault.lasting("agent.restarting", GuestFaults::killAgain),
        Fault.lasting("agent.hung", p -> later(p, PID + "kill -STOP $p")),
        Fault.lasting("agent.not_listening", p -> instead(p, "exec $b sleep 1000")),
        Fault.lasting("agent.missing", GuestFaults::removeAgent),
        Fault.lasting(
            "agent.unhealthy", p -> listening(p, "exec $b httpd -f -p 49983 -h /usr/lib/atoll")),
        Fault.lasting(
            "agent.stranger",
            p -> listening(p, "exec $b nc -ll -p 49983 -e $b echo SSH-2.0-stranger")));
  }

  /// A program that asks to go first, and the guest's own killer, called before memory is out: a
  /// guest that thrashes for a minute before would answer no order. Returns when its kernel has
  /// said on its console what it ended.
  private static void exhaust(Patient p) throws IOException {
    p.guest(
        "( echo 1000 >/proc/self/oom_score_adj; exec $b dd if=/dev/zero of=/dev/null bs=32M )"
            + " </dev/null >/dev/null 2>&1 & $b sleep 1; echo f >/proc/sysrq-trigger");
    awaitConsole(p, "Out of memory", 1);
  }

  /// As the kernel does when its disk fails it: whatever has files open for writing.
  private static void remountReadOnly(Patient p) throws IOException {
    p.guest(
        "echo u >/proc/sysrq-trigger; i=0; until $b grep -q ' / [^ ]* ro[, ]' /proc/mounts;"
            + " do i=$((i+1)); [ $i -lt 50 ] || exit 1; $b sleep 0.1; done");
  }

  /// Returns when the monitor has ended.
  private static void end(Patient p, String script) throws IOException {
    var monitor = ProcessHandle.of(p.pid());
    later(p, script);
    if (monitor.isEmpty()) return;
    try {
      monitor.get().onExit().get(p.after(EFFECT).leftMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the guest runs on in spite of " + script, e);
    }
  }

  /// Three times; returns when the fourth agent answers.
  private static void killAgain(Patient p) throws IOException {
    p.guest(
        "( n=0; i=0; while [ $n -lt 3 ] && [ $i -lt 60 ]; do i=$((i+1)); "
            + PID
            + "[ -n \"$p\" ] && kill -KILL $p && n=$((n+1)); $b sleep 1; done )"
            + " </dev/null >/dev/null 2>&1 & exit 0");
    awaitConsole(p, AGENT_ENDED, 3);
    if (!p.awaitHealth(true, CONSOLE)) throw new IOException("the agent did not come back");
  }

  private static void removeAgent(Patient p) throws IOException {
    later(p, PID + "$b mv " + AGENT + " /; kill -KILL $p");
    awaitConsole(p, "is missing from this image", 1);
  }

  private static void awaitConsole(Patient p, String text, int times) throws IOException {
    Path console = p.seen().subject().console();
    Deadline deadline = p.after(CONSOLE);
    while (count(Files.readString(console, StandardCharsets.ISO_8859_1), text) < times) {
      if (deadline.expired()) throw new IOException("the console never said: " + text);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos()); // the file is written by others
    }
  }

  private static long count(String log, String text) {
    return log.lines().filter(line -> line.contains(text)).count();
  }

  private static Fault mended(String failure, Fault.Step inject) {
    return new Fault(failure, inject, p -> Repairs.run(failure, p));
  }

  private static void later(Patient p, String script) throws IOException {
    p.guest("( $b sleep 0.3; " + script + " ) </dev/null >/dev/null 2>&1 & exit 0");
    if (!p.awaitHealth(false, EFFECT))
      throw new IOException("the guest is as well as before: nothing came of " + script);
  }

  /// Init starts this script where the agent was.
  private static void instead(Patient p, String script) throws IOException {
    p.guest(
        "$b mv "
            + AGENT
            + " /agent.aside; printf '#!/usr/lib/atoll/sh\\nb=/usr/lib/atoll/busybox\\n%s\\n' '"
            + script
            + "' >"
            + AGENT
            + "; $b chmod 755 "
            + AGENT);
    later(p, PID + "kill -KILL $p");
  }

  /// As [#instead], of a script that listens where the agent did; returns when it does.
  private static void listening(Patient p, String script) throws IOException {
    instead(p, script);
    if (!p.awaitPort(EFFECT)) throw new IOException("nobody listens in the agent's place");
  }
}
