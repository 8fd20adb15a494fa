#!/bin/sh
# Starts the guest agent on its own runtime, from wherever this folder lies. Arguments go to the agent.
# The flags keep it small and quiet: one collector thread, one compiler thread, no periodic work.
umask 022
LC_ALL=C.UTF-8
export LC_ALL
home=${0%/*}/..
exec "$home/bin/java" -XX:+UseSerialGC -Xms8m -Xmx96m -Xss256k -XX:TieredStopAtLevel=1 -XX:CICompilerCount=1 \
  -XX:CompileThresholdScaling=0.25 \
  -XX:ReservedCodeCacheSize=16m -XX:-UsePerfData -XX:-UseDynamicNumberOfCompilerThreads -XX:+DisableAttachMechanism \
  -XX:+UnlockDiagnosticVMOptions -XX:GuaranteedSafepointInterval=0 -XX:AsyncDeflationInterval=60000 \
  -Djava.security.egd=file:/dev/urandom --enable-native-access=atoll.linux \
  -m atoll.agent/atoll.agent.Main "$@"
