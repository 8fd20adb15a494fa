# The guest of StubGuest. as --32; ld -m elf_i386 -Ttext 0x100000 --oformat binary
.code32
.globl _start
_start:
  cld
  cli
  lgdt gdtr
  ljmp $8, $1f
1: mov $16, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov $0x180000, %esp
  mov $hello, %esi
  call print
  # interrupt gate 0x20 at 0x170000
  mov $0x170000 + 0x20*8, %edi
  mov $irq, %eax
  mov %ax, (%edi)
  movw $8, 2(%edi)
  movw $0x8e00, 4(%edi)
  shr $16, %eax
  mov %ax, 6(%edi)
  lidt idtr
  mov $0xfee00000, %edi
  movl $0x1ff, 0xf0(%edi)     # enable, spurious vector 0xff
  movl $0x0b, 0x3e0(%edi)     # divide by 1: 1 ns a count in QEMU and KVM
  movl $0x20020, 0x320(%edi)  # periodic, vector 0x20
  movl $10000000, 0x380(%edi) # 100 Hz
loop:
  sti
  hlt
  cli
  incl ticks
  mov ticks, %eax
  test $3, %al
  jnz loop
  mov $tick, %esi
  call print
  mov ticks, %ebx
  mov $8, %ecx
2: rol $4, %ebx
  mov %bl, %al
  and $15, %al
  cmp $10, %al
  jb 3f
  add $39, %al
3: add $48, %al
  mov $0x3f8, %dx
  out %al, %dx
  dec %ecx
  jnz 2b
  mov $10, %al
  out %al, %dx
  jmp loop
irq:
  movl $0, 0xfee000b0
  iret
print:
  mov $0x3f8, %dx
4: lodsb
  test %al, %al
  jz 5f
  out %al, %dx
  jmp 4b
5: ret
.align 8
gdt: .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr: .word 23
  .long gdt
idtr: .word 0x20*8+7
  .long 0x170000
ticks: .long 0
hello: .asciz "stub guest\n"
tick: .asciz "tick "
