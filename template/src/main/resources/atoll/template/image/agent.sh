#!/usr/lib/atoll/sh
# One run of the agent, started again by init whenever it ends. A line on the console says how it ended.
bb=/usr/lib/atoll/busybox
agent=/usr/lib/atoll-agent/bin/atoll-agent
if [ ! -x "$agent" ]; then
  echo "atoll: $agent is missing from this image"
  $bb sleep 5 # nothing will change: spare the console
  exit 1
fi
echo -1000 >/proc/self/oom_score_adj
[ -e /sys/fs/cgroup/agent/cgroup.procs ] && echo 0 >/sys/fs/cgroup/agent/cgroup.procs
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
# A sandbox begins with a snapshot of an agent that is warm, so all is compiled early, whatever waits already, and however
# long it waits: in software a method is called every tenth of a second, and the compiler drops what was not called for 50 ms.
# Little is inlined: each piece of code is translated once more in every clone, at its first use.
early="-XX:CompileThresholdScaling=0.1 -XX:Tier3LoadFeedback=1000 -XX:TieredCompileTaskTimeout=60000"
export JDK_JAVA_OPTIONS="$early -XX:C1MaxInlineSize=8 -XX:C1MaxTrivialSize=6"
cd /
$bb renice -n -20 -p $$
$bb ionice -c 1 -n 4 -p $$
"$agent"
echo "atoll: the agent ended with status $?; starting it again"
