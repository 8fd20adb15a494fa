# The guest of ProbeKernel. as --64; ld -m elf_x86_64 -Ttext 0x100000 --oformat binary
.set TABLES, 0x200000
.code32
start32:                      # by the PVH note: protected mode, no paging
  cli
  lgdt gdtr
  movl $TABLES+0x1003, TABLES         # level 4 -> level 3
  movl $TABLES+0x2003, TABLES+0x1000  # level 3 -> level 2
  movl $0x83, TABLES+0x2000           # 2 MiB at 0: this program
  movl $0x200083, TABLES+0x2008       # the next 2 MiB: tables and counter
  mov $0x20, %eax
  mov %eax, %cr4              # PAE
  mov $TABLES, %eax
  mov %eax, %cr3
  mov $0xc0000080, %ecx
  rdmsr
  or $0x100, %eax             # long mode
  wrmsr
  mov %cr0, %eax
  or $0x80000000, %eax
  mov %eax, %cr0
  ljmp $8, $start64
.org 0x80
.code64
start64:                      # by the ELF header: long mode already
  mov $30000000, %ecx
1: add %ecx, TABLES+0x3000
  dec %ecx
  jnz 1b
  mov $done, %esi
  mov $0x3f8, %dx
2: lodsb
  test %al, %al
  jz 3f
  out %al, %dx
  jmp 2b
3: mov $0xfe, %al             # the keyboard controller resets the machine
  out %al, $0x64
4: hlt
  jmp 4b
.align 8
gdt: .quad 0, 0x00af9b000000ffff
gdtr: .word 15
  .long gdt
done: .asciz "atoll probe: done\n"
